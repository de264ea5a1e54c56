using System.Data.Common;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.KillTests;

/// <summary>What a unit of work is to come to.</summary>
internal enum Outcome
{
    Kept,
    Throws,
    FailsAtCommit,
}

/// <summary>
/// The units of work. All that a unit does follows from its number, so whoever looks at the data afterwards knows what must be there
/// without having been told.
/// </summary>
internal static class Units
{
    /// <summary>Counters are shared, so that units that run at the same time change the same rows.</summary>
    public const int Counters = 5;

    public const int ForeignKey = 787;

    public static Outcome OutcomeOf(long number) => (number % 16) switch
    {
        5 or 12 => Outcome.Throws,
        9 => Outcome.FailsAtCommit,
        _ => Outcome.Kept,
    };

    public static int ChildrenOf(long number) => 1 + (int)(number % 6);

    // Mostly small; some fill pages of their own, so that the log is soon long enough to be written back.
    public static int BytesOf(long number) => number % 10 == 0 ? 30_000 : (int)(number * 37 % 900);

    public static long CounterOf(long number) => number % Counters;

    public static async Task<bool> RunAsync(IUnitOfWork unit, long number)
    {
        var connection = unit.Connection;
        var children = ChildrenOf(number);
        // Children first: the deferred foreign key is open until their parent is there.
        for (var position = 0; position < children; position++) await AddChildAsync(connection, number, position);
        await connection.ExecuteAsync("INSERT INTO kill__parents (number, children) VALUES (@number, @children)", new { number, children });
        await connection.ExecuteAsync("""
            INSERT INTO kill__counters (id, units, children) VALUES (@id, 1, @children)
            ON CONFLICT (id) DO UPDATE SET units = units + 1, children = children + excluded.children
            """, new { id = CounterOf(number), children });
        switch (OutcomeOf(number))
        {
            case Outcome.Throws:
                throw new UnitThrewException();
            case Outcome.FailsAtCommit:
                await AddChildAsync(connection, -number, 0);
                break;
        }

        return true;
    }

    private static Task<int> AddChildAsync(DbConnection connection, long parent, int position) => connection.ExecuteAsync(
        "INSERT INTO kill__children (parent, position, body) VALUES (@parent, @position, @body)",
        new { parent, position, body = new byte[BytesOf(Math.Abs(parent))] });
}

/// <summary>What a unit throws that is to leave nothing behind.</summary>
internal sealed class UnitThrewException : Exception;

/// <summary>The tables of the units, as a plugin's: the first migration makes them, each later one changes every row there is.</summary>
internal static class UnitTables
{
    /// <summary>The plugin's own.</summary>
    public static Rights Rights { get; } = new("kill");

    public static IReadOnlyList<Migration> Migrations(int count) => [.. Enumerable.Range(1, count).Select(n => n == 1 ? First : Step(n))];

    private static Migration First { get; } = new(1, "0001_units.sql", """
        CREATE TABLE kill__parents (number INTEGER PRIMARY KEY, children INTEGER NOT NULL) STRICT;
        CREATE TABLE kill__children (
            id       INTEGER PRIMARY KEY,
            parent   INTEGER NOT NULL REFERENCES kill__parents (number) DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            body     BLOB NOT NULL,
            UNIQUE (parent, position)
        ) STRICT;
        CREATE TABLE kill__counters (id INTEGER PRIMARY KEY, units INTEGER NOT NULL, children INTEGER NOT NULL) STRICT;
        CREATE TABLE kill__steps (step INTEGER PRIMARY KEY, parents INTEGER NOT NULL) STRICT;
        """);

    private static Migration Step(int number) => new(number, $"{number:0000}_step.sql", $"""
        ALTER TABLE kill__parents ADD COLUMN step_{number} INTEGER;
        UPDATE kill__parents SET step_{number} = number;
        INSERT INTO kill__steps (step, parents) SELECT {number}, count(*) FROM kill__parents;
        """);
}
