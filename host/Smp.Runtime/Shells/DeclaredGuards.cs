using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Shells;

/// <summary>
/// The guards that modules declared when their manifests could last be read. A module whose manifest is damaged, or whose folder is gone, protected
/// something: what is kept here says so.
/// </summary>
internal sealed class DeclaredGuards
{
    private readonly Dictionary<string, List<string>> kept;

    private DeclaredGuards(Dictionary<string, List<string>> kept) => this.kept = kept;

    /// <summary>The modules that declared any.</summary>
    public IEnumerable<string> Plugins => kept.Keys;

    /// <summary>Reads what is kept.</summary>
    public static async Task<DeclaredGuards> ReadAsync(StoreEngine store) => new(
        (await store.ReadAsync(Rights.Core, oneMoment: false,
            connection => connection.QueryAsync<(string Plugin, string Guard)>("SELECT plugin, guard FROM core__plugin_guards ORDER BY plugin, guard"),
            CancellationToken.None))
        .GroupBy(r => r.Plugin).ToDictionary(g => g.Key, g => g.Select(r => r.Guard).ToList()));

    /// <summary>What a module declared.</summary>
    public IReadOnlyList<string> Of(string plugin) => kept.GetValueOrDefault(plugin) ?? [];

    /// <summary>Keeps what manifests declare now, where that is something else.</summary>
    public async Task KeepAsync(StoreEngine store, IEnumerable<(string Plugin, IReadOnlyList<string> Guards)> declared)
    {
        var changed = declared.Where(d => !Of(d.Plugin).Order(StringComparer.Ordinal).SequenceEqual(d.Guards.Order(StringComparer.Ordinal))).ToList();
        if (changed.Count == 0) return;
        await store.WriteAsync(Rights.Core, new("Noted which guards modules declare"), Actor.System, NoServices.Instance, async unit =>
        {
            foreach (var (plugin, guards) in changed)
            {
                await unit.Connection.ExecuteAsync("DELETE FROM core__plugin_guards WHERE plugin = @plugin", new { plugin });
                foreach (var guard in guards)
                    await unit.Connection.ExecuteAsync("INSERT INTO core__plugin_guards (plugin, guard) VALUES (@plugin, @guard)", new { plugin, guard });
            }

            return true;
        }, CancellationToken.None);
    }

    // Plugins are chosen before there is a shell; nothing is published here.
    internal sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
