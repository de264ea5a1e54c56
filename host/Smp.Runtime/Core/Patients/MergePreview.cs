using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Core.Patients;

/// <summary>What of one table a merge touches.</summary>
/// <param name="Table">Its name in the database.</param>
/// <param name="Owner">The module whose it is; <c>core</c> for the host.</param>
/// <param name="Words">What it holds: "Recall notices".</param>
/// <param name="Moves">How many rows go to the surviving record.</param>
/// <param name="Copies">How many rows the surviving record gets as well, while the other keeps them.</param>
/// <param name="Stays">How many rows stay where they are, since the surviving record has its own in their place.</param>
public sealed record MergedTable(string Table, string Owner, string Words, long Moves, long Copies, long Stays);

/// <summary>A field of the surviving record that takes something over.</summary>
/// <param name="Field">As in the API: <c>alerts</c>.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it becomes.</param>
public sealed record FilledField(string Field, string? Before, string? After);

/// <summary>What a merge would do. It was tried, whole, and rolled back: nothing of it is guessed.</summary>
/// <param name="Survivor">Whose record goes on, as it is now.</param>
/// <param name="Merged">Whose record will lead there.</param>
/// <param name="Tables">What moves, by table.</param>
/// <param name="Filled">What the surviving record takes over.</param>
public sealed record MergePreview(Patient Survivor, Patient Merged, IReadOnlyList<MergedTable> Tables, IReadOnlyList<FilledField> Filled)
{
    /// <summary>Names exactly this: a merge that would do something else by then is refused.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [$"{Survivor.Id} {Survivor.RowVersion} {Merged.Id} {Merged.RowVersion}", .. Tables.Select(t => t.ToString()), .. Filled.Select(f => f.ToString())]))))[..16];
}

/// <summary>A merge that was done.</summary>
public sealed record PatientMerge
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose record goes on.</summary>
    public required long SurvivorId { get; init; }

    /// <summary>Whose record leads there.</summary>
    public required long MergedId { get; init; }

    /// <summary>Why it was done.</summary>
    public required string Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required string MergedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MergedAt { get; init; }

    /// <summary>Who undid it; null while it stands.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>When it was undone.</summary>
    public DateTimeOffset? UndoneAt { get; init; }

    /// <summary>Why it was undone.</summary>
    public string? UndoReason { get; init; }
}

/// <summary>What the undoing of a merge takes back, of one table.</summary>
/// <param name="Table">Its name in the database.</param>
/// <param name="Owner">The module whose it is.</param>
/// <param name="Words">What it holds.</param>
/// <param name="Back">How many rows go back.</param>
/// <param name="Gone">How many of those that had moved aren't there any more, or belong to somebody else by now.</param>
public sealed record PartedTable(string Table, string Owner, string Words, long Back, long Gone);

/// <summary>What the undoing of a merge would do. It was tried, whole, and rolled back.</summary>
/// <param name="Merge">Which.</param>
/// <param name="Tables">What goes back, by table.</param>
/// <param name="Kept">Fields of the surviving record that were changed since, and stay as they are.</param>
public sealed record PartingPreview(PatientMerge Merge, IReadOnlyList<PartedTable> Tables, IReadOnlyList<string> Kept);
