using Dapper;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>A place, a time on its wall, and people, as they are typed.</summary>
public record SlotInput
{
    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room of it.</summary>
    public long? RoomId { get; init; }

    /// <summary>The day there.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The time there: <c>HH:MM</c>. One that the clocks leave out is refused.</summary>
    public string? Time { get; init; }

    /// <summary>Which one of a time that comes twice, when the clocks go back; needed then, and ignored on every other day.</summary>
    public TwiceHour? Which { get; init; }

    /// <summary>How long, in minutes: 5 to 1440. What the kind of procedure declares, or 30, when left out.</summary>
    public int? Minutes { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Everybody else who takes part.</summary>
    public IReadOnlyList<TeamMember>? Team { get; init; }
}

/// <summary>An appointment as it is typed.</summary>
public sealed record AppointmentInput : SlotInput
{
    /// <summary>Whose.</summary>
    public long PatientId { get; init; }

    /// <summary>The module whose kind it is; <c>core</c> for the clinic's own when left out.</summary>
    public string? Plugin { get; init; }

    /// <summary>The kind of procedure; left out where it is for none.</summary>
    public string? Kind { get; init; }

    /// <summary>What it is for; the kind's name when left out.</summary>
    public string? Title { get; init; }

    /// <summary>What to know of it; at most 500 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Booked (the default), Pending or Proposed.</summary>
    public AppointmentStatus? Status { get; init; }
}

/// <summary>All that is known of an appointment, for its page.</summary>
/// <param name="Appointment">As it is now.</param>
/// <param name="Details">What the core alone knows.</param>
/// <param name="Deeds">What was done with it, in its order.</param>
/// <param name="TimeZone">The IANA name of its location's zone.</param>
public sealed record AppointmentFile(Appointment Appointment, AppointmentDetails Details, IReadOnlyList<AppointmentDeed> Deeds, string? TimeZone);

/// <summary>What pages and the API do with appointments: units of work of the clinic's own, and times by the wall of the location.</summary>
public sealed class AppointmentDesk
{
    private const int DefaultMinutes = 30;
    private readonly IStore<CorePlugin> store;
    private readonly AppointmentBook book;
    private readonly ProcedureBook procedures;
    private readonly ProcedureKinds kinds;

    internal AppointmentDesk(IStore<CorePlugin> store, AppointmentBook book, ProcedureBook procedures, ProcedureKinds kinds) =>
        (this.store, this.book, this.procedures, this.kinds) = (store, book, procedures, kinds);

    /// <summary>Makes one.</summary>
    /// <exception cref="RefusedException">Something is wrong with it, its time can't be had (detail <c>clashes</c>), or a guard stands in the way (detail <c>answers</c>).</exception>
    public Task<Appointment> BookAsync(AppointmentInput input, CancellationToken token = default)
    {
        var plugin = input.Plugin ?? (input.Kind is null ? null : "core");
        var status = input.Status ?? AppointmentStatus.Booked;
        return store.WriteAsync(new(status is AppointmentStatus.Proposed ? "Proposed an appointment" : "Booked an appointment"), async unit =>
            await book.BookAsync(unit, new(input.PatientId, await SlotAsync(unit, input, kinds.Find(plugin, input.Kind)?.Minutes ?? DefaultMinutes))
            {
                Plugin = plugin, Kind = input.Kind, Title = input.Title, Note = input.Note, Status = status,
            }, token), token);
    }

    /// <summary>Moves it.</summary>
    /// <inheritdoc cref="BookAsync(AppointmentInput, CancellationToken)"/>
    public Task<Appointment> MoveAsync(long id, long rowVersion, SlotInput slot, string? reason, CancellationToken token = default) =>
        GuardedAsync(id, new("Moved an appointment", reason?.Trim()), async unit =>
            await book.MoveAsync(unit, id, rowVersion, await SlotAsync(unit, slot, await MinutesAsync(unit, id)), reason, token), token);

    /// <summary>Books what is proposed or held.</summary>
    /// <inheritdoc cref="BookAsync(AppointmentInput, CancellationToken)"/>
    public Task<Appointment> BookAsync(long id, long rowVersion, CancellationToken token = default) =>
        GuardedAsync(id, new("Booked an appointment"), unit => book.BookAsync(unit, id, rowVersion, AppointmentAct.Book, token), token);

    /// <summary>Books a time for who waits, or anew for who didn't come.</summary>
    /// <inheritdoc cref="BookAsync(AppointmentInput, CancellationToken)"/>
    public Task<Appointment> BookAsync(long id, long rowVersion, SlotInput slot, CancellationToken token = default) =>
        GuardedAsync(id, new("Booked an appointment"), async unit =>
            await book.BookAsync(unit, id, rowVersion, await SlotAsync(unit, slot, await MinutesAsync(unit, id)), token), token);

