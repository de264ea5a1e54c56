using System.Collections.Frozen;
using System.Data.Common;
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

    /// <summary>Whether a role can't lose a permission: without it nobody could give anything back.</summary>
    public static bool IsKept(Role role, string permission) => role == Role.Administrator && KeptByAdministrators.Contains(permission);

    /// <summary>Gives a permission to a role or takes it away. Counts at once, also for who is signed in.</summary>
    /// <exception cref="RefusedException">There is no such permission, or Administrators would lose one that they need to run the clinic.</exception>
    public Task SetAsync(Role role, string permission, bool granted, CancellationToken token = default) =>
        SetAsync([new(role, permission, granted)], token);

    /// <summary>Gives roles permissions and takes some away: all of it or nothing. Counts at once, also for who is signed in.</summary>
    /// <exception cref="RefusedException">There is no such permission, or Administrators would lose one that they need to run the clinic.</exception>
    public async Task SetAsync(IReadOnlyCollection<RoleChange> changes, CancellationToken token = default)
    {
        foreach (var (role, permission, granted) in changes)
        {
            if (!Enum.IsDefined(role)) throw Refuse.Field("role", $"This isn't a role.");
            if (catalog.Find(permission) is null) throw Refuse.Field("permission", $"There is no permission {permission} in this clinic.");
            if (!granted && IsKept(role, permission))
                throw Refuse.Because($"Administrators keep {permission}: without it nobody could give it back.");
        }

        if (changes.Count == 0) return;
        var act = changes.All(c => c.Granted) ? "Gave a role a permission"
            : changes.All(c => !c.Granted) ? "Took a permission from a role"
            : "Changed what roles may do";
        try
        {
            await store.WriteAsync(new(act), async unit =>
            {
                foreach (var change in changes) await SetAsync(unit.Connection, change);
                return true;
            }, token);
        }
        finally
        {
            memory.PermissionsChanged();
        }
    }

    // What is as the modules propose it isn't kept: a newer version may propose otherwise.
    private Task<int> SetAsync(DbConnection db, RoleChange change)
    {
        var values = new { role = change.Role.ToString(), permission = change.Permission, granted = change.Granted };
        return catalog.Find(change.Permission)!.DefaultRoles.Contains(change.Role) == change.Granted
            ? db.ExecuteAsync("DELETE FROM core__role_permissions WHERE role = @role AND permission = @permission", values)
            : db.ExecuteAsync("""
                INSERT INTO core__role_permissions (role, permission, granted) VALUES (@role, @permission, @granted)
                ON CONFLICT (role, permission) DO UPDATE SET granted = excluded.granted
                """, values);
    }

    private async Task<FrozenDictionary<Role, IReadOnlySet<string>>> LoadAsync(CancellationToken token)
    {
        var changes = await store.ReadAsync(db => db.QueryAsync<Change>(
            "SELECT role, permission, granted FROM core__role_permissions"), token);
        var changed = changes.ToDictionary(c => (c.Role, c.Permission), c => c.Granted);
        return Enum.GetValues<Role>().ToFrozenDictionary(role => role, role => (IReadOnlySet<string>)catalog.All
            .Where(p => IsKept(role, p.Id)
                || (changed.TryGetValue((role.ToString(), p.Id), out var granted) ? granted : p.DefaultRoles.Contains(role)))
            .Select(p => p.Id)
            .ToFrozenSet());
    }

    // The role as text: a row of a role that this version doesn't know is no reason to fail.
    private sealed record Change(string Role, string Permission, bool Granted);
}

/// <summary>A permission that a role shall have, or no longer.</summary>
/// <param name="Role">The role.</param>
/// <param name="Permission">The whole name of the permission.</param>
/// <param name="Granted">Whether the role shall have it.</param>
public sealed record RoleChange(Role Role, string Permission, bool Granted);

/// <summary>What the roles may, as it was at one version of the clinic's changes.</summary>
internal sealed record RoleSets(long Version, FrozenDictionary<Role, IReadOnlySet<string>> ByRole);
