using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// The writing end of the audit trail. Triggers write the rows; this numbers the units, writes their headers, and seals each commit
/// group with a link of the hash chain, all in the very transaction that changed the data. Of the writer's session alone.
/// </summary>
internal sealed class AuditTrail : IDisposable
{
    private readonly SqliteSession session;
    private readonly TimeProvider time;
    private readonly AuditHash hash = new();
    private readonly SqliteStatement lastRow;
    private readonly SqliteStatement header;
    private readonly SqliteStatement units;
    private readonly SqliteStatement rows;
    private readonly SqliteStatement seal;
    private readonly SqliteStatement version;
    private readonly SqliteStatement last;
    private readonly byte[] chain = new byte[AuditHash.Length];
    private readonly byte[] pending = new byte[AuditHash.Length];
    private long seen;
    private State written;
    private State committed;

    /// <param name="session">The writer's; the trail's tables are there.</param>
    /// <param name="time">Dates the seals.</param>
    public AuditTrail(SqliteSession session, TimeProvider time)
    {
        this.session = session;
        this.time = time;
        lastRow = new(session, "SELECT coalesce(max(id), 0) FROM core__audit_rows");
        header = new(session, $"INSERT INTO core__audit_units ({AuditRecords.UnitColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
        units = new(session, $"SELECT {AuditRecords.UnitColumns} FROM core__audit_units WHERE id > ?1 ORDER BY id");
        rows = new(session, $"SELECT {AuditRecords.RowColumns} FROM core__audit_rows WHERE id > ?1 ORDER BY id");
        seal = new(session, "INSERT INTO core__audit_seals (number, at, first_unit, last_unit, first_row, last_row, hashes, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        version = new(session, "PRAGMA data_version");
        last = new(session, """
            SELECT coalesce((SELECT max(number) FROM core__audit_seals), 0), coalesce((SELECT max(id) FROM core__audit_units), 0),
                   coalesce((SELECT max(id) FROM core__audit_rows), 0), (SELECT hash FROM core__audit_seals ORDER BY number DESC LIMIT 1)
            """);
        seen = Version();
        Load();
    }

    /// <summary>Where the chain ends, on disk.</summary>
    public AuditHead Head { get; private set; } = AuditHead.None;

    /// <summary>
    /// A transaction has begun. False when somebody else has changed the file since the one before: what they wrote into the trail is then left outside of
    /// every seal, where the verification finds it.
    /// </summary>
    public bool BeginGroup()
    {
        if (Version() is var now && now == seen) return true;
        seen = now;
        Load();
        return false;
    }

    /// <summary>From here on changes belong to a new unit.</summary>
    public void BeginUnit()
    {
        session.Unit = written.Unit + 1;
        session.Changed = false;
    }

    /// <summary>Writes the unit's header, when it changed anything.</summary>
    public void EndUnit(UnitHeader unit)
    {
        session.Unit = null;
        if (!session.Changed) return;
        lastRow.Step();
        var last = lastRow.Integer(0);
        lastRow.Reset();
        // Changes that the unit itself took back left no row.
        if (last == written.Row) return;
        header.Bind(1, written.Unit + 1).Bind(2, Moments.Text(unit.At)).Bind(3, unit.Plugin).Bind(4, unit.Act.What)
            .Bind(5, unit.Actor.Kind.ToString()).Bind(6, unit.Actor.Name).Bind(7, unit.Actor.StaffId)
            .Bind(8, unit.Act.PerformedBy == unit.Actor.StaffId ? null : unit.Act.PerformedBy).Bind(9, unit.Request)
            .Bind(10, written.Row + 1).Bind(11, last);
        if (unit.Act.Reason is { Length: > 0 } reason)
        {
            Span<byte> salt = stackalloc byte[16];
            Span<byte> its = stackalloc byte[AuditHash.Length];
            RandomNumberGenerator.Fill(salt);
            AuditRecords.HashReason(hash, salt, Encoding.UTF8.GetBytes(reason), its);
            header.Bind(12, its).Bind(13, reason).Bind(14, salt);
        }
        else header.Bind(12, (string?)null).Bind(13, (string?)null).Bind(14, (string?)null);

        header.Run();
        written = new(written.Seal, written.Unit + 1, last);
    }

    /// <summary>The unit was taken back; its number goes to the next.</summary>
    public void AbandonUnit() => session.Unit = null;

    /// <summary>The transaction was lost with all its units.</summary>
    public void Abandon()
    {
        session.Unit = null;
        written = committed;
        foreach (var statement in Statements) statement.Reset();
    }

    /// <summary>Seals what was written since the last seal. The last thing before the commit.</summary>
    public void Seal()
    {
        if (written.Unit == committed.Unit) return;
        var covers = new Seal(committed.Unit + 1, written.Unit, committed.Row + 1, written.Row);
        var size = (int)(covers.LastUnit - committed.Unit + covers.LastRow - committed.Row) * AuditHash.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var hashes = buffer.AsSpan(0, size);
            var at = 0;
            for (units.Bind(1, committed.Unit); units.Step(); at += AuditHash.Length) AuditRecords.HashUnit(hash, units, hashes.Slice(at, AuditHash.Length));
            for (rows.Bind(1, committed.Row); rows.Step(); at += AuditHash.Length) AuditRecords.HashRow(hash, rows, hashes.Slice(at, AuditHash.Length));
            if (at != size) throw new InvalidOperationException("The audit trail isn't as it was written; nothing was committed.");

            var now = Moments.Text(time.GetUtcNow());
            Span<byte> next = stackalloc byte[AuditHash.Length];
            AuditRecords.HashSeal(hash, chain, committed.Seal + 1, Encoding.UTF8.GetBytes(now), covers, hashes, next);
            seal.Bind(1, committed.Seal + 1).Bind(2, now).Bind(3, covers.FirstUnit).Bind(4, covers.LastUnit).Bind(5, covers.FirstRow).Bind(6, covers.LastRow)
                .Bind(7, hashes).Bind(8, next).Run();
            written = written with { Seal = committed.Seal + 1 };
            next.CopyTo(pending);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The commit is on disk.</summary>
    public void Committed()
    {
        if (written == committed) return;
        committed = written;
        pending.CopyTo(chain, 0);
        Head = HeadOf(committed.Seal);
    }

    public void Dispose()
    {
        foreach (var statement in Statements) statement.Dispose();
    }

    private SqliteStatement[] Statements => [lastRow, header, units, rows, seal, version, last];

    // SQLite counts what other connections commit.
    private long Version()
    {
        version.Step();
        var now = version.Integer(0);
        version.Reset();
        return now;
    }

    // Numbers go on from what is there, not from what the last seal says: in a trail that was meddled with the clinic's work is recorded
    // all the same, and the verification shows the rest.
    private void Load()
    {
        last.Step();
        committed = new(last.Integer(0), last.Integer(1), last.Integer(2));
        if (committed.Seal > 0) last.Bytes(3).CopyTo(chain);
        last.Reset();
        written = committed;
        Head = HeadOf(committed.Seal);
    }

    private AuditHead HeadOf(long number) => number == 0 ? AuditHead.None : new(number, Convert.ToHexStringLower(chain));

    private readonly record struct State(long Seal, long Unit, long Row);
}

/// <summary>What the trail says of a unit of work.</summary>
/// <param name="Plugin">Whose unit it was.</param>
/// <param name="Act">What was done, why, and by whose hands.</param>
/// <param name="Actor">Who did it, or recorded it.</param>
/// <param name="At">When.</param>
/// <param name="Request">The request it was part of; null outside of one.</param>
internal sealed record UnitHeader(string Plugin, Act Act, Actor Actor, DateTimeOffset At, string? Request);
