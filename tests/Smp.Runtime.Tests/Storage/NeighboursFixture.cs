using System.Data.Common;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>
/// Two plugins in one store: <c>acme</c>, which reads <c>staff</c> and what <c>open</c> publishes, and <c>bill</c>, whose tables are nobody else's
/// business. And a patient, whom acme may refer to and not read.
/// </summary>
internal sealed class NeighboursFixture : IAsyncDisposable
{
    public const string Secret = "SECRET";

    public static readonly Rights Acme = new("acme", "staff", "open__hours");
    private static readonly Rights Bill = new("bill");

    private NeighboursFixture(StoreFixture store) => Store = store;

    public StoreFixture Store { get; }

    /// <summary>What acme has applied.</summary>
    public IReadOnlyList<Migration> Applied { get; } =
    [
        new(1, "0001_lots.sql", """
            CREATE TABLE acme__lots (id INTEGER PRIMARY KEY, name TEXT NOT NULL, patient_id INTEGER REFERENCES patients (id)) STRICT;
            CREATE TABLE acme__parts (id INTEGER PRIMARY KEY, lot_id INTEGER NOT NULL REFERENCES acme__lots (id) ON DELETE CASCADE) STRICT;
            CREATE VIRTUAL TABLE acme__words USING fts5 (name, content = 'acme__lots', content_rowid = 'id');
            INSERT INTO acme__lots (id, name) VALUES (1, 'A'), (2, 'B');
            INSERT INTO acme__parts (lot_id) VALUES (1);
            """),
    ];

    public static async Task<NeighboursFixture> MakeAsync()
    {
        var its = new NeighboursFixture(new StoreFixture());
        await its.Store.Engine.MigrateAsync(Acme, its.Applied);

        await its.Store.Engine.MigrateAsync(Bill,
        [
            new(1, "0001_invoices.sql", $"""
                CREATE TABLE bill__invoices (id INTEGER PRIMARY KEY, secret TEXT NOT NULL, amount INTEGER NOT NULL) STRICT;
                CREATE INDEX bill__by_amount ON bill__invoices (amount);
                CREATE VIEW bill__totals AS SELECT sum(amount) AS total FROM bill__invoices;
                CREATE VIRTUAL TABLE bill__words USING fts5 (secret, content = 'bill__invoices', content_rowid = 'id');
                INSERT INTO bill__invoices (id, secret, amount) VALUES (1, '{Secret}', 100), (2, '{Secret}2', 200);
                INSERT INTO bill__words (rowid, secret) SELECT id, secret FROM bill__invoices;
                """),
        ]);
        await its.Store.Engine.MigrateAsync(new Rights("open"),
        [
            new(1, "0001_hours.sql", "CREATE TABLE open__hours (day INTEGER PRIMARY KEY, opens TEXT) STRICT; INSERT INTO open__hours VALUES (1, '09:00'); CREATE TABLE open__private (id INTEGER PRIMARY KEY) STRICT;"),
        ]);
        await its.WriteAs(Rights.Core, unit => unit.Connection.ExecuteAsync($"""
            INSERT INTO patients (id, given_name, family_name, birth_date, created_at, changed_at) VALUES (7, 'Ann', '{Secret}', '1980-01-01', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
            INSERT INTO staff (id, name, role) VALUES (3, 'Keller', 'Physician');
            """));
        return its;
    }

    public Task<T> WriteAs<T>(Rights rights, Func<IUnitOfWork, Task<T>> unit) =>
        Store.Engine.WriteAsync(rights, new Act("Tested"), Actor.System, StoreFixture.NoServices, unit, CancellationToken.None);

    public Task<T> ReadAs<T>(Rights rights, Func<DbConnection, Task<T>> read) => Store.Engine.ReadAsync(rights, oneMoment: false, read, CancellationToken.None);

    /// <summary>What somebody with a tool sees of bill's and the core's rows, and of the trail.</summary>
    public IReadOnlyList<string> Everything() => Store.Look("""
        SELECT 'bill ' || id || secret || amount FROM bill__invoices UNION ALL
        SELECT 'patient ' || id || family_name FROM patients UNION ALL
        SELECT 'hours ' || day || opens FROM open__hours UNION ALL
        SELECT 'schema ' || name || sql FROM sqlite_schema WHERE sql IS NOT NULL UNION ALL
        SELECT 'seal ' || number || hex(hash) FROM core__audit_seals UNION ALL
        SELECT 'row ' || id || object || change || key FROM core__audit_rows
        """);

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
