using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>What the core alone knows of an appointment.</summary>
/// <param name="Uid">Names it in calendars elsewhere.</param>
/// <param name="Minutes">How long it is, or is to be.</param>
/// <param name="Note">What to know of it.</param>
/// <param name="WantedFrom">For who waits: the first day on which it could be.</param>
/// <param name="WantedUntil">For who waits: the last one.</param>
/// <param name="WantedStaff">For who waits: with whom.</param>
/// <param name="MadeAt">When it was made.</param>
public sealed record AppointmentDetails(string Uid, int Minutes, string? Note, DateOnly? WantedFrom, DateOnly? WantedUntil, long? WantedStaff, DateTimeOffset MadeAt);

/// <summary>What was done with an appointment.</summary>
/// <param name="Act">What.</param>
/// <param name="Status">The status it came to.</param>
/// <param name="StartsAt">When it was to begin then.</param>
/// <param name="Reason">Why, where a reason is asked for.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
public sealed record AppointmentDeed(AppointmentAct Act, AppointmentStatus Status, DateTimeOffset? StartsAt, string? Reason, string Actor, DateTimeOffset At);

/// <summary>The rows of appointments and of who takes part.</summary>
internal static class AppointmentRows
{
    public const string Columns =
        "a.id, a.patient_id, a.plugin, a.kind, a.title, a.status, a.location_id, a.room_id, a.starts_at, a.ends_at, a.procedure_id, a.changed_at, a.row_version";

    public static async Task<Appointment?> FindAsync(DbConnection db, long id) =>
        await db.QuerySingleOrDefaultAsync<Appointment>($"SELECT {Columns} FROM appointments a WHERE a.id = @id", new { id }) is { } found
            ? (await WithStaffAsync(db, [found]))[0]
            : null;

    public static async Task<Appointment?> OfProcedureAsync(DbConnection db, long procedureId) =>
        await db.ExecuteScalarAsync<long?>("SELECT id FROM appointments WHERE procedure_id = @procedureId", new { procedureId }) is { } id ? await FindAsync(db, id) : null;

    /// <summary>The same with who takes part, read at once.</summary>
    public static async Task<IReadOnlyList<Appointment>> WithStaffAsync(DbConnection db, IEnumerable<Appointment> appointments)
    {
        var all = appointments.AsList();
        if (all.Count == 0) return all;
        var staff = (await db.QueryAsync<(long AppointmentId, long StaffId, string? Part)>("""
            SELECT appointment_id, staff_id, part FROM appointment_staff WHERE appointment_id IN (SELECT value FROM json_each(@keys)) ORDER BY id
            """, new { keys = $"[{string.Join(',', all.Select(a => a.Id))}]" })).ToLookup(s => s.AppointmentId);
        return
        [
            .. all.Select(a => a with
            {
                PerformedBy = staff[a.Id].Where(s => s.Part is null).Select(s => (long?)s.StaffId).FirstOrDefault(),
                Team = [.. staff[a.Id].Where(s => s.Part is not null).Select(s => new TeamMember(s.StaffId, s.Part!))],
            }),
        ];
    }

    public static Task<AppointmentDetails> DetailsAsync(DbConnection db, long id) => db.QuerySingleAsync<AppointmentDetails>(
        "SELECT uid, minutes, note, wanted_from, wanted_until, wanted_staff, made_at FROM core__appointment_details WHERE appointment_id = @id", new { id });

    public static async Task<IReadOnlyList<AppointmentDeed>> DeedsAsync(DbConnection db, long id) => (await db.QueryAsync<AppointmentDeed>("""
        SELECT act, status, starts_at, reason, actor, at FROM core__appointment_acts WHERE appointment_id = @id ORDER BY id LIMIT 1000
        """, new { id })).AsList();

