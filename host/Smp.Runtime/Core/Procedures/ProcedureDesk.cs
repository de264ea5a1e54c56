using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What the clinic does without a module.</summary>
public enum ClinicProcedure
{
    /// <summary>Talking, examining, advising.</summary>
    Consultation,

    /// <summary>Treating.</summary>
    Treatment,

    /// <summary>All else; its title says what.</summary>
    Other,
}

/// <summary>All that is known of a procedure, for its page.</summary>
/// <param name="Procedure">As it is now.</param>
/// <param name="Deeds">What was done with it, in its order.</param>
/// <param name="Checks">What guards said each time, in its order.</param>
/// <param name="Overrides">What physicians overrode, in its order.</param>
public sealed record ProcedureFile(
    Procedure Procedure, IReadOnlyList<ProcedureDeed> Deeds, IReadOnlyList<ProcedureCheck> Checks, IReadOnlyList<ProcedureOverride> Overrides);

/// <summary>What pages and the API do with procedures: units of work of the clinic's own. A stage that a guard refuses is kept as refused.</summary>
public sealed class ProcedureDesk(IStore<CorePlugin> store, IProcedures procedures, IStaff staff, ShellContents shell, Words words)
{
    /// <summary>Plans one of the clinic's own. Without a title it has its kind's name.</summary>
    /// <exception cref="RefusedException">Something is wrong with it, or not allowed.</exception>
    public Task<Procedure> PlanAsync(ClinicProcedure? kind, NewProcedure procedure, CancellationToken token = default) =>
        store.WriteAsync(new("Planned a procedure"), unit => procedures.PlanAsync(unit,
            procedure with { Kind = Required(kind).ToString(), Title = TitleOf(kind, procedure.Title) }, token), token);

    /// <summary>Records one of the clinic's own that took place before.</summary>
    /// <exception cref="RefusedException">Something is wrong with it, or not allowed.</exception>
    public Task<Procedure> EnterHistoricalAsync(ClinicProcedure? kind, HistoricalProcedure procedure, CancellationToken token = default) =>
        store.WriteAsync(new("Entered a procedure afterwards", procedure.Because?.Trim()) { PerformedBy = procedure.PerformedBy },
            unit => procedures.EnterHistoricalAsync(unit,
                procedure with { Kind = Required(kind).ToString(), Title = TitleOf(kind, procedure.Title) }, token), token);

    /// <summary>Changes title, time, place and team.</summary>
    /// <exception cref="RefusedException">No such procedure, another version, something is wrong with it, or a guard stands in the way.</exception>
    public Task<Procedure> ChangeAsync(long id, long rowVersion, ProcedureChange change, CancellationToken token = default) =>
        GuardedAsync(id, GuardStage.Book, new("Changed a procedure"), unit => procedures.ChangeAsync(unit, id, rowVersion, change, token), token);

    /// <summary>Books it.</summary>
    /// <exception cref="RefusedException">Not from where it stands, not allowed, or a guard stands in the way.</exception>
    public Task<Procedure> BookAsync(long id, CancellationToken token = default) =>
        GuardedAsync(id, GuardStage.Book, new("Booked a procedure"), unit => procedures.BookAsync(unit, id, token), token);

    /// <summary>Begins it.</summary>
    /// <inheritdoc cref="BookAsync"/>
    public Task<Procedure> StartAsync(long id, CancellationToken token = default) =>
        GuardedAsync(id, GuardStage.Start, new("Started a procedure"), unit => procedures.StartAsync(unit, id, token), token);

    /// <summary>Ends it.</summary>
    /// <inheritdoc cref="BookAsync"/>
    public Task<Procedure> CloseAsync(long id, CancellationToken token = default) =>
        GuardedAsync(id, GuardStage.Close, new("Closed a procedure"), unit => procedures.CloseAsync(unit, id, token), token);

    /// <summary>Breaks it off.</summary>
    /// <exception cref="RefusedException">Not from where it stands, not allowed, or no reason.</exception>
    public Task<Procedure> AbortAsync(long id, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Aborted a procedure", reason?.Trim()), unit => procedures.AbortAsync(unit, id, reason, token), token);

    /// <summary>Calls it off.</summary>
    /// <inheritdoc cref="AbortAsync"/>
    public Task<Procedure> CancelAsync(long id, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Cancelled a procedure", reason?.Trim()), unit => procedures.CancelAsync(unit, id, reason, token), token);

    /// <summary>Marks it as entered in error.</summary>
    /// <inheritdoc cref="AbortAsync"/>
    public Task<Procedure> VoidAsync(long id, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Voided a procedure", reason?.Trim()), unit => procedures.VoidAsync(unit, id, reason, token), token);

    /// <summary>All that is known of a procedure, or null.</summary>
    public Task<ProcedureFile?> FileAsync(long id, CancellationToken token = default) => store.SnapshotAsync(async db =>
        await ProcedureRows.FindAsync(db, id) is { } procedure
            ? new ProcedureFile(procedure, await GuardRecord.DeedsAsync(db, id), await GuardRecord.ChecksAsync(db, id), await GuardRecord.OverridesAsync(db, id))
            : null, token);

    /// <summary>Whether the clinic itself moves a procedure on: its own, and those of modules that don't run.</summary>
    public bool IsOurs(Procedure procedure) => !shell.Plugins.Any(p => p.Id == procedure.Plugin);

    /// <summary>The names of members of staff, also of those who left.</summary>
    public Task<IReadOnlyDictionary<long, string>> NamesAsync(CancellationToken token = default) => ProcedureNames.StaffAsync(store, token);

    /// <summary>Those who can perform procedures, by name.</summary>
    public async Task<IReadOnlyList<StaffMember>> PerformersAsync(CancellationToken token = default) =>
        [.. (await staff.ListAsync(token)).Where(s => s.Role is Role.Physician or Role.Technician)];

    /// <summary>The places in use, locations with and without a room, by name.</summary>
    /// <param name="keeping">A location whose places are there also when they aren't in use any more: a procedure's own.</param>
    /// <param name="token">Gives up.</param>
    public Task<IReadOnlyList<ProcedurePlace>> PlacesAsync(long? keeping = null, CancellationToken token = default) => ProcedureNames.PlacesAsync(store, keeping, token);

    private async Task<Procedure> GuardedAsync(long id, GuardStage stage, Act act, Func<IUnitOfWork, Task<Procedure>> step, CancellationToken token)
    {
        try
        {
            return await store.WriteAsync(act, step, token);
        }
        catch (RefusedException refused) when (ProcedureBook.AnswersOf(refused) is { } answers)
        {
            await store.WriteAsync(new("Was refused by a guard") { Refusal = true }, async unit =>
            {
                if (await procedures.FindAsync(unit, id, token) is { } procedure)
                    await GuardRecord.KeepAsync(unit, procedure, stage, answers, CheckOutcome.Refused);
                return true;
            }, token);
            throw;
        }
    }

    private static ClinicProcedure Required(ClinicProcedure? kind) => kind ?? throw Refuse.Field("kind", $"Say what kind of procedure it is.");

    private string TitleOf(ClinicProcedure? kind, string? title) =>
        string.IsNullOrWhiteSpace(title) && kind is ClinicProcedure.Consultation or ClinicProcedure.Treatment ? words.Name(kind) : title ?? "";
}
