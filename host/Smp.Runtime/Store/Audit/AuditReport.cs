namespace Smp.Runtime.Store.Audit;

/// <summary>What is wrong with an entry of the trail, or with the data it speaks of.</summary>
public enum AuditFault
{
    /// <summary>It isn't what was sealed.</summary>
    Changed,

    /// <summary>It was sealed and is gone.</summary>
    Missing,

    /// <summary>It was never sealed.</summary>
    Inserted,

    /// <summary>The chain ends before a head that was kept elsewhere.</summary>
    Truncated,

    /// <summary>The chain isn't the one whose head was kept elsewhere.</summary>
    Replaced,

    /// <summary>A row of a table isn't what the trail says it was last.</summary>
    LiveRow,

    /// <summary>A table's changes aren't written down as they should be.</summary>
    NotAudited,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Fault">What kind.</param>
/// <param name="Where">Which entry or row: "row 812", "needles__lots 14".</param>
/// <param name="Text">In words.</param>
public sealed record AuditProblem(AuditFault Fault, string Where, string Text);

/// <summary>What a verification found.</summary>
/// <param name="Ok">Whether nothing is wrong.</param>
/// <param name="Units">How many units of work the trail holds.</param>
/// <param name="Rows">How many changed rows.</param>
/// <param name="Head">Where the chain ends. Keep it where nobody who can change the data can change it.</param>
/// <param name="Problems">What is wrong, the first hundred.</param>
/// <param name="Found">How much is wrong in all.</param>
public sealed record AuditReport(bool Ok, long Units, long Rows, AuditHead Head, IReadOnlyList<AuditProblem> Problems, long Found);

/// <summary>What is wrong, counted; only the first are kept.</summary>
internal sealed class AuditFindings
{
    private const int Shown = 100;
    private readonly List<AuditProblem> first = [];

    public IReadOnlyList<AuditProblem> First => first;

    public long Count { get; private set; }

    public void Report(AuditFault fault, string where, string text)
    {
        Count++;
        if (first.Count < Shown) first.Add(new(fault, where, text));
    }

    public void Add(AuditFindings more)
    {
        Count += more.Count;
        first.AddRange(more.first.Take(Shown - first.Count));
    }
}
