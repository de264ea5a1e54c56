using System.Data.Common;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What a procedure must be, whoever asks for it.</summary>
internal sealed class ProcedureChecks(IPatients patients, IClinicClock clock)
{
    private const int MaxTeam = 30;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>A reason, which is needed.</summary>
    /// <exception cref="RefusedException">There is none, or it is too long.</exception>
    public static string Reason(string? reason)
    {
        var checks = new Checks();
        var text = checks.Require(reason, "reason", 500);
        checks.Throw();
        return text;
    }

    /// <summary>Sees to it that there is a time to book for, and that it isn't gone.</summary>
    /// <exception cref="RefusedException">There is none, or its day has passed.</exception>
    public void RequireTime(Procedure procedure)
    {
        if (procedure.PlannedFor is not { } at) throw Refuse.Field("plannedFor", $"Say for when it is.");
        if (clock.DayOf(at) < clock.Today) throw Refuse.Field("plannedFor", $"That day has passed. What took place then is entered afterwards.");
    }

    /// <summary>The procedure with its texts trimmed.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; the fields say what.</exception>
    public async Task<Procedure> CheckedAsync(IUnitOfWork unit, Procedure procedure, CancellationToken token)
    {
        var db = StoreEngine.Join(Rights.Core, unit);
        var patient = await patients.FindAsync(unit, procedure.PatientId, token)
            ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(procedure.PatientId)}.");
        var checks = new Checks();
        checks.That(procedure.Team.All(m => m is not null), "team", $"Each of the team is somebody.");
        checks.Throw();
        var result = procedure with
        {
            Kind = checks.Require(procedure.Kind, "kind", 50),
            Title = checks.Require(procedure.Title, "title", 200),
            Href = checks.Optional(procedure.Href, "href", 200),
            EnteredBecause = procedure.Historical ? checks.Require(procedure.EnteredBecause, "because", 500) : null,
            Team = [.. procedure.Team.Select(m => m with { Part = checks.Require(m.Part, "team", 50) }).Distinct()],
        };
        checks.That(result.Href?.StartsWith('/') != false, "href", $"This is a path in this clinic; it begins with a slash.");
        checks.That(result.Team.Count <= MaxTeam, "team", $"At most {MaxTeam} people.");
        if (result.Historical) CheckTimes(checks, result, patient, unit.Now);
        await CheckPeopleAsync(db, checks, result);
        await CheckPlaceAsync(db, checks, result);
        checks.Throw();
        return result;
    }

    private void CheckTimes(Checks checks, Procedure procedure, PatientSummary patient, DateTimeOffset now)
    {
        checks.That(procedure.StartedAt <= procedure.EndedAt, "endedAt", $"It can’t have ended before it began.");
        checks.That(procedure.EndedAt <= now + ClockSkew, "endedAt", $"This is in the future. Plan it instead.");
        checks.That(clock.DayOf(procedure.StartedAt!.Value) >= patient.BirthDate, "startedAt", $"This is before the patient was born.");
    }

    private static async Task CheckPeopleAsync(DbConnection db, Checks checks, Procedure procedure)
    {
        if (procedure.PerformedBy is { } performer) await KnownAsync(performer, "performedBy");
        foreach (var member in procedure.Team.DistinctBy(m => m.StaffId)) await KnownAsync(member.StaffId, "team");

        async Task KnownAsync(long id, string field)
        {
            var known = await db.ExecuteScalarAsync<bool>("SELECT count(*) FROM staff WHERE id = @id", new { id });
            checks.That(known, field, $"There is no member of staff {id}.");
        }
    }

    private static async Task CheckPlaceAsync(DbConnection db, Checks checks, Procedure procedure)
    {
        if (procedure.LocationId is { } location)
        {
            var known = await db.ExecuteScalarAsync<bool>("SELECT count(*) FROM locations WHERE id = @location", new { location });
            checks.That(known, "locationId", $"There is no location {location}.");
        }

        if (procedure.RoomId is not { } room) return;
        var itsLocation = await db.ExecuteScalarAsync<long?>("SELECT location_id FROM rooms WHERE id = @room", new { room });
        checks.That(itsLocation is not null, "roomId", $"There is no room {room}.");
        checks.That(itsLocation is null || itsLocation == procedure.LocationId, "roomId", $"This room is at another location.");
    }
}
