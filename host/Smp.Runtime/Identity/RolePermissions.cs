using System.Collections.Frozen;
using Dapper;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>What each role may: as the modules propose it, with what the clinic changed of that. Scoped.</summary>
public sealed class RolePermissions(IStore<CorePlugin> store, PermissionCatalog catalog, IdentityMemory memory)
{
    // Without these nobody could give anything back.
    private static readonly string[] KeptByAdministrators =
        [CorePermissions.UsersManage, CorePermissions.ModulesManage, CorePermissions.SettingsManage];

    /// <summary>The permissions of a role. Kept in memory until somebody changes them.</summary>
    public async ValueTask<IReadOnlySet<string>> OfAsync(Role role, CancellationToken token = default)
    {
        var version = memory.PermissionsVersion;
        if (catalog.Sets is not { } sets || sets.Version != version)
            catalog.Sets = sets = new(version, await LoadAsync(token));
        return sets.ByRole[role];
    }

    /// <summary>Gives a permission to a role or takes it away. Counts at once, also for who is signed in.</summary>
    /// <exception cref="RefusedException">There is no such permission, or Administrators would lose one that they need to run the clinic.</exception>
    public async Task SetAsync(Role role, string permission, bool granted, CancellationToken token = default)
    {
        if (!Enum.IsDefined(role)) throw Refuse.Field("role", $"This isn't a role.");
        var definition = catalog.Find(permission) ?? throw Refuse.Field("permission", $"There is no permission {permission} in this clinic.");
        if (!granted && role == Role.Administrator && KeptByAdministrators.Contains(permission))
            throw Refuse.Because($"Administrators keep {permission}: without it nobody could give it back.");

        var act = granted ? new Act("Gave a role a permission") : new Act("Took a permission from a role");
        var proposed = definition.DefaultRoles.Contains(role) == granted;
        try
        {
            await store.WriteAsync(act, unit => proposed
                ? unit.Connection.ExecuteAsync(
                    "DELETE FROM core__role_permissions WHERE role = @role AND permission = @permission",
                    new { role = role.ToString(), permission })
                : unit.Connection.ExecuteAsync("""
                    INSERT INTO core__role_permissions (role, permission, granted) VALUES (@role, @permission, @granted)
                    ON CONFLICT (role, permission) DO UPDATE SET granted = excluded.granted
                    """, new { role = role.ToString(), permission, granted }), token);
        }
        finally
        {
            memory.PermissionsChanged();
        }
    }

    private async Task<FrozenDictionary<Role, IReadOnlySet<string>>> LoadAsync(CancellationToken token)
    {
        var changes = await store.ReadAsync(db => db.QueryAsync<Change>(
            "SELECT role, permission, granted FROM core__role_permissions"), token);
        var changed = changes.ToDictionary(c => (c.Role, c.Permission), c => c.Granted);
        return Enum.GetValues<Role>().ToFrozenDictionary(role => role, role => (IReadOnlySet<string>)catalog.All
            .Where(p => (role == Role.Administrator && KeptByAdministrators.Contains(p.Id))
                || (changed.TryGetValue((role.ToString(), p.Id), out var granted) ? granted : p.DefaultRoles.Contains(role)))
            .Select(p => p.Id)
            .ToFrozenSet());
    }

    // The role as text: a row of a role that this version doesn't know is no reason to fail.
    private sealed record Change(string Role, string Permission, bool Granted);
}

/// <summary>What the roles may, as it was at one version of the clinic's changes.</summary>
internal sealed record RoleSets(long Version, FrozenDictionary<Role, IReadOnlySet<string>> ByRole);
