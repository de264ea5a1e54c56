namespace Smp.Sdk;

/// <summary>What a credential is.</summary>
public enum CredentialKind
{
    /// <summary>The licence to practise, by state or national law.</summary>
    Licence,

    /// <summary>Training on bloodborne pathogens, due each year: 29 CFR 1910.1030(g)(2).</summary>
    BloodbornePathogenTraining,

    /// <summary>Basic life support.</summary>
    BasicLifeSupport,

    /// <summary>Something else, by its name.</summary>
    Other,
}

/// <summary>A credential of a member of staff that counts: it wasn't ended before its time.</summary>
/// <param name="Id">Its key.</param>
/// <param name="StaffId">Whose.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called; only of <see cref="CredentialKind.Other"/>.</param>
/// <param name="ValidFrom">The first day it is valid; null where that isn't known.</param>
/// <param name="ValidUntil">The last day it is valid.</param>
public sealed record Credential(long Id, long StaffId, CredentialKind Kind, string? Name, DateOnly? ValidFrom, DateOnly ValidUntil)
{
    /// <summary>Whether it is valid on a day.</summary>
    public bool IsValidOn(DateOnly day) => (ValidFrom is null || ValidFrom <= day) && day <= ValidUntil;
}

/// <summary>What staff may show for what they do.</summary>
public interface ICredentials
{
    /// <summary>Every credential of a member of staff that counts, also those that expired, the latest end first.</summary>
    /// <param name="staffId">Whose.</param>
    /// <param name="unit">Reads inside a unit of work; null to read by itself.</param>
    /// <param name="token">Gives up.</param>
    Task<IReadOnlyList<Credential>> OfAsync(long staffId, IUnitOfWork? unit = null, CancellationToken token = default);
}
