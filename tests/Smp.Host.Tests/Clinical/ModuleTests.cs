using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles;
using Smp.Runtime.Core;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Clinical;

/// <summary>Modules record through the SDK, in units of work of their own and with their own rights.</summary>
public sealed class ModuleTests
{
    private TestClinic clinic = null!;
    private long patient;
    private long staff;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>());
        (patient, staff) = await clinic.RunAsync(async services =>
        {
            var anna = await services.GetRequiredService<Runtime.Core.Patients.PatientRecords>().AddAsync(new() { GivenName = "Anna", FamilyName = "Weber", BirthDate = new(1988, 7, 7) });
            return (anna.Id, (await services.GetRequiredService<IStaff>().ListAsync())[0].Id);
        });
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task A_module_weighs_plans_gives_and_records_a_complication_in_one_unit()
    {
        var (advice, dose, listed, complications) = await clinic.RunAsync(async services =>
        {
            var (measurements, doses, book) = (services.GetRequiredService<IMeasurements>(), services.GetRequiredService<IDoses>(), services.GetRequiredService<IComplications>());
            var procedure = await ProcedureAsync(services);
            var (planned, given) = await services.GetRequiredService<IStore<NeedlesPlugin>>().WriteAsync(new("Did it all"), async unit =>
            {
                await measurements.RecordAsync(unit, new(patient, MeasurementKind.Weight, 60_000, unit.Now, staff) { ProcedureId = procedure });
                var plan = await doses.PlanAsync(new(patient, 1, 10_000, WithAdrenaline: false, DoseRoute.Infiltration) { VolumeMicrolitres = 28_000 }, unit);
                var record = await doses.RecordAsync(unit, Dose(28_000, unit.Now) with { ProcedureId = procedure });
                await book.RecordAsync(unit, new(patient, ComplicationKind.Oedema, clinic.Clock.Today, ComplicationSeverity.Mild, "Forehead") { ProcedureId = procedure });
                return (plan, record);
            });
            return (planned, given, (await doses.ListAsync(patient, null, 10)).Items, await book.ListAsync(patient));
        });

        Assert.Multiple(() =>
        {
            Assert.That((advice.Grade, advice.LeftMicrolitres), Is.EqualTo((GuardGrade.Stop, 27_000L)));
            Assert.That(dose.Flags, Is.EqualTo(new[] { DoseFlag.OverLimit }));
            Assert.That(listed.Select(d => (d.Plugin, d.AmountNanograms, d.Flags.Count)), Is.EqualTo(new[] { ("needles", 280_000_000L, 1) }));
            Assert.That(complications.Select(c => (c.Plugin, c.Procedure)), Is.EqualTo(new[] { ("needles", "Session 1") }));
        });
    }

    [Test]
    public async Task Doses_of_a_unit_that_fails_were_never_given()
    {
        var listed = await clinic.RunAsync(async services =>
        {
            var doses = services.GetRequiredService<IDoses>();
            try
            {
                await services.GetRequiredService<IStore<NeedlesPlugin>>().WriteAsync<bool>(new("Failed"), async unit =>
                {
                    await doses.RecordAsync(unit, Dose(1_000, unit.Now));
                    throw Refuse.Because($"Not so.");
                });
            }
            catch (RefusedException)
            {
                // As meant.
            }

            return (await doses.ListAsync(patient, null, 10)).Items;
        });

        Assert.That(listed, Is.Empty);
    }

    [Test]
    public async Task A_complication_follows_a_procedure_of_its_own_patient_only()
    {
        var refused = await clinic.RunAsync(async services =>
        {
            var procedure = await ProcedureAsync(services);
            var other = await services.GetRequiredService<Runtime.Core.Patients.PatientRecords>().AddAsync(new() { GivenName = "Marko", FamilyName = "Horvat", BirthDate = new(1970, 1, 2) });
            return await Assert.ThrowsAsync<RefusedException>(() => services.GetRequiredService<Runtime.Core.Complications.ComplicationBook>().RecordAsync(
                new(other.Id, ComplicationKind.Oedema, clinic.Clock.Today, ComplicationSeverity.Mild, "Forehead") { ProcedureId = procedure }));
        });

        Assert.That(refused!.Errors.Select(e => e.Field), Is.EqualTo(new[] { "procedureId" }));
    }

    private DoseRecord Dose(long volume, DateTimeOffset at) => new()
    {
        PatientId = patient, DrugId = 1, ConcentrationMicrogramsPerMillilitre = 10_000, VolumeMicrolitres = volume, Route = DoseRoute.Infiltration,
        PerformedBy = staff, GivenAt = at,
    };

    private Task<long> ProcedureAsync(IServiceProvider services) => services.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new("Began"), unit =>
        unit.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO procedures (plugin, kind, title, patient_id, state, started_at, entered_at)
            VALUES ('needles', 'Session', 'Session 1', @patient, 'InProgress', @Now, @Now) RETURNING id
            """, new { patient, unit.Now }));
}
