using Dapper;
using Smp.Runtime.Core.Settings;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>Sends what waits, when its time has come: at least once, and not what isn't wanted any more.</summary>
internal sealed class Outbox(IStore<CorePlugin> store, SettingsBook settings, IEnumerable<IMessageSender> modules, ClinicSender own) : IJob<SendMessage>
{
    public async Task RunAsync(SendMessage order, CancellationToken token)
    {
        var message = await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<(string Name, long PatientId, MessagePurpose Purpose, MessageChannel Channel, string Recipient, string Subject, string Body, MessageStatus Status)>(
            "SELECT name, patient_id, purpose, channel, recipient, subject, body, status FROM core__messages WHERE id = @MessageId", order), token);
        if (message.Name is null || message.Status is not MessageStatus.Waiting) return;
        if (await store.ReadAsync(db => MessageBook.IsOptedOutAsync(db, message.PatientId, message.Purpose), token))
        {
            await SetAsync(order, MessageStatus.HeldBack, "The patient doesn't want such messages any more.");
            return;
        }

        try
        {
            if (Sender(message.Channel) is not { } sender) throw Refuse.Because($"Nothing sends {(message.Channel is MessageChannel.Sms ? "text messages" : "e-mails")} here. Turn messages on in the settings, or install a module that sends them.");
            await sender.SendAsync(new(message.Name, message.Channel, message.Recipient, message.Subject, message.Body), token);
        }
        catch (RefusedException refused)
        {
            await SetAsync(order, MessageStatus.Failed, refused.Message);
            throw;
        }

        await SetAsync(order, MessageStatus.Sent, null);
    }

    // A module's own way goes before the clinic's, which is for e-mail and for trying things out.
    private IMessageSender? Sender(MessageChannel channel)
    {
        if (settings.Messages.Sending == MessageSettings.Off) return null;
        if (settings.Messages.Sending == MessageSettings.Folder) return own.Folder(channel);
        return modules.FirstOrDefault(s => s.Channel == channel) ?? (channel is MessageChannel.Email ? own.Mail : null);
    }

    private Task<int> SetAsync(SendMessage order, MessageStatus status, string? error) => store.WriteAsync(new(status is MessageStatus.Sent ? "Sent a message" : "Didn't send a message", error), unit =>
        unit.Connection.ExecuteAsync("UPDATE core__messages SET status = @status, error = @error, sent_at = @at WHERE id = @MessageId AND status = 'Waiting'",
            new { order.MessageId, status = status.ToString(), error, at = status is MessageStatus.Sent ? unit.Now : (DateTimeOffset?)null }), CancellationToken.None);
}
