using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Settings;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>Reminds a patient of an appointment, if it still stands then.</summary>
/// <param name="AppointmentId">Which.</param>
internal sealed record RemindOf(long AppointmentId);

/// <summary>Orders a reminder with each booking, and takes it back with each cancellation.</summary>
internal sealed class ReminderOrders(SettingsBook settings) : IEventHandler<AppointmentChanged>
{
    public async Task HandleAsync(AppointmentChanged @event, IUnitOfWork unit, CancellationToken token)
    {
        var (its, hours) = (@event.Appointment, settings.Messages.ReminderHours);
        var key = FormattableString.Invariant($"appointment {its.Id}");
        var due = its.StartsAt?.AddHours(-hours);
        // What is booked shortly before needs no reminder: it was just spoken of.
        if (its.Status is AppointmentStatus.Booked && settings.Messages.Sending != MessageSettings.Off && hours > 0 && due > unit.Now) await unit.OrderAsync(new RemindOf(its.Id), due, key, token);
        else await unit.TakeBackAsync<RemindOf>(key, token);
    }
}

/// <summary>Writes the reminder when its time has come, from the template in the patient's language.</summary>
internal sealed class ReminderWriter(IStore<CorePlugin> store, MessageBook book, SettingsBook settings) : IJob<RemindOf>
{
    public Task RunAsync(RemindOf order, CancellationToken token) => store.WriteAsync(new("Wrote a reminder"), async unit =>
    {
        var db = unit.Connection;
        if (await AppointmentRows.FindAsync(db, order.AppointmentId) is not { Status: AppointmentStatus.Booked, StartsAt: { } at, LocationId: { } location } its || at <= unit.Now) return false;
        // Once for each time that it had: a crash after the commit doesn't remind twice.
        if (await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__messages WHERE appointment_id = @Id AND purpose = 'AppointmentReminder' AND due_at >= @ChangedAt)", new { its.Id, its.ChangedAt })) return false;
        var patient = await db.QuerySingleAsync<(string GivenName, string FamilyName, string? Preferred, string? Language)>(
            "SELECT given_name, family_name, preferred_name, language FROM patients WHERE id = @PatientId", new { its.PatientId });
        var (place, address, zoneName) = await db.QuerySingleAsync<(string Name, string? Address, string Zone)>("SELECT name, address, time_zone FROM locations WHERE id = @location", new { location });
        var zone = WallClock.Zone(zoneName) ?? TimeZoneInfo.Utc;
        var (channel, to) = await MessageBook.AddressAsync(db, its.PatientId, null);
        if (to is null) return false;
        var template = await MessageTemplates.FindAsync(db, MessagePurpose.AppointmentReminder, channel, patient.Language);
        var culture = CultureInfo.GetCultureInfo(template.Language);
        var values = new Dictionary<string, string>
        {
            ["name"] = $"{patient.GivenName} {patient.FamilyName}", ["clinic"] = settings.ClinicName, ["date"] = WallClock.DayOf(zone, at).ToString("D", culture), ["time"] = WallClock.Text(zone, at),
            ["place"] = address is null ? place : $"{place}, {address.ReplaceLineEndings(", ")}",
        };
        await book.AddAsync(unit, new(its.PatientId, MessagePurpose.AppointmentReminder, MessageTemplates.Fill(template.Body, values))
        {
            Subject = template.Subject is null ? null : MessageTemplates.Fill(template.Subject, values), Channel = channel,
        }, its.Id, token);
        return true;
    }, token);
}