    /// <summary>Adds one with its details. Returns its key.</summary>
    public static async Task<long> InsertAsync(DbConnection db, Appointment a, AppointmentDetails details)
    {
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO appointments (patient_id, plugin, kind, title, status, location_id, room_id, starts_at, ends_at, procedure_id, changed_at)
            VALUES (@PatientId, @Plugin, @Kind, @Title, @status, @LocationId, @RoomId, @StartsAt, @EndsAt, @ProcedureId, @ChangedAt) RETURNING id
            """, Values(a));
        await AddStaffAsync(db, id, a);
        await db.ExecuteAsync("""
            INSERT INTO core__appointment_details (appointment_id, patient_id, uid, minutes, note, wanted_from, wanted_until, wanted_staff, made_at)
            VALUES (@id, @PatientId, @Uid, @Minutes, @Note, @WantedFrom, @WantedUntil, @WantedStaff, @MadeAt)
            """, new
        {
            id, a.PatientId, details.Uid, details.Minutes, details.Note, details.WantedFrom, details.WantedUntil, details.WantedStaff, details.MadeAt,
        });
        return id;
    }

    /// <summary>Writes one as it is to be. Returns it as it is then.</summary>
    /// <exception cref="RefusedException">It isn't the version any more that it was read as.</exception>
    public static async Task<Appointment> UpdateAsync(DbConnection db, Appointment was, Appointment becomes)
    {
        // Whoever takes part is taken out before its time changes: the store judges each against the time that stands then.
        var moved = was.PerformedBy != becomes.PerformedBy || !was.Team.SequenceEqual(becomes.Team);
        if (moved) await db.ExecuteAsync("DELETE FROM appointment_staff WHERE appointment_id = @Id", new { becomes.Id });
        var rows = await db.ExecuteAsync("""
            UPDATE appointments SET title = @Title, status = @status, location_id = @LocationId, room_id = @RoomId, starts_at = @StartsAt, ends_at = @EndsAt,
                procedure_id = @ProcedureId, changed_at = @ChangedAt, row_version = row_version + 1
            WHERE id = @Id AND row_version = @RowVersion
            """, Values(becomes));
        if (rows != 1) throw Stale();
        if (moved) await AddStaffAsync(db, becomes.Id, becomes);
        return (await FindAsync(db, becomes.Id))!;
    }

    public static Task SetMinutesAsync(DbConnection db, long id, int minutes) =>
        db.ExecuteAsync("UPDATE core__appointment_details SET minutes = @minutes WHERE appointment_id = @id AND minutes <> @minutes", new { id, minutes });

    public static Task KeepAsync(IUnitOfWork unit, DbConnection db, Appointment a, AppointmentAct act, string? reason) => db.ExecuteAsync("""
        INSERT INTO core__appointment_acts (appointment_id, patient_id, act, status, starts_at, reason, actor, at)
        VALUES (@Id, @PatientId, @act, @status, @StartsAt, @reason, @Name, @Now)
        """, new { a.Id, a.PatientId, act = act.ToString(), status = a.Status.ToString(), a.StartsAt, reason, unit.Actor.Name, unit.Now });

    /// <summary>A name for calendars elsewhere that nothing else in the world has (RFC 5545, 3.8.4.7).</summary>
    public static string NewUid() => $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}@smp";

    public static RefusedException Missing(long id) => Refuse.Missing($"There is no appointment {id}.");

    public static RefusedException Stale() => Refuse.Stale($"Somebody else changed this appointment meanwhile. Look at it as it is now, and change it again.");

    private static async Task AddStaffAsync(DbConnection db, long id, Appointment a)
    {
        const string Sql = "INSERT INTO appointment_staff (appointment_id, staff_id, part) VALUES (@id, @staff, @part)";
        if (a.PerformedBy is { } hands) await db.ExecuteAsync(Sql, new { id, staff = hands, part = (string?)null });
        foreach (var member in a.Team) await db.ExecuteAsync(Sql, new { id, staff = member.StaffId, part = (string?)member.Part });
    }

    private static object Values(Appointment a) => new
    {
        a.Id, a.PatientId, a.Plugin, a.Kind, a.Title, status = a.Status.ToString(), a.LocationId, a.RoomId, a.StartsAt, a.EndsAt, a.ProcedureId, a.ChangedAt, a.RowVersion,
    };
}
