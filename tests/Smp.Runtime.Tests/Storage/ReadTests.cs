using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;

namespace Smp.Runtime.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class ReadTests
{
    private enum Grade
    {
        Low,
        High,
    }

    [Test]
    public async Task A_snapshot_sees_one_moment_whatever_is_written_meanwhile()
    {
        await using var store = new StoreFixture();
        await store.Add("before");

        var (first, second) = await store.Engine.ReadAsync(StoreFixture.Mine, oneMoment: true, async connection =>
        {
            var before = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM test__things");
            await Task.Run(() => store.Add("meanwhile"));
            return (before, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM test__things"));
        }, CancellationToken.None);

        Assert.That((first, second, await store.Count()), Is.EqualTo((1L, 1L, 2L)));
    }

    [Test]
    public async Task A_read_can_write_nothing()
    {
        await using var store = new StoreFixture();

        Assert.That(async () => await store.Read(c => StoreFixture.Insert(c, "x")), Throws.InstanceOf<SqliteException>());
    }

    [Test]
    public async Task A_read_without_end_stops_when_its_token_fires_and_the_session_is_good_for_the_next()
    {
        await using var store = new StoreFixture(new StoreOptions { Readers = 1 });
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        var endless = Task.Run(() => store.Read(c => c.ExecuteScalarAsync<long>(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"), stop.Token));

        Assert.That(async () => await endless, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await store.Count(), Is.Zero);
    }

    [Test]
    public async Task A_connection_that_outlives_its_read_is_of_no_use()
    {
        await using var store = new StoreFixture();
        DbConnection? kept = null;
        await store.Read(connection => Task.FromResult((kept = connection) is null));

        Assert.That(async () => await kept!.ExecuteScalarAsync<long>("SELECT 1"), Throws.InvalidOperationException);
    }

    [Test]
    public async Task More_reads_than_sessions_wait_for_their_turn()
    {
        await using var store = new StoreFixture(new StoreOptions { Readers = 2 });
        await store.Add("a");

        var counts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(store.Count)));

        Assert.That(counts, Has.All.EqualTo(1));
    }

    [Test]
    public async Task The_same_statement_can_be_open_twice_at_a_time()
    {
        await using var store = new StoreFixture();
        await store.Add("a");
        await store.Add("b");

        var pairs = await store.Read(async connection =>
        {
            var found = new List<string>();
            await using var outer = await connection.ExecuteReaderAsync("SELECT name FROM test__things ORDER BY name");
            while (await outer.ReadAsync())
            {
                await using var inner = await connection.ExecuteReaderAsync("SELECT name FROM test__things ORDER BY name");
                while (await inner.ReadAsync()) found.Add(outer.GetString(0) + inner.GetString(0));
            }

            return found;
        });

        Assert.That(pairs, Is.EqualTo(new[] { "aa", "ab", "ba", "bb" }));
    }

    [Test]
    public async Task A_statement_that_was_kept_takes_new_values_and_forgets_old_ones()
    {
        await using var store = new StoreFixture();

        var values = await store.Read(async connection => new[]
        {
            await connection.ExecuteScalarAsync<string?>("SELECT @x", new { x = "first" }),
            await connection.ExecuteScalarAsync<string?>("SELECT @x", new { x = (string?)null }),
            await connection.ExecuteScalarAsync<string?>("SELECT @x", new { x = "third" }),
        });

        Assert.That(values, Is.EqualTo(new[] { "first", null, "third" }));
    }

    [Test]
    public async Task Records_are_filled_by_the_names_of_their_columns()
    {
        await using var store = new StoreFixture();

        var row = await store.Read(connection => connection.QuerySingleAsync<Row>("""
            SELECT 7 AS id, '2026-07-07' AS used_on, '2026-07-07T08:09:10.123Z' AS recorded_at, 'High' AS grade, NULL AS lower_grade,
                   1 AS is_open, 'c2d6e0e4-54a7-4e0f-8b55-0d6f4b1d8f10' AS key
            """));

        Assert.That(row, Is.EqualTo(new Row(7, new(2026, 7, 7), new(2026, 7, 7, 8, 9, 10, 123, TimeSpan.Zero), Grade.High, null, true,
            Guid.Parse("c2d6e0e4-54a7-4e0f-8b55-0d6f4b1d8f10"))));
    }

    [Test]
    public async Task Days_and_moments_are_written_as_text_that_sorts_as_time_does()
    {
        await using var store = new StoreFixture();

        var written = await store.Read(connection => connection.QuerySingleAsync<(string Day, string Moment)>("SELECT @day, @moment", new
        {
            day = new DateOnly(2026, 1, 2), moment = new DateTimeOffset(2026, 1, 2, 1, 0, 0, TimeSpan.FromHours(2)),
        }));

        Assert.That(written, Is.EqualTo(("2026-01-02", "2026-01-01T23:00:00.000Z")));
    }

    private sealed record Row(int Id, DateOnly UsedOn, DateTimeOffset RecordedAt, Grade Grade, Grade? LowerGrade, bool IsOpen, Guid Key);
}
