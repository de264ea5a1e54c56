using System.Globalization;

namespace Smp.Sdk;

/// <summary>A patient as other modules need to know them.</summary>
/// <param name="Id">Key in the contract table <c>patients</c>.</param>
/// <param name="GivenName">First names.</param>
/// <param name="FamilyName">Last name.</param>
/// <param name="PreferredName">What they like to be called, where it differs.</param>
/// <param name="BirthDate">Date of birth.</param>
public sealed record PatientSummary(long Id, string GivenName, string FamilyName, string? PreferredName, DateOnly BirthDate)
{
    /// <summary>Family name first, as lists are ordered: "Weber, Anna".</summary>
    public string Name => $"{FamilyName}, {GivenName}";

    /// <summary>The file number as printed: <c>P-000123</c>.</summary>
    public string Number => NumberOf(Id);

    /// <summary>The file number of a key.</summary>
    public static string NumberOf(long id) => string.Create(CultureInfo.InvariantCulture, $"P-{id:000000}");

    /// <summary>Completed years of life on a day. Someone born on 29 February is a year older on 1 March in common years.</summary>
    public int AgeOn(DateOnly day)
    {
        var years = day.Year - BirthDate.Year;
        return (day.Month, day.Day).CompareTo((BirthDate.Month, BirthDate.Day)) < 0 ? years - 1 : years;
    }

    /// <summary>The first letters of the family and the given name, for the avatar.</summary>
    public string Initials => string.Concat(First(GivenName), First(FamilyName));

    private static string First(string name) =>
        name.Length == 0 ? "" : StringInfo.GetNextTextElement(name).ToUpperInvariant();
}

/// <summary>The clinic's patients, for modules. The whole record is the contract table <c>patients</c>.</summary>
public interface IPatients
{
    /// <summary>A patient, or null.</summary>
    Task<PatientSummary?> FindAsync(long id, CancellationToken token = default);

    /// <summary>A patient, or null, inside a unit of work.</summary>
    /// <exception cref="RefusedException">Their record was merged into another, which the refusal names: nothing new is written for it.</exception>
    Task<PatientSummary?> FindAsync(IUnitOfWork unit, long id, CancellationToken token = default);

    /// <summary>What the patient header shows, or null when there is no such patient.</summary>
    Task<PatientCard?> CardAsync(long id, CancellationToken token = default);

    /// <summary>Patients whose name, phone, e-mail, birth date or number match what was typed, best first.</summary>
    /// <param name="text">What was typed; empty gives the patients changed last.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    Task<IReadOnlyList<PatientSummary>> SearchAsync(string text, int limit, CancellationToken token = default);
}
