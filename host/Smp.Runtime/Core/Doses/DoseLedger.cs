using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>The dose ledger: one for each patient, whoever gives.</summary>
public sealed class DoseLedger(
    IStore<CorePlugin> store, DrugCatalogue catalogue, IIncidents incidents, ITimeline timeline, ISettings<CorePlugin> settings, IClinicClock clock) : IDoses
{
    private static readonly DoseFlag[] OnlyToBeKnown = [DoseFlag.NoLimit, DoseFlag.StrongTopical];

    private TimeSpan Window => TimeSpan.FromHours(settings.Get<int>(ClinicalSettings.DoseWindowHours));

    private int WeightMaxAgeDays => settings.Get<int>(ClinicalSettings.WeightMaxAgeDays);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Drug>> DrugsAsync(CancellationToken token = default) => catalogue.ListAsync(activeOnly: true, token);

    /// <inheritdoc/>
    public Task<DoseAdvice> PlanAsync(DosePlan plan, IUnitOfWork? unit = null, CancellationToken token = default)
    {
        var checks = new Checks();
        CheckSolution(checks, plan.ConcentrationMicrogramsPerMillilitre, plan.VolumeMicrolitres);
        checks.Throw();
        return unit is null ? store.SnapshotAsync(AdviseAsync, token) : AdviseAsync(StoreEngine.Join(Rights.Core, unit));

        async Task<DoseAdvice> AdviseAsync(DbConnection db)
        {
            await ClinicalChecks.RequirePatientAsync(db, plan.PatientId);
            var drug = await DrugCatalogue.FindAsync(db, plan.DrugId) ?? throw Refuse.Field("drugId", $"Choose a drug of the catalogue.");
            var facts = await FactsAsync(db, plan.PatientId, Moments.Cut(plan.At ?? unit?.Now ?? clock.Now));
            return new DoseAdvisor(facts).Advise(drug, plan);
        }
    }

    /// <summary>Records a dose in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">What was entered makes no sense; see <see cref="IDoses.RecordAsync"/>.</exception>
    public Task<RecordedDose> RecordAsync(DoseRecord dose, CancellationToken token = default) =>
        store.WriteAsync(new("Recorded a dose") { PerformedBy = dose.PerformedBy }, unit => RecordAsync(unit, dose, token), token);

    /// <inheritdoc/>
    public async Task<RecordedDose> RecordAsync(IUnitOfWork unit, DoseRecord dose, CancellationToken token = default)
    {
        var db = StoreEngine.Join(Rights.Core, unit);
        await ClinicalChecks.RequirePatientAsync(db, dose.PatientId);
        var checks = new Checks();
        var checkedDose = Check(checks, dose, unit.Now);
        await ClinicalChecks.LivedAsync(db, checks, dose.PatientId, clock.DayOf(dose.GivenAt), "givenAt");
        await ClinicalChecks.LookUpAsync(db, checks, dose.PatientId, dose.PerformedBy, "performedBy", dose.ProcedureId);
        var drug = dose.DrugId is { } key ? await DrugCatalogue.FindAsync(db, key) : null;
        checks.That(dose.DrugId is null || drug is not null, "drugId", $"Choose a drug of the catalogue.");
        checks.Throw();

        // A name that the catalogue does have is that drug.
        if (drug is null && await ByNameAsync(db, checkedDose.DrugName!) is { } named)
            (drug, checkedDose) = (named, checkedDose with { DrugId = named.Id });
        var amount = checkedDose.AmountNanograms!.Value;
        var id = await DoseRows.InsertAsync(db, unit, checkedDose, drug, amount, StoreEngine.OwnerOf(unit));
        var facts = await FactsAsync(db, dose.PatientId, checkedDose.GivenAt);
        var flags = new DoseAdvisor(facts).Judge(drug, checkedDose);
        if (flags.Count > 0) await db.ExecuteAsync("UPDATE core__doses SET flags = @flags WHERE id = @id", new { id, flags = string.Join(' ', flags) });

        var line = DoseWords.Line(drug?.Name ?? checkedDose.DrugName!, checkedDose.ConcentrationMicrogramsPerMillilitre, checkedDose.VolumeMicrolitres,
            amount, checkedDose.WithAdrenaline, checkedDose.Route);
        var href = Href(dose.PatientId, id);
        await timeline.WriteAsync(unit, new(dose.PatientId, checkedDose.GivenAt, "droplet", line, href), token);
        var broken = flags.Except(OnlyToBeKnown).ToList();
        if (broken.Count == 0) return new(id, flags, null);
        var incident = await incidents.OpenAsync(unit, new($"Dose{broken[0]}", Excerpt.Of($"{line}: {string.Join("; ", broken.Select(Told))}."),
            checkedDose.GivenAt, dose.PatientId, href), token);
        return new(id, flags, incident);
    }

    /// <summary>Voids a dose of a patient, in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">This patient has no such dose, no reason, or it was voided before.</exception>
    public Task VoidAsync(long patientId, long doseId, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Voided a dose", reason?.Trim()), async unit =>
        {
            await RequireAsync(unit.Connection, patientId, doseId);
            await VoidAsync(unit, doseId, reason, token);
            return true;
        }, token);

    /// <inheritdoc/>
    public async Task VoidAsync(IUnitOfWork unit, long doseId, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        var db = StoreEngine.Join(Rights.Core, unit);
        var dose = await DoseRows.FindAsync(db, doseId) ?? throw Refuse.Missing($"There is no dose {doseId}.");
        if (dose.VoidedAt is { } before) throw Refuse.Because($"This dose was voided already, by {dose.VoidedBy} on {clock.DayOf(before)}.");
        await db.ExecuteAsync("UPDATE core__doses SET voided_at = @Now, voided_by = @Name, void_reason = @why WHERE id = @doseId",
            new { doseId, unit.Now, unit.Actor.Name, why });
        await timeline.WriteAsync(unit, new(dose.PatientId, unit.Now, "undo", Excerpt.Of($"Voided: {Line(dose)}"), Href(dose.PatientId, doseId)), token);
    }

    /// <inheritdoc/>
    public Task<Page<Dose>> ListAsync(long patientId, string? after, int limit, CancellationToken token = default) =>
        store.ReadAsync(db => DoseRows.PageAsync(db, patientId, after, limit), token);

    /// <summary>A dose of a patient.</summary>
    /// <exception cref="RefusedException">This patient has no such dose.</exception>
    public Task<Dose> RequireAsync(long patientId, long doseId, CancellationToken token = default) =>
        store.ReadAsync(db => RequireAsync(db, patientId, doseId), token);

    /// <inheritdoc/>
    public Task<Dose?> SedatedSinceAsync(long patientId, DateTimeOffset since, IUnitOfWork? unit = null, CancellationToken token = default) =>
        unit is null
            ? store.ReadAsync(db => DoseRows.SedatedSinceAsync(db, patientId, since), token)
            : DoseRows.SedatedSinceAsync(StoreEngine.Join(Rights.Core, unit), patientId, since);

    /// <summary>How the window stands now, for any solution: what is used of the limits together, and of which doses.</summary>
    public Task<DoseStanding> StandingAsync(long patientId, CancellationToken token = default) => store.SnapshotAsync(async db =>
    {
        var facts = await FactsAsync(db, patientId, clock.Now);
        return DoseStanding.Of(facts, await DrugCatalogue.FindAsync(db, DoseStanding.Lidocaine));
    }, token);

    /// <summary>A dose in a line.</summary>
    public static string Line(Dose dose) => DoseWords.Line(
        dose.Drug, dose.ConcentrationMicrogramsPerMillilitre, dose.VolumeMicrolitres, dose.AmountNanograms, dose.WithAdrenaline, dose.Route);

    private static async Task<Dose> RequireAsync(DbConnection db, long patientId, long doseId) =>
        await DoseRows.FindAsync(db, doseId) is { } dose && dose.PatientId == patientId ? dose : throw Refuse.Missing($"There is no dose {doseId} of this patient.");

    private Task<DoseFacts> FactsAsync(DbConnection db, long patientId, DateTimeOffset at) =>
        DoseFacts.ReadAsync(db, patientId, at, Window, WeightMaxAgeDays, clock);

    private static async Task<Drug?> ByNameAsync(DbConnection db, string name) =>
        await db.ExecuteScalarAsync<long?>("SELECT id FROM core__drugs WHERE name = @name", new { name }) is { } id ? await DrugCatalogue.FindAsync(db, id) : null;

    private static DoseRecord Check(Checks checks, DoseRecord dose, DateTimeOffset now)
    {
        var result = dose with
        {
            DrugName = dose.DrugId is null ? checks.Require(dose.DrugName, "drugName", 100) : null,
            Lot = checks.Optional(dose.Lot, "lot", 50),
            Note = checks.Optional(dose.Note, "note", 500),
            GivenAt = Moments.Cut(dose.GivenAt),
        };
        ClinicalChecks.Past(checks, dose.GivenAt, now, "givenAt");
        if (dose.Route != DoseRoute.Topical)
        {
            checks.That(dose.AreaSquareCentimetres is null, "areaSquareCentimetres", $"Only what is laid on the skin has an area.");
            checks.That(dose.Occluded is null, "occluded", $"Only what is laid on the skin can be covered.");
        }

        checks.That(dose.AreaSquareCentimetres is null or (>= 1 and <= 20_000), "areaSquareCentimetres", $"An area is 1 to 20,000 cm².");
        if (dose.ConcentrationMicrogramsPerMillilitre is { } concentration)
        {
            checks.That(dose.VolumeMicrolitres is not null, "volumeMicrolitres", $"Say how much of the solution it was.");
            checks.That(dose.AmountNanograms is null, "amountNanograms", $"Leave this out: it is the concentration times the volume.");
            CheckSolution(checks, concentration, dose.VolumeMicrolitres);
            return result with { AmountNanograms = concentration * (dose.VolumeMicrolitres ?? 0) };
        }

        checks.That(dose.VolumeMicrolitres is null, "concentrationMicrogramsPerMillilitre", $"Say how strong the solution was.");
        checks.That(dose.AmountNanograms is >= 1 and <= 100_000_000_000, "amountNanograms", $"Say how much it was: more than 0 and at most 100,000 mg.");
        return result;
    }

    private static void CheckSolution(Checks checks, long concentration, long? volume)
    {
        checks.That(concentration is >= 1 and <= 1_000_000, "concentrationMicrogramsPerMillilitre", $"A concentration is more than 0 and at most 100 %: 1,000 mg/mL.");
        checks.That(volume is null or (>= 1 and <= 10_000_000), "volumeMicrolitres", $"A volume is more than 0 and at most 10,000 mL.");
    }

    private static string Told(DoseFlag flag) => flag switch
    {
        DoseFlag.OverLimit => "above the limit",
        DoseFlag.NoWeight => "no weight was recorded",
        DoseFlag.OldWeight => "the weight was too old",
        DoseFlag.Allergy => "the patient is allergic",
        _ => "the drug isn't in the catalogue",
    };

    private static string Href(long patientId, long doseId) => string.Create(CultureInfo.InvariantCulture, $"/patients/{patientId}/doses/{doseId}");
}
