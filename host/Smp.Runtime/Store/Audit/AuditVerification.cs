using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// Reads the whole trail as it was at one moment: recomputes every hash and link and, on a second thread, follows each row of every table through
/// its images, and compares the last ones with the tables as they are. Needs memory for one entry for each row that there is, some 50 bytes.
/// </summary>
internal sealed class AuditVerification
{
    private readonly SqliteSession session;
    private readonly AuditFindings findings = new();
    private readonly IReadOnlyList<AuditHead> kept;
    private readonly CancellationToken token;
    private readonly AuditHash hash = new();
    private readonly Dictionary<long, (long Patient, long ThroughRow, long Rows)> erasures = [];
    private readonly Dictionary<long, long> erased = [];
    private readonly HashSet<long> unitsWithoutReason = [];
    private long lastUnit;
    private long lastRow;

    private AuditVerification(SqliteSession session, IReadOnlyList<AuditHead> kept, CancellationToken token)
    {
        this.session = session;
        this.kept = kept;
        this.token = token;
    }

    /// <summary>Verifies a trail.</summary>
    /// <param name="session">A session that sees one moment: in a transaction, or on a file that nobody writes.</param>
    /// <param name="beside">Another one that sees the same moment.</param>
    /// <param name="kept">Heads that were kept elsewhere.</param>
    /// <param name="token">Gives up.</param>
    public static AuditReport Run(SqliteSession session, SqliteSession beside, IReadOnlyList<AuditHead> kept, CancellationToken token = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var verification = new AuditVerification(session, kept, stop.Token);
        var unlike = new AuditFindings();
        var images = Task.Factory.StartNew(() => new LiveImages(beside, unlike).Compare(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        AuditReport? chain = null;
        try
        {
            chain = verification.Run();
        }
        finally
        {
            if (chain is null) stop.Cancel();
            // It uses its session until it returns.
            Task.WaitAny([images], CancellationToken.None);
        }

        images.GetAwaiter().GetResult();
        verification.findings.Add(unlike);
        return chain with { Ok = verification.findings.Count == 0, Problems = verification.findings.First, Found = verification.findings.Count };
    }

    private AuditReport Run()
    {
        foreach (var table in AuditTriggers.Missing(session))
            Report(AuditFault.NotAudited, table, $"The triggers that audit {table} are missing or were changed.");
        foreach (var guard in AuditGuards.Missing(session))
            Report(AuditFault.NotAudited, guard, $"The guard {guard} of the trail itself is missing or was changed.");
        using (var list = new SqliteStatement(session, "SELECT id, patient_id, through_row, rows FROM core__audit_erasures"))
        {
            while (list.Step()) erasures[list.Integer(0)] = (list.Integer(1), list.Integer(2), list.Integer(3));
        }

        using var units = new SqliteStatement(session, $"SELECT {AuditRecords.UnitColumns} FROM core__audit_units ORDER BY id");
        using var rows = new SqliteStatement(session, $"SELECT {AuditRecords.RowColumns} FROM core__audit_rows ORDER BY id");
        var moreUnits = units.Step();
        var moreRows = rows.Step();
        var (head, wanted) = (AuditHead.None, kept.ToLookup(k => k.Seal));
        Span<byte> chain = stackalloc byte[AuditHash.Length];
        Span<byte> its = stackalloc byte[AuditHash.Length];
        chain.Clear();
        var (unitCount, rowCount) = (0L, 0L);

        using (var seals = new SqliteStatement(session, "SELECT number, at, first_unit, last_unit, first_row, last_row, hashes, hash FROM core__audit_seals ORDER BY number"))
        {
            while (seals.Step())
            {
                token.ThrowIfCancellationRequested();
                var number = seals.Integer(0);
                var covers = new Seal(seals.Integer(2), seals.Integer(3), seals.Integer(4), seals.Integer(5));
                if (number != head.Seal + 1) Report(AuditFault.Missing, $"seal {head.Seal + 1}", $"The seals from {head.Seal + 1} to {number - 1} are missing.");
                var hashes = seals.Bytes(6);
                AuditRecords.HashSeal(hash, chain, number, seals.Bytes(1), covers, hashes, its);
                if (!its.SequenceEqual(seals.Bytes(7))) Report(AuditFault.Changed, $"seal {number}", $"Seal {number} isn't the one that follows seal {number - 1}.");
                seals.Bytes(7).CopyTo(chain);
                head = new(number, Convert.ToHexStringLower(chain));
                foreach (var mark in wanted[number])
                {
                    if (mark.Hash != head.Hash) Report(AuditFault.Replaced, $"seal {number}", $"Seal {number} is {head.Hash[..16]}…, and was kept as {mark.Hash[..Math.Min(16, mark.Hash.Length)]}…: the trail was made anew from there or before.");
                }

                if (covers.FirstUnit != lastUnit + 1 || covers.FirstRow != lastRow + 1 || hashes.Length != Count(covers) * AuditHash.Length)
                    Report(AuditFault.Changed, $"seal {number}", $"Seal {number} doesn't cover what follows on the one before.");
                var sizes = (int)Math.Max(0, Math.Min(covers.LastUnit - covers.FirstUnit + 1, hashes.Length / AuditHash.Length)) * AuditHash.Length;
                unitCount += Units(units, ref moreUnits, covers, hashes[..sizes]);
                rowCount += Rows(rows, ref moreRows, covers, hashes[sizes..]);
                (lastUnit, lastRow) = (covers.LastUnit, covers.LastRow);
            }
        }

        for (; moreUnits; moreUnits = units.Step(), unitCount++) Report(AuditFault.Inserted, $"unit {units.Integer(0)}", $"Unit {units.Integer(0)} isn't sealed.");
        for (; moreRows; moreRows = rows.Step(), rowCount++) Report(AuditFault.Inserted, $"row {rows.Integer(0)}", $"Row {rows.Integer(0)} isn't sealed.");
        foreach (var (erasure, said) in erasures.Where(e => erased.GetValueOrDefault(e.Key) != e.Value.Rows))
            Report(AuditFault.Changed, $"erasure {erasure}", $"Erasure {erasure} took the values of {said.Rows} rows, and {erased.GetValueOrDefault(erasure)} say that it did.");
        foreach (var mark in kept.Where(k => k.Seal > head.Seal).OrderByDescending(k => k.Seal).Take(1))
            Report(AuditFault.Truncated, $"seal {mark.Seal}", $"The trail ends at seal {head.Seal}, and seal {mark.Seal} was kept: what came between was cut off.");
        return new(findings.Count == 0, unitCount, rowCount, head, findings.First, findings.Count);
    }

    private static long Count(Seal covers) => covers.LastUnit - covers.FirstUnit + 1 + covers.LastRow - covers.FirstRow + 1;

    private long Units(SqliteStatement units, ref bool more, Seal covers, ReadOnlySpan<byte> hashes)
    {
        Span<byte> its = stackalloc byte[AuditHash.Length];
        var there = 0L;
        unitsWithoutReason.Clear();
        for (var id = covers.FirstUnit; id <= covers.LastUnit; id++)
        {
            for (; more && units.Integer(0) < id; more = units.Step(), there++) Report(AuditFault.Inserted, $"unit {units.Integer(0)}", $"Unit {units.Integer(0)} isn't sealed.");
            if (!more || units.Integer(0) != id)
            {
                Report(AuditFault.Missing, $"unit {id}", $"Unit {id} was sealed and is missing.");
                continue;
            }

            AuditRecords.HashUnit(hash, units, its);
            if (!Matches(its, hashes, id - covers.FirstUnit)) Report(AuditFault.Changed, $"unit {id}", $"Unit {id} ({units.Text(3)}) isn't what was sealed.");
            Reason(units, its);
            more = units.Step();
            there++;
        }

        return there;
    }

    private void Reason(SqliteStatement unit, Span<byte> its)
    {
        if (unit.IsNull(11)) return;
        if (unit.IsNull(12))
        {
            unitsWithoutReason.Add(unit.Integer(0));
            return;
        }

        AuditRecords.HashReason(hash, unit.Bytes(13), unit.Bytes(12), its);
        if (!its.SequenceEqual(unit.Bytes(11))) Report(AuditFault.Changed, $"unit {unit.Integer(0)}", $"The reason of unit {unit.Integer(0)} isn't what was sealed.");
    }

    private long Rows(SqliteStatement rows, ref bool more, Seal covers, ReadOnlySpan<byte> hashes)
    {
        Span<byte> its = stackalloc byte[AuditHash.Length];
        var there = 0L;
        for (var id = covers.FirstRow; id <= covers.LastRow; id++)
        {
            for (; more && rows.Integer(0) < id; more = rows.Step(), there++) Report(AuditFault.Inserted, $"row {rows.Integer(0)}", $"Row {rows.Integer(0)} isn't sealed.");
            if (!more || rows.Integer(0) != id)
            {
                Report(AuditFault.Missing, $"row {id}", $"Row {id} was sealed and is missing.");
                continue;
            }

            if (!rows.IsNull(9)) Erased(rows);
            AuditRecords.HashRow(hash, rows, its);
            if (!Matches(its, hashes, id - covers.FirstRow)) Report(AuditFault.Changed, $"row {id}", $"Row {id} ({rows.Text(2)} {rows.Text(4)}) isn't what was sealed.");
            more = rows.Step();
            there++;
        }

        foreach (var unit in unitsWithoutReason) Report(AuditFault.Changed, $"unit {unit}", $"The reason of unit {unit} is missing, and no erasure took it.");
        return there;
    }

    // An erasure that is in the trail itself must have taken it. A row that names nobody may have hung on a patient's.
    private void Erased(SqliteStatement row)
    {
        erased[row.Integer(9)] = erased.GetValueOrDefault(row.Integer(9)) + 1;
        unitsWithoutReason.Remove(row.Integer(1));
        if (!erasures.TryGetValue(row.Integer(9), out var erasure) || (row.IntegerOrNull(5) is { } whose && whose != erasure.Patient) || erasure.ThroughRow < row.Integer(0)
            || !row.IsNull(6) || !row.IsNull(7) || !row.IsNull(8))
            Report(AuditFault.Changed, $"row {row.Integer(0)}", $"The payload of row {row.Integer(0)} is missing, and no erasure took it.");
    }

    private static bool Matches(ReadOnlySpan<byte> its, ReadOnlySpan<byte> hashes, long index)
    {
        var at = index * AuditHash.Length;
        return at + AuditHash.Length <= hashes.Length && its.SequenceEqual(hashes.Slice((int)at, AuditHash.Length));
    }

    private void Report(AuditFault fault, string where, string text) => findings.Report(fault, where, text);
}
