using System.Data.Common;
using Dapper;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>The people who can sign in. Each is a member of staff; the clinic always keeps one active Administrator. Scoped.</summary>
public sealed class Users(IStore<CorePlugin> store, Passwords passwords)
{
    /// <summary>Adds a member of staff who can sign in. Returns the user's key.</summary>
    /// <exception cref="RefusedException">Something in the input is wrong, or the user name is taken; the fields say what.</exception>
    public Task<long> AddAsync(NewUser user, CancellationToken token = default) => AddAsync(user, first: false, token);

    /// <summary>Gives a user another password, ends the user's sessions and lifts a lock.</summary>
    /// <exception cref="RefusedException">There is no such user, or the password won't do.</exception>
    public async Task ResetPasswordAsync(string userName, string newPassword, CancellationToken token = default)
    {
        var names = await store.ReadAsync(db => FindAsync(db, userName), token);
        var checks = new Checks();
        Passwords.Check(checks, newPassword, names.UserName, names.Name);
        checks.Throw();

        // Outside the unit: hashing is slow on purpose, and the clinic has one writer.
        var (hash, stamp) = (passwords.Hash(newPassword), Secrets.New());
        await store.WriteAsync(new("Reset a user's password"), async unit =>
        {
            await Pins.BlockAsync(unit.Connection, names.Id);
            return await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET password_hash = @hash, security_stamp = @stamp, failed_attempts = 0, locked_until = NULL
                WHERE id = @Id
                """, new { hash, stamp, names.Id });
        }, token);
    }

    /// <summary>Everybody who can or could sign in, by name.</summary>
    public Task<IReadOnlyList<User>> ListAsync(CancellationToken token = default) => store.ReadAsync<IReadOnlyList<User>>(
        async db => (await db.QueryAsync<User>("""
            SELECT u.id, u.user_name, u.staff_id, s.name, s.role, s.active, u.locked_until, u.created_at
            FROM core__users u JOIN staff s ON s.id = u.staff_id
            ORDER BY s.name, u.id
            """)).AsList(), token);

    /// <summary>A user.</summary>
    /// <exception cref="RefusedException">There is no such user.</exception>
    public async Task<User> FindAsync(string userName, CancellationToken token = default) =>
        (await ListAsync(token)).FirstOrDefault(u => UserNames.Key(u.UserName) == UserNames.Key(userName)) ?? throw Refuse.Missing($"There is no user {userName}.");

    /// <summary>Whether there is a user yet.</summary>
    public Task<bool> AnyAsync(CancellationToken token = default) => store.ReadAsync(AnyAsync, token);

    /// <summary>Lets a user sign in, or no longer: then open sessions end within a minute, and tokens at once.</summary>
    /// <exception cref="RefusedException">There is no such user, or it is the last active Administrator.</exception>
    public async Task SetActiveAsync(string userName, bool active, CancellationToken token = default)
    {
        var stamp = Secrets.New();
        await store.WriteAsync(new(active ? "Activated a user" : "Deactivated a user"), async unit =>
        {
            var db = unit.Connection;
            var user = await FindAsync(db, userName);
            if (user.Active == active) return 0;
            if (!active)
            {
                await KeepAnAdministratorAsync(db, user);
                await db.ExecuteAsync("UPDATE core__users SET security_stamp = @stamp WHERE id = @Id", new { stamp, user.Id });
            }

            return await db.ExecuteAsync(
                "UPDATE staff SET active = @active, row_version = row_version + 1 WHERE id = @StaffId", new { active, user.StaffId });
        }, token);
    }

    /// <summary>Makes a user something else in the clinic. Counts for open sessions within a minute, for tokens at once.</summary>
    /// <exception cref="RefusedException">There is no such user, or it is the last active Administrator.</exception>
    public async Task ChangeRoleAsync(string userName, Role role, CancellationToken token = default)
    {
        CheckRole(role);
        await store.WriteAsync(new("Changed a user's role"), async unit =>
        {
            var db = unit.Connection;
            var user = await FindAsync(db, userName);
            if (user.Role == role) return 0;
            await KeepAnAdministratorAsync(db, user);
            return await db.ExecuteAsync(
                "UPDATE staff SET role = @role, row_version = row_version + 1 WHERE id = @StaffId", new { role = role.ToString(), user.StaffId });
        }, token);
    }

    internal async Task<long> AddAsync(NewUser user, bool first, CancellationToken token)
    {
        var checks = new Checks();
        var userName = UserNames.Check(checks, user.UserName);
        var name = checks.Require(user.Name, "name", 100);
        checks.That(Enum.IsDefined(user.Role), "role", $"This isn't a role.");
        Passwords.Check(checks, user.Password, userName, name);
        checks.Throw();

        var (role, key, hash, stamp) = (user.Role.ToString(), UserNames.Key(userName), passwords.Hash(user.Password), Secrets.New());
        return await store.WriteAsync(new(first ? "Set up the clinic's first user" : "Added a user"), async unit =>
        {
            var db = unit.Connection;
            if (first && await AnyAsync(db)) throw Refuse.Because($"The clinic has been set up already. Sign in, or ask an Administrator to add you.");
            if (await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__users WHERE normalized_name = @key)", new { key }))
                throw Refuse.Field("userName", $"There is a user {userName} already.");
            var staffId = await db.ExecuteScalarAsync<long>(
                "INSERT INTO staff (name, role) VALUES (@name, @role) RETURNING id", new { name, role });
            return await db.ExecuteScalarAsync<long>("""
                INSERT INTO core__users (staff_id, user_name, normalized_name, password_hash, security_stamp, created_at)
                VALUES (@staffId, @userName, @key, @hash, @stamp, @Now)
                RETURNING id
                """, new { staffId, userName, key, hash, stamp, unit.Now });
        }, token);
    }

    private static void CheckRole(Role role)
    {
        if (!Enum.IsDefined(role)) throw Refuse.Field("role", $"This isn't a role.");
    }

    internal static async Task<ClinicUser> FindAsync(DbConnection db, string userName) =>
        await db.QuerySingleOrDefaultAsync<ClinicUser>($"{ClinicUser.Select} WHERE u.normalized_name = @key", new { key = UserNames.Key(userName) })
            ?? throw Refuse.Missing($"There is no user {userName}.");

    private static Task<bool> AnyAsync(DbConnection db) => db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__users)");

    // Only those who can sign in count: an Administrator without a user couldn't let anybody in.
    private static async Task KeepAnAdministratorAsync(DbConnection db, ClinicUser leaving)
    {
        if (leaving is not { Role: Role.Administrator, Active: true }) return;
        var another = await db.ExecuteScalarAsync<bool>("""
            SELECT EXISTS (SELECT 1 FROM core__users u JOIN staff s ON s.id = u.staff_id
                           WHERE s.role = 'Administrator' AND s.active = 1 AND s.id <> @StaffId)
            """, new { leaving.StaffId });
        if (!another) throw Refuse.Because($"{leaving.Name} is the last active Administrator. Make somebody else one first.");
    }
}
