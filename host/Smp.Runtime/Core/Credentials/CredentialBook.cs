using System.Data.Common;
using Dapper;
using Smp.Runtime.Core.Settings;
using Smp.Sdk;

namespace Smp.Runtime.Core.Credentials;

/// <summary>The credentials of staff: recorded, renewed, corrected, ended. None is ever deleted.</summary>
public sealed class CredentialBook(IStore<CorePlugin> store, SettingsBook settings, IClinicClock clock) : ICredentials
{
    private const string Columns = "id, staff_id, kind, name, number, issuer, valid_from, valid_until, ended_at, ended_because, row_version";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Credential>> OfAsync(long staffId, IUnitOfWork? unit = null, CancellationToken token = default) =>
        (await store.ReadAsync(unit, db => db.QueryAsync<Credential>("""
            SELECT id, staff_id, kind, name, valid_from, valid_until FROM core__credentials
            WHERE staff_id = @staffId AND ended_at IS NULL ORDER BY valid_until DESC, id DESC
            """, new { staffId }), token)).AsList();

    /// <summary>All credentials of a member of staff with how they stand today: what counts first, by kind, the latest end first.</summary>
    /// <exception cref="RefusedException">There is no such member of staff.</exception>
    public Task<(StaffMember Member, IReadOnlyList<CredentialRecord> Credentials)> ListAsync(long staffId, CancellationToken token = default) =>
        store.SnapshotAsync(async db => (await RequireMemberAsync(db, staffId), await AllAsync(db, staffId)), token);

    /// <summary>A credential.</summary>
    /// <exception cref="RefusedException">There is no such credential of this member of staff.</exception>
    public Task<CredentialRecord> FindAsync(long staffId, long id, CancellationToken token = default) =>
        store.ReadAsync(db => RequireAsync(db, staffId, id), token);

    /// <summary>Records a credential; one of the same kind that lasts longer than those before renews them.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such member of staff.</exception>
    public Task<CredentialRecord> AddAsync(long staffId, CredentialInput input, CancellationToken token = default)
    {
        var right = input.Checked();
        return store.WriteAsync(new("Recorded a credential"), async unit =>
        {
            await RequireMemberAsync(unit.Connection, staffId);
            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO core__credentials (staff_id, kind, name, number, issuer, valid_from, valid_until)
                VALUES (@staffId, @kind, @Name, @Number, @Issuer, @ValidFrom, @ValidUntil) RETURNING id
                """, new { staffId, kind = right.Kind.ToString(), right.Name, right.Number, right.Issuer, right.ValidFrom, right.ValidUntil });
            return await RequireAsync(unit.Connection, staffId, id);
        }, token);
    }

    /// <summary>Corrects a credential.</summary>
    /// <param name="staffId">Whose.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version the change was made from.</param>
    /// <param name="input">All of it as it shall be.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, there is no such credential, it was ended, or somebody changed it meanwhile.</exception>
    public Task<CredentialRecord> ChangeAsync(long staffId, long id, long rowVersion, CredentialInput input, CancellationToken token = default)
    {
        var right = input.Checked();
        return store.WriteAsync(new("Changed a credential"), async unit =>
        {
            await RequireAsync(unit.Connection, staffId, id, rowVersion);
            await unit.Connection.ExecuteAsync("""
                UPDATE core__credentials SET kind = @kind, name = @Name, number = @Number, issuer = @Issuer, valid_from = @ValidFrom,
                    valid_until = @ValidUntil, row_version = row_version + 1
                WHERE id = @id
                """, new { id, kind = right.Kind.ToString(), right.Name, right.Number, right.Issuer, right.ValidFrom, right.ValidUntil });
            return await RequireAsync(unit.Connection, staffId, id);
        }, token);
    }

    /// <summary>Ends a credential before its time: it was revoked, or entered in error. It stays, and counts no longer.</summary>
    /// <param name="staffId">Whose.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version the decision was made from.</param>
    /// <param name="reason">Why: 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">There is no reason or no such credential, it was ended already, or somebody changed it meanwhile.</exception>
    public Task<CredentialRecord> EndAsync(long staffId, long id, long rowVersion, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        reason = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Ended a credential", reason), async unit =>
        {
            await RequireAsync(unit.Connection, staffId, id, rowVersion);
            await unit.Connection.ExecuteAsync(
                "UPDATE core__credentials SET ended_at = @Now, ended_because = @reason, row_version = row_version + 1 WHERE id = @id", new { id, unit.Now, reason });
            return await RequireAsync(unit.Connection, staffId, id);
        }, token);
    }

    private async Task<CredentialRecord> RequireAsync(DbConnection db, long staffId, long id, long? rowVersion = null)
    {
        var found = (await AllAsync(db, staffId)).FirstOrDefault(c => c.Id == id)
            ?? throw Refuse.Missing($"There is no credential {id} of this member of staff.");
        if (rowVersion is null) return found;
        if (found.RowVersion != rowVersion)
            throw Refuse.Stale($"Somebody else changed this credential after you opened it. Load it again, and make your change there.");
        return found.EndedAt is null ? found : throw Refuse.Because($"This credential was ended. Record a new one.");
    }

    private async Task<IReadOnlyList<CredentialRecord>> AllAsync(DbConnection db, long staffId)
    {
        var all = (await db.QueryAsync<CredentialRecord>($"""
            SELECT {Columns} FROM core__credentials WHERE staff_id = @staffId ORDER BY ended_at IS NOT NULL, kind, name, valid_until DESC, id DESC
            """, new { staffId })).AsList();
        return CredentialRecord.Judge(all, clock.Today, settings.CredentialWarningDays);
    }

    private static async Task<StaffMember> RequireMemberAsync(DbConnection db, long staffId) =>
        await db.QuerySingleOrDefaultAsync<StaffMember>("SELECT id, name, role, active FROM staff WHERE id = @staffId", new { staffId })
            ?? throw Refuse.Missing($"There is no member of staff {staffId}.");
}
