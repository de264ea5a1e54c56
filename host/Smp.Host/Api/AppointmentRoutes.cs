using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Api;
using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Appointments, who waits for one, what is free, and what is closed.</summary>
internal static class AppointmentRoutes
{
    /// <summary>A move: where and when it shall be, and why.</summary>
    public sealed record Move : SlotInput
    {
        /// <summary>Why; needed once it holds its time.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>The secret address of a calendar feed.</summary>
    /// <param name="Path">Where it is in this clinic, with the secret; nothing can show it again.</param>
    public sealed record CalendarAddress(string Path);

    public static IEndpointRouteBuilder MapAppointments(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("appointments");
        MapReads(api);
        MapWaiting(api);
        MapSteps(api.MapGroup("appointments/{id:long}"));
        MapClosed(api.MapGroup("closed-times"));
        MapFeed(api.MapGroup("calendar-address"));
        // Whoever has the address may read: it is a secret of 256 bits, in the query, which no log holds.
        routes.MapGet("/calendar.ics", async (CalendarFeeds feeds, HttpContext http, string? key, CancellationToken token) =>
            {
                http.Response.Headers.CacheControl = "private, no-store";
                return key is { Length: > 0 and < 200 } && await feeds.ReadAsync(key, token) is { } calendar ? Results.Text(calendar, "text/calendar", Encoding.UTF8) : Results.NotFound();
            })
            .AllowAnonymous().ExcludeFromDescription();
        return routes;
    }

