using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class EventTests
{
    [Test]
    public async Task A_handler_writes_in_the_unit_that_published_with_its_own_plugins_rights()
    {
        await using var store = new StoreFixture();
        var own = new Rights("listening");
        store.Services.AddSingleton(new PluginRights(new Dictionary<System.Reflection.Assembly, Rights> { [typeof(EventTests).Assembly] = own }));
        await store.Engine.MigrateAsync(own, [new(1, "0001_heard.sql", "CREATE TABLE listening__heard (name TEXT PRIMARY KEY) STRICT;")]);
        var listener = new Listener();
        store.Services.AddSingleton<IEventHandler<string>>(listener);

        await store.Write(async unit =>
        {
            await unit.PublishAsync("said");
            return true;
        });

        Assert.That(store.Look("SELECT name FROM listening__heard"), Is.EqualTo(new[] { "said" }));
        Assert.That(listener.Owner, Is.EqualTo("listening"));
    }

    [Test]
    public async Task A_handler_that_throws_fails_the_whole_unit()
    {
        await using var store = new StoreFixture();
        store.Services.AddSingleton(new PluginRights(new Dictionary<System.Reflection.Assembly, Rights> { [typeof(EventTests).Assembly] = StoreFixture.Mine }));
        store.Services.AddSingleton<IEventHandler<string>>(new Listener { Refuses = true });

        Assert.That(async () => await store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "mine");
            await unit.PublishAsync("said");
            return true;
        }), Throws.InstanceOf<RefusedException>());
        Assert.That(await store.Count(), Is.Zero);
    }

    [Test]
    public void A_type_that_is_no_plugin_here_has_no_rights()
    {
        var rights = new PluginRights(new Dictionary<System.Reflection.Assembly, Rights> { [typeof(CorePlugin).Assembly] = Rights.Core });

        Assert.That(() => rights.Of(typeof(EventTests).Assembly), Throws.InvalidOperationException.With.Message.Contains("no plugin"));
    }

    private sealed class Listener : IEventHandler<string>
    {
        public bool Refuses { get; init; }

        public string? Owner { get; private set; }

        public Task HandleAsync(string @event, IUnitOfWork unit, CancellationToken token)
        {
            Owner = StoreEngine.OwnerOf(unit);
            return Refuses ? throw Refuse.Because($"No.") : unit.Connection.ExecuteAsync("INSERT INTO listening__heard (name) VALUES (@event)", new { @event });
        }
    }
}
