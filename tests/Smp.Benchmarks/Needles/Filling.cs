using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Smp.Benchmarks.Needles;

/// <summary>How large a clinic is.</summary>
/// <param name="Patients">How many patients.</param>
/// <param name="Uses">How many uses of lots of 100 units, spread over the patients; a hundred to a lot.</param>
internal sealed record ClinicSize(long Patients, long Uses)
{
    public const int UsesOfLot = 100;

    public static ClinicSize Large { get; } = new(1_000_000, 20_000_000);

    public static ClinicSize Small { get; } = new(10_000, 200_000);

    public long Lots => Uses / UsesOfLot;

    /// <summary>How many of the lots still have units; the others are used up.</summary>
    public long LotsHere => Math.Min(500, Lots / 4);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Patients:N0} patients, {Uses:N0} uses");
}

/// <summary>
/// Fills a closed clinic's database by plain SQL, with neither a trail nor its rules: tens of millions of rows through the store would take
/// hours, and what is measured are reads. The host makes the trail's triggers anew when it opens the clinic.
/// </summary>
internal static class Filling
{
    private static readonly string[] Tables =
        ["patients", "core__timeline", "needles__items", "needles__lots", "needles__uses", "needles__movements"];

    public static void Fill(string database, ClinicSize size)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF;");
        using (var transaction = connection.BeginTransaction())
        {
            // Made again when the rows are there: sorted at once instead of row by row.
            var made = connection.Query<(string Type, string Name, string Sql)>("""
                SELECT type, name, sql FROM sqlite_schema
                WHERE type = 'trigger' OR type = 'index' AND sql IS NOT NULL AND tbl_name IN @Tables
                """, new { Tables }, transaction).AsList();
            foreach (var (type, name, _) in made) connection.Execute($"DROP {type} \"{name}\"", transaction: transaction);
            foreach (var table in Tables.Reverse()) connection.Execute($"DELETE FROM {table}", transaction: transaction);
            foreach (var table in (string[])["needles__picks", "needles__use_flags", "needles__affected_patients", "needles__recall_lots", "needles__recall_notices", "patient_allergies", "core__patient_keys", "core__patient_search"])
                connection.Execute($"DELETE FROM {table}", transaction: transaction);
            Patients(connection, transaction, size);
            Stock(connection, transaction, size);
            // Those of the trail are made by the host.
            foreach (var (_, _, sql) in made.Where(m => !m.Name.StartsWith("core__", StringComparison.Ordinal) || m.Type == "index")) connection.Execute(sql, transaction: transaction, commandTimeout: 0);
            transaction.Commit();
        }

        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize", commandTimeout: 0);
    }

    private static void Patients(SqliteConnection connection, SqliteTransaction transaction, ClinicSize size)
    {
        var names = string.Join(", ", Names.Family.Select((name, i) => $"({i}, '{name}')"));
        var given = string.Join(", ", Names.Given.Select((name, i) => $"({i}, '{name}')"));
        connection.Execute($"""
            CREATE TEMP TABLE family (i INTEGER PRIMARY KEY, name TEXT); INSERT INTO family VALUES {names};
            CREATE TEMP TABLE given (i INTEGER PRIMARY KEY, name TEXT); INSERT INTO given VALUES {given};
            """, transaction: transaction);
        // Two syllables more make some ten thousand family names of a hundred and thirty.
        connection.Execute($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Patients)
            INSERT INTO patients (id, given_name, family_name, birth_date, sex_at_birth, phone, email, language, fitzpatrick, created_at, changed_at)
            SELECT n.i, g.name, f.name || CASE n.i * 31 % 5 WHEN 0 THEN '' WHEN 1 THEN 'mann' WHEN 2 THEN 'er' WHEN 3 THEN 'i' ELSE 'berg' END,
                date('1945-01-01', (n.i * 7919 % 22000) || ' days'), CASE n.i % 3 WHEN 0 THEN 'Female' ELSE 'Male' END,
                printf('+41 79 %03d %02d %02d', n.i * 17 % 1000, n.i * 13 % 100, n.i * 7 % 100), lower(g.name) || n.i || '@example.com', 'en', 'III',
                '2020-01-01T08:00:00.000Z', '2026-06-01T08:00:00.000Z'
            FROM n JOIN temp.family f ON f.i = n.i * 2654435761 % 4294967296 / 7 % {Names.Family.Length} JOIN temp.given g ON g.i = n.i * 40503 % 65536 % {Names.Given.Length}
            """, size, transaction, commandTimeout: 0);
        connection.Execute("""
            INSERT INTO core__patient_search (rowid, words)
            SELECT id, given_name || ' ' || family_name || ' ' || email || ' ' || substr(replace(phone, ' ', ''), 2) || ' ' || birth_date || ' ' || printf('P-%06d', id) FROM patients;
            INSERT INTO core__timeline (patient_id, at, plugin, icon, text, href, actor, recorded_at)
            SELECT id, created_at, 'core', 'person', 'Registered', '/patients/' || id, 'Mia Fischer', created_at FROM patients;
            """, transaction: transaction, commandTimeout: 0);
    }

    private static void Stock(SqliteConnection connection, SqliteTransaction transaction, ClinicSize size)
    {
        connection.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
            INSERT INTO needles__items (id, manufacturer, name, title, ref, kind, configuration, diameter_micrometres, units_per_box, sterile)
            SELECT i, 'Maker ' || (i % 6), 'Cartridge ' || i, 'Cartridge ' || i || ' 3RL 0.30 mm', 'REF' || i, 'NeedleCartridge', '3RL', 300, 20, 1 FROM n
            """, transaction: transaction);
        var (staff, here) = (connection.ExecuteScalar<long>("SELECT min(id) FROM staff WHERE role = 'Technician'", transaction: transaction), size.LotsHere);
        // The lots here are the newest; 10 units of each are left, of 110.
        connection.Execute($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Lots)
            INSERT INTO needles__lots (id, item_id, number, expiry, sterilisation, supplier, state, state_since, received_by, received_at, received, on_hand)
            SELECT i, i % 60 + 1, 'L' || i, CASE WHEN i > @Lots - @here THEN date('2027-01-01', (i % 700) || ' days') ELSE date('2019-01-01', (i % 2700) || ' days') END, 'EO', 'Supplier',
                CASE WHEN i > @Lots - @here THEN 'InUse' ELSE 'Depleted' END, '2020-01-01T08:00:00.000Z', @staff, '2020-01-01T08:00:00.000Z',
                CASE WHEN i > @Lots - @here THEN 110 ELSE 100 END, CASE WHEN i > @Lots - @here THEN 10 ELSE 0 END
            FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Lots)
            INSERT INTO needles__movements (lot_id, kind, quantity, on_hand_delta, opened_delta, staff_id, actor, at, recorded_at)
            SELECT i, 'Receive', received, received, 0, @staff, 'Mia Fischer', received_at, received_at FROM n JOIN needles__lots l ON l.id = n.i
            UNION ALL SELECT i, 'Release', received, 0, 0, @staff, 'Mia Fischer', received_at, received_at FROM n JOIN needles__lots l ON l.id = n.i
            """, new { size.Lots, here, staff }, transaction, commandTimeout: 0);
        connection.Execute($"""
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @Uses - 1)
            INSERT INTO needles__uses (id, lot_id, patient_id, quantity, performed_by, recorded_by, actor, used_at, recorded_at)
            SELECT i + 1, i / {ClinicSize.UsesOfLot} + 1, i * 2654435761 % 4294967296 % @Patients + 1, 1, @staff, @staff, 'Mia Fischer',
                strftime('%Y-%m-%dT%H:%M:%S.000Z', 1577880000 + i * 200000000 / @Uses, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%S.000Z', 1577880000 + i * 200000000 / @Uses, 'unixepoch')
            FROM n;
            INSERT INTO core__timeline (patient_id, at, plugin, icon, text, href, actor, recorded_at)
            SELECT patient_id, used_at, 'needles', 'needle', '1 × Cartridge 3RL 0.30 mm used, lot L' || lot_id, '/needles/uses/' || id, actor, recorded_at
            FROM needles__uses WHERE patient_id <= 2000
            """, new { size.Uses, size.Patients, staff }, transaction, commandTimeout: 0);
        connection.Execute($"""
            INSERT INTO needles__movements (lot_id, kind, quantity, on_hand_delta, opened_delta, use_id, staff_id, actor, at, recorded_at)
            SELECT lot_id, 'Use', 1, -1, 0, id, @staff, actor, used_at, recorded_at FROM needles__uses WHERE lot_id > @Lots - @here OR lot_id <= 200
            """, new { size.Lots, here, staff }, transaction, commandTimeout: 0);
    }
}
