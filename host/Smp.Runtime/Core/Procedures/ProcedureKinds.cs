using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>A kind of procedure, and whose it is.</summary>
/// <param name="Plugin">The module's id; <c>core</c> for the clinic's own.</param>
/// <param name="Kind">What it is and needs.</param>
public sealed record DeclaredKind(string Plugin, ProcedureKind Kind);

/// <summary>The kinds of procedures of a shell: the clinic's own, and those that the modules declare which run.</summary>
/// <param name="All">The clinic's own first, then in the order of their registration.</param>
public sealed record ProcedureKinds(IReadOnlyList<DeclaredKind> All)
{
    private const int MaxNeeds = 10;

    /// <summary>The clinic's own.</summary>
    public static IReadOnlyList<DeclaredKind> Own { get; } =
    [
        new("core", new(nameof(ClinicProcedure.Consultation), nameof(ClinicProcedure.Consultation), 30)),
        new("core", new(nameof(ClinicProcedure.Treatment), nameof(ClinicProcedure.Treatment), 60)),
        new("core", new(nameof(ClinicProcedure.Other), nameof(ClinicProcedure.Other), 30)),
    ];

    /// <summary>The kind that a module has under that name, or null.</summary>
    public ProcedureKind? Find(string? plugin, string? kind) => All.FirstOrDefault(k => k.Plugin == plugin && k.Kind.Kind == kind)?.Kind;

    /// <summary>What is wrong with the kinds that a plugin declares, a sentence each.</summary>
    internal static IReadOnlyList<string> Objections(string plugin, IServiceCollection own)
    {
        var kinds = KindsIn(own).ToList();
        return
        [
            .. kinds.GroupBy(k => k.Kind).Where(g => g.Count() > 1).Select(g => $"It declares two kinds of procedures that are called \"{g.Key}\"."),
            .. kinds.SelectMany(kind => Objections(plugin, kind).Select(what => $"Its kind of procedure \"{kind.Kind}\" {what}")),
        ];
    }

    /// <summary>Puts together what a shell's plugins declare.</summary>
    internal static ProcedureKinds Of(IEnumerable<(string Plugin, IServiceCollection Services)> theirs) =>
        new([.. Own, .. theirs.SelectMany(t => KindsIn(t.Services).Select(kind => new DeclaredKind(t.Plugin, kind)))]);

    private static IEnumerable<ProcedureKind> KindsIn(IServiceCollection services) =>
        services.Where(s => s.ServiceType == typeof(ProcedureKind) && !s.IsKeyedService).Select(s => s.ImplementationInstance).OfType<ProcedureKind>();

    private static IEnumerable<string> Objections(string plugin, ProcedureKind kind)
    {
        if (!Fits(kind.Kind, 50)) yield return "has no name of 1 to 50 characters.";
        if (!Fits(kind.Name, 100)) yield return "has no words of 1 to 100 characters to be shown by.";
        if (kind.Minutes is < 5 or > 1440) yield return $"takes {kind.Minutes} minutes; 5 to 1440 can be booked.";
        if (kind.Staff is not { Count: <= MaxNeeds } || kind.Staff.Any(s => s is not { Roles.Count: > 0 } || !Fits(s.Part, 50) || !s.Roles.All(Enum.IsDefined)))
            yield return $"needs staff that can't be: at most {MaxNeeds}, each with a part of 1 to 50 characters and at least one role.";
        if (kind.Room is not { Count: <= MaxNeeds } || !kind.Room.All(r => Fits(r, 50))) yield return $"needs a room that can't be: at most {MaxNeeds} words of 1 to 50 characters.";
        if (kind.Page is { } page && !page.StartsWith($"/{plugin}/", StringComparison.Ordinal)) yield return $"has the page {page}, which isn't below /{plugin}/.";
    }

    private static bool Fits(string? text, int max) => text is not null && text.Trim().Length == text.Length && text.Length >= 1 && text.Length <= max;
}
