using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

/// <summary>Somebody whom a procedure needs.</summary>
/// <param name="Part">What they do in it, in the module's words: "Practitioner". 1 to 50 characters.</param>
/// <param name="Roles">Who can: one of these. Not empty.</param>
public sealed record NeededStaff(string Part, params IReadOnlyList<Role> Roles);

/// <summary>
/// A kind of procedure that a module does, and what it needs: declared by the module that owns the procedure, so that the clinic's calendar can book it. It is data, and
/// judged by the clinic: a booking without what is needed is a <see cref="GuardGrade.Stop"/>.
/// </summary>
/// <param name="Kind">As in <see cref="NewProcedure.Kind"/>: "Session". Each once in a module; 1 to 50 characters.</param>
/// <param name="Name">As shown, in English; translated where it is shown. 1 to 100 characters.</param>
/// <param name="Minutes">How long it takes, as the booking proposes it: 5 to 1440.</param>
public sealed record ProcedureKind(string Kind, string Name, int Minutes)
{
    /// <summary>Whom it needs, each somebody else. The first is whose hands it is. At most 10.</summary>
    public IReadOnlyList<NeededStaff> Staff { get; init; } = [];

    /// <summary>
    /// What its room must have, in the words by which the clinic describes its rooms: "surgery", "operating light". Capitals don't count. At most 10, of 1 to 50 characters.
    /// </summary>
    public IReadOnlyList<string> Room { get; init; } = [];

    /// <summary>
    /// The page where its procedures go on, as a path of the module to which a slash and the procedure's key are added: <c>/sessions/procedures</c>. The clinic's own page
    /// when left out.
    /// </summary>
    public string? Page { get; init; }
}

/// <summary>Declares kinds of procedures.</summary>
public static class ProcedureKindExtensions
{
    /// <summary>Declares a kind of procedure. What is wrong with it keeps the module from running, by name.</summary>
    public static IServiceCollection AddProcedureKind(this IServiceCollection services, ProcedureKind kind) => services.AddSingleton(kind);
}