    /// <summary>Holds the time of what is proposed.</summary>
    /// <exception cref="RefusedException">Not from where it stands, not allowed, or its time can't be had.</exception>
    public Task<Appointment> HoldAsync(long id, long rowVersion, CancellationToken token = default) =>
        store.WriteAsync(new("Held the time of an appointment"), unit => book.BookAsync(unit, id, rowVersion, AppointmentAct.Hold, token), token);

    /// <summary>Puts a patient on the waiting list.</summary>
    /// <exception cref="RefusedException">Something is wrong with it, or not allowed.</exception>
    public Task<Appointment> WaitAsync(WaitingInput input, CancellationToken token = default) =>
        store.WriteAsync(new("Put a patient on the waiting list"), unit => book.WaitAsync(
            unit, input with { Plugin = input.Plugin ?? (input.Kind is null ? null : "core") }, token), token);

    /// <summary>Notes that the patient came, is ready, is done, didn't come, or that the step before was a slip.</summary>
    /// <exception cref="RefusedException">Not from where it stands, or not allowed.</exception>
    public Task<Appointment> NoteAsync(long id, long rowVersion, AppointmentAct act, CancellationToken token = default) => store.WriteAsync(new(act switch
    {
        AppointmentAct.Arrive => "A patient arrived",
        AppointmentAct.CheckIn => "Checked a patient in",
        AppointmentAct.Fulfil => "An appointment took place",
        AppointmentAct.NoShow => "A patient didn't come",
        AppointmentAct.TakeBack => "Took back a step of an appointment",
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    }), unit => book.NoteAsync(unit, id, rowVersion, act, token), token);

    /// <summary>Calls it off, with its procedure.</summary>
    /// <exception cref="RefusedException">Not from where it stands, not allowed, or no reason.</exception>
    public Task<Appointment> CancelAsync(long id, long rowVersion, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Cancelled an appointment", reason?.Trim()), unit => book.CancelAsync(unit, id, rowVersion, reason, token), token);

    /// <summary>Marks it as entered in error.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public Task<Appointment> EnterInErrorAsync(long id, long rowVersion, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Marked an appointment as entered in error", reason?.Trim()), unit => book.EnterInErrorAsync(unit, id, rowVersion, reason, token), token);

    /// <summary>All that is known of an appointment, or null.</summary>
    public Task<AppointmentFile?> FileAsync(long id, CancellationToken token = default) => store.SnapshotAsync(async db => await AppointmentRows.FindAsync(db, id) is { } found
        ? new AppointmentFile(found, await AppointmentRows.DetailsAsync(db, id), await AppointmentRows.DeedsAsync(db, id),
            await db.ExecuteScalarAsync<string?>("SELECT time_zone FROM locations WHERE id = @LocationId", new { found.LocationId }))
        : null, token);

    // Read inside the unit: a location's zone may be another one by then.
    private static async Task<AppointmentSlot> SlotAsync(IUnitOfWork unit, SlotInput input, int minutes)
    {
        var checks = new Checks();
        checks.That(input.LocationId is not null, "locationId", $"Say where it is.");
        checks.That(input.Day is not null, "day", $"Say on which day.");
        checks.Throw();
        var zone = await PlaceBook.ZoneAsync(unit.Connection, input.LocationId!.Value) ?? throw Refuse.Field("locationId", $"There is no location {input.LocationId}.");
        return new(input.LocationId.Value, WallClock.Meant(zone, input.Day!.Value, input.Time, input.Which), input.Minutes ?? minutes)
        {
            RoomId = input.RoomId, PerformedBy = input.PerformedBy, Team = input.Team ?? [],
        };
    }

    private static Task<int> MinutesAsync(IUnitOfWork unit, long id) => unit.Connection.ExecuteScalarAsync<int>(
        "SELECT coalesce(max(minutes), 30) FROM core__appointment_details WHERE appointment_id = @id", new { id });

    // What a guard refused is kept with the procedure, where there is one already.
    private async Task<Appointment> GuardedAsync(long id, Act act, Func<IUnitOfWork, Task<Appointment>> step, CancellationToken token)
    {
        try
        {
            return await store.WriteAsync(act, step, token);
        }
        catch (RefusedException refused) when (ProcedureBook.AnswersOf(refused) is { } answers)
        {
            await store.WriteAsync(new("Was refused by a guard") { Refusal = true }, async unit =>
            {
                if (await book.FindAsync(unit, id, token) is { ProcedureId: { } its } && await procedures.FindAsync(unit, its, token) is { } procedure)
                    await GuardRecord.KeepAsync(unit, procedure, GuardStage.Book, answers, CheckOutcome.Refused);
                return true;
            }, token);
            throw;
        }
    }
}
