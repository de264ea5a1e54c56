using System.Security.Cryptography;
using System.Text;
using Smp.Runtime.Core.Patients;

namespace Smp.Runtime.Core.Erasure;

/// <summary>What of one table an erasure touches.</summary>
/// <param name="Table">Its name in the database.</param>
/// <param name="Owner">The module whose it is; <c>core</c> for the host.</param>
/// <param name="Words">What it holds: "Recall notices".</param>
/// <param name="Goes">How many rows are deleted.</param>
/// <param name="Unnamed">How many rows stay, and lead to the patient no longer: a movement of stock, a bottle's opening.</param>
public sealed record ErasedTable(string Table, string Owner, string Words, long Goes, long Unnamed);

/// <summary>Records that must still be kept.</summary>
/// <param name="Kind">Of what kind.</param>
/// <param name="Rows">How many rows name the patient.</param>
/// <param name="LastEntry">When the last was written or changed.</param>
/// <param name="Years">How many years they are kept after that.</param>
/// <param name="Until">The first day on which they may go.</param>
public sealed record HeldRecords(RecordKind Kind, long Rows, DateTimeOffset LastEntry, int Years, DateOnly Until);

/// <summary>What an erasure would do. It was tried, whole, and rolled back: nothing of it is guessed.</summary>
/// <param name="Patient">Whose record, as it is now.</param>
/// <param name="Merged">The records that were merged into it, which go with it.</param>
/// <param name="Tables">What goes, by table.</param>
/// <param name="Files">How many photos and documents go.</param>
/// <param name="Held">What must still be kept. Empty when all goes.</param>
public sealed record ErasurePreview(Patient Patient, IReadOnlyList<long> Merged, IReadOnlyList<ErasedTable> Tables, int Files, IReadOnlyList<HeldRecords> Held)
{
    /// <summary>Whether nothing stays but a number that says that there was somebody.</summary>
    public bool Whole => Held.Count == 0;

    /// <summary>The first day on which the rest can go; null when nothing is left.</summary>
    public DateOnly? RestOn => Whole ? null : Held.Max(h => h.Until);

    /// <summary>Names exactly this: an erasure that would do something else by then is refused.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [FormattableString.Invariant($"{Patient.Id} {Patient.RowVersion} {Files} {string.Join(',', Merged)}"), .. Tables.Select(t => FormattableString.Invariant($"{t.Table} {t.Goes} {t.Unnamed}")),
            .. Held.Select(h => FormattableString.Invariant($"{h.Kind} {h.Rows} {h.Until:O}"))]))))[..16];
}

/// <summary>An erasure that somebody agreed to.</summary>
public sealed record ErasureInput
{
    /// <summary>The fingerprint of the preview that was agreed to.</summary>
    public string? Accept { get; init; }

    /// <summary>The patient's number or name, as whoever wants it typed it.</summary>
    public string? Confirm { get; init; }

    /// <summary>The ground in law, for the audit trail: 1 to 500 characters. It stays, so it names nobody.</summary>
    public string? Reason { get; init; }
}

/// <summary>What an erasure did.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Whole">Whether nothing is left.</param>
/// <param name="RestOn">The first day on which the rest can go.</param>
/// <param name="Tables">What went, by table.</param>
/// <param name="Files">How many photos and documents went.</param>
/// <param name="Backup">The backup that was made before it, and holds the record still; null where nothing went, and only the wish was noted.</param>
public sealed record ErasureDone(long Id, bool Whole, DateOnly? RestOn, IReadOnlyList<ErasedTable> Tables, int Files, string? Backup);

/// <summary>An erasure that was done before, in part.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Reason">The ground.</param>
/// <param name="ErasedBy">Who did it.</param>
/// <param name="ErasedAt">When.</param>
/// <param name="RestOn">The first day on which the rest can go.</param>
public sealed record PartialErasure(long Id, string Reason, string ErasedBy, DateTimeOffset ErasedAt, DateOnly RestOn);
