using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>The address at which a calendar program finds somebody's appointments.</summary>
/// <param name="StaffId">Whose.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="MadeAt">When.</param>
public sealed record CalendarFeed(long StaffId, string MadeBy, DateTimeOffset MadeAt);

/// <summary>
/// Calendar feeds of staff: each behind a secret of 256 bits that is shown once, and of which only the hash is kept. Whoever has the address sees when somebody works, where, and at what; never on whom.
/// </summary>
public sealed class CalendarFeeds(IStore<CorePlugin> store, IClinicClock clock)
{
    private const int DaysBack = 60, DaysAhead = 400;
    private const int MaxEvents = 5000;

    /// <summary>The feed that somebody has, or null.</summary>
    public Task<CalendarFeed?> FindAsync(long staffId, CancellationToken token = default) => store.ReadAsync(
        db => db.QuerySingleOrDefaultAsync<CalendarFeed?>("SELECT staff_id, made_by, made_at FROM core__calendar_feeds WHERE staff_id = @staffId", new { staffId }), token);

    /// <summary>Makes the address for somebody; one they had before ends.</summary>
    /// <returns>The secret, which nothing can show again.</returns>
    /// <exception cref="RefusedException">There is no such member of staff.</exception>
    public Task<string> MakeAsync(long staffId, CancellationToken token = default)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return store.WriteAsync(new("Made a calendar address"), async unit =>
        {
            if (!await unit.Connection.ExecuteScalarAsync<bool>("SELECT count(*) FROM staff WHERE id = @staffId AND active = 1", new { staffId })) throw Refuse.Missing($"There is no member of staff {staffId}.");
            await unit.Connection.ExecuteAsync("""
                DELETE FROM core__calendar_feeds WHERE staff_id = @staffId;
                INSERT INTO core__calendar_feeds (staff_id, hash, made_by, made_at) VALUES (@staffId, @hash, @Name, @Now)
                """, new { staffId, hash = HashOf(secret), unit.Actor.Name, unit.Now });
            return secret;
        }, token);
    }

    /// <summary>Ends the address that somebody has.</summary>
    /// <exception cref="RefusedException">They have none.</exception>
    public Task EndAsync(long staffId, CancellationToken token = default) => store.WriteAsync(new("Ended a calendar address"), async unit =>
        await unit.Connection.ExecuteAsync("DELETE FROM core__calendar_feeds WHERE staff_id = @staffId", new { staffId }) == 1 ? staffId : throw Refuse.Missing($"There is no calendar address."), token);

    /// <summary>What stands behind a secret: somebody's appointments of the last two months and the next thirteen. Null for one that isn't known, or whose owner has left.</summary>
    public Task<string?> ReadAsync(string secret, CancellationToken token = default) => store.SnapshotAsync(async db =>
    {
        var owner = await db.QuerySingleOrDefaultAsync<(long Id, string Name)>(
            "SELECT s.id, s.name FROM core__calendar_feeds f JOIN staff s ON s.id = f.staff_id WHERE f.hash = @hash AND s.active = 1", new { hash = HashOf(secret) });
        if (owner.Id == 0) return null;
        var events = await db.QueryAsync<CalendarEvent>("""
            SELECT d.uid, a.row_version AS sequence, a.status, a.starts_at, a.ends_at, a.changed_at, a.title || ' · P-' || printf('%06d', a.patient_id) AS summary,
                l.name || coalesce(', ' || r.name, '') AS place
            FROM appointments a JOIN core__appointment_details d ON d.appointment_id = a.id JOIN appointment_staff s ON s.appointment_id = a.id AND s.staff_id = @Id
                LEFT JOIN locations l ON l.id = a.location_id LEFT JOIN rooms r ON r.id = a.room_id
            WHERE a.starts_at > @from AND a.starts_at < @until ORDER BY a.starts_at, a.id LIMIT @most
            """, new { owner.Id, from = clock.Now.AddDays(-DaysBack), until = clock.Now.AddDays(DaysAhead), most = MaxEvents });
        return ICalendar.Write(owner.Name, events, clock.Now);
    }, token);

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
