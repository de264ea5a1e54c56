using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Shells;
using Smp.Needles;
using Smp.Runtime.Hosting;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Patients;

/// <summary>A clinic full of data: what a module keeps of a patient goes while it is off, and what it keeps of its stock stays.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ErasureEverythingTests : IAsyncDisposable
{
    private TestClinic clinic = null!;

    public ValueTask DisposeAsync() => clinic.DisposeAsync();

    [Test]
    public async Task Of_a_module_that_is_off_the_patients_rows_go_and_its_stock_stays_counted()
    {
        var patient = await OpenAsync();
        await clinic.DoAsync("needles", "disable");
        var stock = await StockAsync();
        var movements = await CountAsync("SELECT count(*) FROM needles__movements");
        var others = await CountAsync($"SELECT count(*) FROM needles__uses WHERE patient_id <> {patient}");
        var triggers = await TriggersAsync();

        var done = await EraseAsync(patient);

        Assert.That(done.GetProperty("whole").GetBoolean(), Is.True);
        foreach (var table in await clinic.ReadAsync(db => db.QueryAsync<(string Table, string Column)>("""
            SELECT t.name, f."from" FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
            WHERE t.schema = 'main' AND t.type = 'table' AND lower(f."table") = 'patients' AND t.name NOT IN ('core__patient_reads', 'core__patient_erasures')
            """)))
            Assert.That(await CountAsync($"SELECT count(*) FROM \"{table.Table}\" WHERE \"{table.Column}\" = {patient}"), Is.Zero, table.Table);
        Assert.That(await CountAsync("SELECT count(*) FROM needles__movements"), Is.EqualTo(movements));
        Assert.That(await CountAsync($"SELECT count(*) FROM needles__uses WHERE patient_id <> {patient}"), Is.EqualTo(others));
        Assert.That(await StockAsync(), Is.EqualTo(stock));
        Assert.That(await TriggersAsync(), Is.EqualTo(triggers), "What held the movements fast holds them again.");
        Assert.That(await CountAsync($"SELECT count(*) FROM core__audit_rows WHERE patient_id = {patient} AND erased_by IS NULL AND object NOT IN ('core__patient_erasures', 'core__patient_reads')"), Is.Zero);
        Assert.That((await clinic.RunAsync(services => services.GetRequiredService<Clinic>().VerifyAuditAsync([]))).Problems, Is.Empty);
        Assert.That(async () => await clinic.WriteAsync(db => db.ExecuteAsync("DELETE FROM needles__movements WHERE id = (SELECT min(id) FROM needles__movements)")),
            Throws.Exception.With.Message.Contains("A movement is never deleted"));
    }

    [Test]
    public async Task Whoever_must_still_be_told_of_a_recall_isnt_forgotten()
    {
        var patient = await OpenAsync();
        await clinic.WriteAsync(async db =>
        {
            await db.ExecuteAsync("UPDATE needles__recall_notices SET closed_at = NULL, closed_by = NULL");
            return await db.ExecuteAsync("""
                INSERT INTO needles__affected_patients (notice_id, patient_id, quantity) SELECT min(id), @patient, 0 FROM needles__recall_notices WHERE true
                ON CONFLICT DO UPDATE SET outcome = 'NotYet', outcome_at = NULL, outcome_by = NULL
                """, new { patient });
        });

        // Nothing has to be kept any longer, but somebody still waits for the call.
        clinic.Clock.Now = clinic.Clock.Now.AddYears(10);

        using var answer = await (await clinic.AsAsync(Role.Administrator)).GetAsync($"/api/patients/{patient}/erase");

        Assert.That(((int)answer.StatusCode, (await answer.JsonAsync()).Text("detail")),
            Is.EqualTo((409, "A recall is open that this patient hasn’t been told of. Tell them, or note why that can’t be, first.")));
    }

    // Whoever of the demonstration has the most, with nothing open, when all periods are over.
    private async Task<long> OpenAsync()
    {
        clinic = await TestClinic.StartAsync(o =>
        {
            o.With<NeedlesPlugin>();
            o.Demo = true;
        });
        clinic.Clock.Now = clinic.Clock.Now.AddYears(30);
        await clinic.WriteAsync(async db =>
        {
            await db.ExecuteAsync("UPDATE core__incidents SET outcome = 'Looked at', reviewed_at = @Now WHERE reviewed_at IS NULL", new { clinic.Clock.Now });
            await db.ExecuteAsync("UPDATE needles__affected_patients SET outcome = 'Called', outcome_at = @Now, outcome_by = 'Test' WHERE outcome = 'NotYet'", new { clinic.Clock.Now });
            return await db.ExecuteAsync("UPDATE procedures SET state = 'Cancelled' WHERE state IN ('Planned', 'Booked', 'InProgress')");
        });
        clinic.Clock.Now = clinic.Clock.Now.AddYears(10);
        return await CountAsync("SELECT patient_id FROM needles__uses GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
    }

    private async Task<JsonElement> EraseAsync(long patient)
    {
        var admin = await clinic.AsAsync(Role.Administrator);
        using var preview = await admin.GetAsync($"/api/patients/{patient}/erase");
        Assert.That((int)preview.StatusCode, Is.EqualTo(200), await preview.Content.ReadAsStringAsync());
        using var answer = await admin.PostAsJsonAsync($"/api/patients/{patient}/erase",
            new { accept = (await preview.JsonAsync()).Text("fingerprint"), confirm = PatientSummary.NumberOf(patient), reason = "Art. 17 GDPR" });
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private Task<long> CountAsync(string sql) => clinic.ReadAsync(db => db.ExecuteScalarAsync<long>(sql));

    private Task<string> StockAsync() => clinic.ReadAsync(async db => (await db.ExecuteScalarAsync<string>("SELECT json_group_array(json_array(id, received, on_hand, opened)) FROM needles__lots"))!);

    private Task<string> TriggersAsync() => clinic.ReadAsync(async db => (await db.ExecuteScalarAsync<string>(
        "SELECT group_concat(name || sql) FROM (SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name)"))!);
}