    private static void MapReads(RouteGroupBuilder api)
    {
        api.MapGet("appointments", async (
                CalendarBook book, IClinicClock clock, DateOnly? from, DateOnly? until, long? location, long? staff, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(from ?? clock.Today, until ?? from ?? clock.Today, location, staff, after, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.AppointmentsView).Demand(CorePermissions.PatientsView).WithName("appointments.list")
            .WithSummary("Appointments on some days of a location's own calendar, today when not said otherwise, in their order; also those that were called off.").ProducesProblem(422);

        api.MapGet("patients/{patient:long}/appointments", async (
                CalendarBook book, PatientDirectory directory, long patient, string? after, int? limit, CancellationToken token) =>
                await directory.FindAsync(patient, token) is null
                    ? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.")
                    : TypedResults.Ok(await book.OfPatientAsync(patient, after, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.AppointmentsView).Demand(CorePermissions.PatientsView).AboutPatient("patient").WithName("appointments.of-patient")
            .WithSummary("A patient's appointments, the latest first.").ProducesProblem(404);

        api.MapGet("appointments/{id:long}", async (AppointmentDesk desk, HttpContext http, long id, CancellationToken token) =>
            {
                var file = await desk.FileAsync(id, token) ?? throw Refuse.Missing($"There is no appointment {id}.");
                http.Response.Headers.ETag = RowVersions.Tag(file.Appointment.RowVersion);
                http.Features.Get<IPatientLook>()?.At(file.Appointment.PatientId);
                return TypedResults.Ok(file);
            })
            .Demand(CorePermissions.AppointmentsView).Demand(CorePermissions.PatientsView).WithName("appointments.read")
            .WithSummary("An appointment with its ETag, and what was done with it.").ProducesProblem(404);

        api.MapGet("procedure-kinds", (ProcedureKinds kinds) => TypedResults.Ok(kinds.All)).Demand(CorePermissions.AppointmentsView).WithName("procedures.kinds")
            .WithSummary("The kinds of procedures that can be booked, whose they are, and what each needs.");

        api.MapGet("appointments/free", async (
                CalendarBook book, ProcedureKinds kinds, long location, DateOnly day, int? minutes, string? plugin, string? kind, long? staff, CancellationToken token) =>
            {
                var its = kinds.Find(plugin ?? "core", kind);
                return TypedResults.Ok(await book.FreeAsync(location, day, minutes ?? its?.Minutes ?? 30, its, staff, token: token));
            })
            .Demand(CorePermissions.AppointmentsView).WithName("appointments.free")
            .WithSummary("The times of a day at which one could begin, every quarter of an hour, with a room and somebody who is free then.");

        api.MapPost("appointments", async Task<Created<Appointment>> (AppointmentDesk desk, HttpContext http, AppointmentInput input, CancellationToken token) =>
            {
                var made = await desk.BookAsync(input, token);
                http.Response.Headers.ETag = RowVersions.Tag(made.RowVersion);
                return TypedResults.Created($"/api/appointments/{made.Id}", made);
            })
            .Demand(CorePermissions.AppointmentsBook).WithName("appointments.book")
            .WithSummary("Books one, by the clock on the location's wall. Refused (409) with what clashes, or with every guard's answer where one stands in the way.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
    }

    private static void MapWaiting(RouteGroupBuilder api)
    {
        api.MapGet("appointments/waiting", async (WaitingList list, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await list.PageAsync(after, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.AppointmentsView).Demand(CorePermissions.PatientsView).WithName("appointments.waiting").WithSummary("Who waits for a time, who has waited longest first.");

        api.MapGet("appointments/{id:long}/waiting", async (AppointmentDesk desk, WaitingList list, long id, int? limit, CancellationToken token) =>
            {
                var its = (await desk.FileAsync(id, token) ?? throw Refuse.Missing($"There is no appointment {id}.")).Appointment;
                return TypedResults.Ok(its is { LocationId: { } location, StartsAt: { } from, EndsAt: { } until }
                    ? await list.WhoCouldTakeAsync(new(location, from, until, its.RoomId, its.PerformedBy), Keyset.Limit(limit), token)
                    : []);
            })
            .Demand(CorePermissions.AppointmentsView).Demand(CorePermissions.PatientsView).WithName("appointments.who-could")
            .WithSummary("Who waits and could take this appointment's time.").ProducesProblem(404);

        api.MapPost("appointments/waiting", async Task<Created<Appointment>> (AppointmentDesk desk, WaitingInput input, CancellationToken token) =>
            {
                var made = await desk.WaitAsync(input, token);
                return TypedResults.Created($"/api/appointments/{made.Id}", made);
            })
            .Demand(CorePermissions.AppointmentsBook).WithName("appointments.wait").WithSummary("Puts a patient on the waiting list.").ProducesProblem(404).ProducesProblem(422);
    }

    private static void MapSteps(RouteGroupBuilder one)
    {
        one.MapPut("", async (AppointmentDesk desk, HttpContext http, long id, Move move, CancellationToken token) =>
                Tagged(http, await desk.MoveAsync(id, RowVersions.Required(http.Request), move, move.Reason, token)))
            .Demand(CorePermissions.AppointmentsBook).WithName("appointments.move")
            .WithSummary("Moves it: all of time, place and people is replaced. If-Match holds its ETag. What is booked asks the guards again.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        Step("book", "appointments.confirm", "Books what is proposed or held, or, with a place and a time, who waits or didn't come.",
            (desk, id, version, body, token) => body is { LocationId: null, Day: null, Time: null } ? desk.BookAsync(id, version, token) : desk.BookAsync(id, version, body, token));
        Step("hold", "appointments.hold", "Holds the time of what is proposed.", (desk, id, version, _, token) => desk.HoldAsync(id, version, token));
        Note("arrive", AppointmentAct.Arrive, "The patient came.");
        Note("check-in", AppointmentAct.CheckIn, "The patient is ready.");
        Note("fulfil", AppointmentAct.Fulfil, "It took place. What has a procedure is over when that is closed.");
        Note("no-show", AppointmentAct.NoShow, "The patient didn't come.");
        Note("take-back", AppointmentAct.TakeBack, "The arrival, or being ready, was a slip of the hand.");
        Step("cancel", "appointments.cancel", "Calls it off, with its procedure, for a reason.", (desk, id, version, body, token) => desk.CancelAsync(id, version, body.Reason, token));
        Step("error", "appointments.error", "Marks it as entered in error, for a reason. It stays, marked.", (desk, id, version, body, token) => desk.EnterInErrorAsync(id, version, body.Reason, token));

        void Note(string path, AppointmentAct act, string summary) =>
            Step(path, $"appointments.{path}", summary, (desk, id, version, _, token) => desk.NoteAsync(id, version, act, token));

        void Step(string path, string name, string summary, Func<AppointmentDesk, long, long, Move, CancellationToken, Task<Appointment>> act) =>
            one.MapPost(path, async (AppointmentDesk desk, HttpContext http, long id, Move? body, CancellationToken token) =>
                    Tagged(http, await act(desk, id, RowVersions.Required(http.Request), body ?? new(), token)))
                .Demand(CorePermissions.AppointmentsBook).WithName(name).WithSummary($"{summary} If-Match holds its ETag.")
                .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
    }

    private static void MapClosed(RouteGroupBuilder closed)
    {
        closed.MapGet("", async (ClosedTimes times, CancellationToken token) => TypedResults.Ok(await times.ListAsync(token)))
            .Demand(CorePermissions.AppointmentsView).WithName("closed-times.list").WithSummary("Times in which nothing is booked, those that are over left out.");
        closed.MapPost("", async Task<Created<ClosedTime>> (ClosedTimes times, ClosedTimeInput input, CancellationToken token) =>
            {
                var made = await times.AddAsync(input, token);
                return TypedResults.Created($"/api/closed-times/{made.Id}", made);
            })
            .Demand(CorePermissions.CalendarManage).WithName("closed-times.add").WithSummary("Closes a location, a room or somebody's time, by the clock on the wall.").ProducesProblem(422);
        closed.MapDelete("{id:long}", async Task<NoContent> (ClosedTimes times, long id, CancellationToken token) =>
            {
                await times.RemoveAsync(id, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.CalendarManage).WithName("closed-times.remove").WithSummary("Opens it again.").ProducesProblem(404);
    }

    private static void MapFeed(RouteGroupBuilder feed)
    {
        feed.MapGet("", async (CalendarFeeds feeds, ICurrentActor actor, CancellationToken token) =>
                TypedResults.Ok(await feeds.FindAsync(Own(actor), token) ?? throw Refuse.Missing($"There is no calendar address.")))
            .Demand(CorePermissions.AppointmentsView).WithName("calendar-address.read").WithSummary("When one's own calendar address was made. The address itself isn't known any more.").ProducesProblem(404);
        feed.MapPost("", async Task<Created<CalendarAddress>> (CalendarFeeds feeds, ICurrentActor actor, CancellationToken token) =>
                TypedResults.Created("/api/calendar-address", new CalendarAddress($"/calendar.ics?key={await feeds.MakeAsync(Own(actor), token)}")))
            .Demand(CorePermissions.AppointmentsView).WithMetadata(new AnswerNotKeptAttribute()).WithName("calendar-address.make")
            .WithSummary("Makes the secret address of one's own calendar feed (iCalendar), and ends the one before. It is said once.");
        feed.MapDelete("", async Task<NoContent> (CalendarFeeds feeds, ICurrentActor actor, CancellationToken token) =>
            {
                await feeds.EndAsync(Own(actor), token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.AppointmentsView).WithName("calendar-address.end").WithSummary("Ends one's own calendar address.").ProducesProblem(404);
    }

    private static long Own(ICurrentActor actor) => actor.Actor.StaffId ?? throw Refuse.Because($"Only a member of staff has a calendar.");

    private static Ok<Appointment> Tagged(HttpContext http, Appointment appointment)
    {
        http.Response.Headers.ETag = RowVersions.Tag(appointment.RowVersion);
        return TypedResults.Ok(appointment);
    }
}
