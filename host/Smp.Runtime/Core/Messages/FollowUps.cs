using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Settings;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>Asks a patient how it goes some time after a procedure.</summary>
/// <param name="ProcedureId">After which.</param>
internal sealed record AskHowItGoes(long ProcedureId);

/// <summary>Orders a follow-up with each procedure that ends, and takes it back where the procedure was entered in error.</summary>
internal sealed class FollowUpOrders(SettingsBook settings) : IEventHandler<ProcedureClosed>, IEventHandler<ProcedureVoided>
{
    public async Task HandleAsync(ProcedureClosed @event, IUnitOfWork unit, CancellationToken token)
    {
        var (its, days) = (@event.Procedure, settings.Messages.FollowUpDays);
        // One that was entered afterwards ended then; what would be due by now is nothing to write any more.
        var due = its.EndedAt?.AddDays(days);
        if (its.State is ProcedureState.Closed && settings.Messages.Sending != MessageSettings.Off && days > 0 && due > unit.Now) await unit.OrderAsync(new AskHowItGoes(its.Id), due, Key(its.Id), token);
    }

    public async Task HandleAsync(ProcedureVoided @event, IUnitOfWork unit, CancellationToken token) => await unit.TakeBackAsync<AskHowItGoes>(Key(@event.Procedure.Id), token);

    private static string Key(long procedure) => FormattableString.Invariant($"procedure {procedure}");
}

/// <summary>Writes the follow-up when its time has come, from the template in the patient's language.</summary>
internal sealed class FollowUpWriter(IStore<CorePlugin> store, MessageBook book, SettingsBook settings, IClinicClock clock) : IJob<AskHowItGoes>
{
    public Task RunAsync(AskHowItGoes order, CancellationToken token) => store.WriteAsync(new("Wrote a follow-up"), async unit =>
    {
        var db = unit.Connection;
        var its = await db.QuerySingleOrDefaultAsync<(long PatientId, DateTimeOffset EndedAt)?>("SELECT patient_id, ended_at FROM procedures WHERE id = @ProcedureId AND state = 'Closed'", new { order.ProcedureId });
        if (its is not var (patientId, ended)) return false;
        // Who comes again anyway isn't asked to; and a crash after the commit doesn't ask twice.
        if (await db.ExecuteScalarAsync<bool>("""
            SELECT EXISTS (SELECT 1 FROM appointments WHERE patient_id = @patientId AND status = 'Booked' AND starts_at > @Now)
                OR EXISTS (SELECT 1 FROM procedures WHERE patient_id = @patientId AND (state IN ('Booked', 'InProgress') OR started_at > @ended))
                OR EXISTS (SELECT 1 FROM core__messages WHERE patient_id = @patientId AND purpose = 'FollowUp' AND due_at > @ended)
            """, new { patientId, ended, unit.Now })) return false;
        var (channel, to) = await MessageBook.AddressAsync(db, patientId, null);
        if (to is null) return false;
        var patient = await db.QuerySingleAsync<(string GivenName, string FamilyName, string? Language)>("SELECT given_name, family_name, language FROM patients WHERE id = @patientId", new { patientId });
        var template = await MessageTemplates.FindAsync(db, MessagePurpose.FollowUp, channel, patient.Language);
        var values = new Dictionary<string, string>
        {
            ["name"] = $"{patient.GivenName} {patient.FamilyName}", ["clinic"] = settings.ClinicName, ["date"] = clock.DayOf(ended).ToString("D", CultureInfo.GetCultureInfo(template.Language)),
        };
        await book.AddAsync(unit, new(patientId, MessagePurpose.FollowUp, MessageTemplates.Fill(template.Body, values))
        {
            Subject = template.Subject is null ? null : MessageTemplates.Fill(template.Subject, values), Channel = channel,
        }, null, token);
        return true;
    }, token);
}
