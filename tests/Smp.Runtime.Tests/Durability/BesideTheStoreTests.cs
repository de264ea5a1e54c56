using Dapper;
using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Tests.Durability;

/// <summary>What goes on beside the store while it is open.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BesideTheStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-beside-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_row_changed_past_an_open_store_is_found_although_its_trail_was_forged_with_it()
    {
        await using var store = await DurableStore.OpenAsync(folder);
        await store.AddAsync("a");
        using (var plain = new SqliteConnection($"Data Source={store.Database};Pooling=False"))
        {
            plain.Open();
            var next = await plain.ExecuteScalarAsync<long>("SELECT max(id) + 1 FROM core__audit_units");
            plain.CreateFunction("smp_unit", () => next);
            plain.CreateFunction("smp_sha256", (byte[] b) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(b)));
            await plain.ExecuteAsync("PRAGMA trusted_schema = ON; UPDATE test__parts SET body = x'00'");
        }

        // Seals the forged row as part of this unit.
        await store.AddAsync("b");
        Assert.That((await store.Engine.VerifyAsync([])).Ok, Is.False);
    }

    [Test]
    public async Task What_a_unit_began_may_use_the_store_when_the_unit_is_over()
    {
        await using var store = await DurableStore.OpenAsync(folder);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var background = Task.CompletedTask;
        await store.AddAsync("a", then: _ =>
        {
            background = Task.Run(async () =>
            {
                await over.Task;
                await store.NamesAsync();
            });
            return Task.CompletedTask;
        });
        over.SetResult();
        Assert.That(async () => await background, Throws.Nothing);
    }
}
