using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>The rows of procedures and of their teams.</summary>
internal static class ProcedureRows
{
    private const string Columns = """
        id, plugin, kind, title, patient_id, location_id, room_id, state, planned_for, started_at, ended_at, performed_by, recorded_by,
        historical, entered_at, entered_because, href, row_version,
        (SELECT a.id FROM appointments a WHERE a.procedure_id = procedures.id) AS appointment_id
        """;

    public static async Task<Procedure?> FindAsync(DbConnection db, long id) =>
        await db.QuerySingleOrDefaultAsync<Procedure>($"SELECT {Columns} FROM procedures WHERE id = @id", new { id }) is { } procedure
            ? procedure with { Team = await TeamAsync(db, id) }
            : null;

    public static async Task<Page<Procedure>> PageAsync(DbConnection db, long patientId, string? after, int limit)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = (await db.QueryAsync<Procedure>($"""
            SELECT {Columns} FROM procedures
            WHERE patient_id = @patientId AND (coalesce(started_at, planned_for, entered_at), id) < (@at, @id)
            ORDER BY coalesce(started_at, planned_for, entered_at) DESC, id DESC LIMIT @limit + 1
            """, new { patientId, at = key[0], id = Keyset.Key(key[1]), limit })).AsList();
        var page = Keyset.ToPage(rows, limit, p => [Keyset.Of(p.StartedAt ?? p.PlannedFor ?? p.EnteredAt), Keyset.Of(p.Id)]);
        List<Procedure> whole = [];
        foreach (var procedure in page.Items) whole.Add(procedure with { Team = await TeamAsync(db, procedure.Id) });
        return page with { Items = whole };
    }

    /// <summary>Adds one, with its team. Returns its key.</summary>
    public static async Task<long> InsertAsync(DbConnection db, Procedure p)
    {
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO procedures (plugin, kind, title, patient_id, location_id, room_id, state, planned_for, started_at, ended_at,
                performed_by, recorded_by, historical, entered_at, entered_because, href)
            VALUES (@Plugin, @Kind, @Title, @PatientId, @LocationId, @RoomId, @state, @PlannedFor, @StartedAt, @EndedAt,
                @PerformedBy, @RecordedBy, @Historical, @EnteredAt, @EnteredBecause, @Href)
            RETURNING id
            """, Values(p));
        if (p.Href is null)
            await db.ExecuteAsync("UPDATE procedures SET href = @href WHERE id = @id", new { id, href = HrefOf(id) });
        await SetTeamAsync(db, id, p.Team);
        return id;
    }

    /// <summary>Writes one as it is now, with its team. Returns whether it was still the version that it was read as.</summary>
    public static async Task<bool> UpdateAsync(DbConnection db, Procedure p)
    {
        var rows = await db.ExecuteAsync("""
            UPDATE procedures SET title = @Title, location_id = @LocationId, room_id = @RoomId, state = @state, planned_for = @PlannedFor,
                started_at = @StartedAt, ended_at = @EndedAt, performed_by = @PerformedBy, recorded_by = @RecordedBy, row_version = row_version + 1
            WHERE id = @Id AND row_version = @RowVersion
            """, Values(p));
        if (rows == 1 && !(await TeamAsync(db, p.Id)).SequenceEqual(p.Team))
        {
            await db.ExecuteAsync("DELETE FROM procedure_team WHERE procedure_id = @Id", new { p.Id });
            await SetTeamAsync(db, p.Id, p.Team);
        }

        return rows == 1;
    }

    /// <summary>Says where a procedure goes on.</summary>
    public static Task SetHrefAsync(DbConnection db, long id, string href) => db.ExecuteAsync("UPDATE procedures SET href = @href WHERE id = @id", new { id, href });

    /// <summary>The clinic's own page of a procedure.</summary>
    public static string HrefOf(long id) => string.Create(CultureInfo.InvariantCulture, $"/procedures/{id}");

    private static object Values(Procedure p) => new
    {
        p.Id, p.Plugin, p.Kind, p.Title, p.PatientId, p.LocationId, p.RoomId, state = p.State.ToString(), p.PlannedFor, p.StartedAt, p.EndedAt,
        p.PerformedBy, p.RecordedBy, p.Historical, p.EnteredAt, p.EnteredBecause, p.Href, p.RowVersion,
    };

    private static async Task<IReadOnlyList<TeamMember>> TeamAsync(DbConnection db, long id) =>
        (await db.QueryAsync<TeamMember>("SELECT staff_id, part FROM procedure_team WHERE procedure_id = @id ORDER BY id", new { id })).AsList();

    private static async Task SetTeamAsync(DbConnection db, long id, IReadOnlyList<TeamMember> team)
    {
        foreach (var member in team)
            await db.ExecuteAsync("INSERT INTO procedure_team (procedure_id, staff_id, part) VALUES (@id, @StaffId, @Part)", new { id, member.StaffId, member.Part });
    }
}
