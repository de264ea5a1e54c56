using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;

namespace Smp.Benchmarks.Store;

/// <summary>The tables that are measured with: a parent with ten columns and two indexes, and its children.</summary>
internal static class Visits
{
    public const string Schema = """
        CREATE TABLE bench__visits (
            id              INTEGER PRIMARY KEY,
            patient_id      INTEGER NOT NULL,
            practitioner_id INTEGER NOT NULL,
            room            TEXT NOT NULL,
            begins_at       TEXT NOT NULL,
            ends_at         TEXT NOT NULL,
            state           TEXT NOT NULL,
            complaint       TEXT NOT NULL,
            note            TEXT,
            fee_cents       INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX bench__visits_by_patient ON bench__visits (patient_id, begins_at);
        CREATE INDEX bench__visits_by_practitioner ON bench__visits (practitioner_id, begins_at);
        CREATE TABLE bench__needles (
            id       INTEGER PRIMARY KEY,
            visit_id INTEGER NOT NULL REFERENCES bench__visits (id),
            point    TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            depth_mm INTEGER NOT NULL
        ) STRICT;
        """;

    public const string Insert = """
        INSERT INTO bench__visits (patient_id, practitioner_id, room, begins_at, ends_at, state, complaint, note, fee_cents)
        VALUES (@PatientId, @PractitionerId, @Room, @BeginsAt, @EndsAt, @State, @Complaint, @Note, @FeeCents)
        RETURNING id
        """;

    public const string InsertNeedle =
        "INSERT INTO bench__needles (visit_id, point, quantity, depth_mm) VALUES (@VisitId, @Point, @Quantity, @DepthMm)";

    public const string ByKey = """
        SELECT id, patient_id, practitioner_id, room, begins_at, ends_at, state, complaint, note, fee_cents
        FROM bench__visits WHERE id = @id
        """;

    /// <summary>The pragmas that count here, as the store sets them, for its peers.</summary>
    public const string Pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA busy_timeout = 5000;
        PRAGMA wal_autocheckpoint = 1000;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -16384;
        """;

    public static IReadOnlyList<Migration> Migrations { get; } = [new(1, "0001_visits.sql", Schema)];

    /// <summary>A visit that differs from its neighbours.</summary>
    public static Visit Make(long number)
    {
        var begins = new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc).AddMinutes(number % 100_000 * 15);
        return new(0, number * 7919 % 20_011, number % 17, "Room " + number % 5, Moment(begins), Moment(begins.AddMinutes(45)), "Done", "Neck pain, left",
            number % 3 == 0 ? null : "As last time", 8_500 + number % 40 * 50);
    }

    /// <summary>The needles of a visit.</summary>
    public static Needle[] NeedlesOf(long visitId) => [new(visitId, "LI4", 2, 12), new(visitId, "GB20", 2, 20), new(visitId, "SI3", 1, 8)];

    /// <summary>A file of its own for a peer, with the same tables.</summary>
    public static void CreateFile(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        connection.Execute(Pragmas);
        connection.Execute(Schema);
    }

    private static string Moment(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A row of ten columns.</summary>
internal sealed record Visit(
    long Id, long PatientId, long PractitionerId, string Room, string BeginsAt, string EndsAt, string State, string Complaint, string? Note, long FeeCents)
{
    /// <summary>As it is read with plain ADO.NET.</summary>
    public static Visit From(IDataRecord row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
        row.IsDBNull(8) ? null : row.GetString(8), row.GetInt64(9));
}

/// <summary>A child row.</summary>
internal sealed record Needle(long VisitId, string Point, int Quantity, int DepthMm);
