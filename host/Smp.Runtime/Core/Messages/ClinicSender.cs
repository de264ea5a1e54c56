using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Hosting;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>The clinic's own ways: a mail server, and files to try things out.</summary>
internal sealed class ClinicSender(SettingsBook settings, Clinic clinic)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>By the mail server of the settings.</summary>
    public IMessageSender Mail => new MailSender(settings);

    /// <summary>As files in the data folder, whatever the way.</summary>
    public IMessageSender Folder(MessageChannel channel) => new FolderSender(channel, Path.Combine(clinic.Options.DataFolder, "messages"));

    private sealed class FolderSender(MessageChannel channel, string folder) : IMessageSender
    {
        public MessageChannel Channel => channel;

        // Under its name: what is sent again is one file still.
        public Task SendAsync(OutgoingMessage message, CancellationToken token)
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return File.WriteAllTextAsync(Path.Combine(folder, $"{message.Id}.txt"), $"{message.Channel} to {message.To}\n{message.Subject}\n\n{message.Text}\n", Encoding.UTF8, token);
        }
    }

    private sealed class MailSender(SettingsBook settings) : IMessageSender
    {
        public MessageChannel Channel => MessageChannel.Email;

        public async Task SendAsync(OutgoingMessage message, CancellationToken token)
        {
            var how = settings.Messages;
            if (how.Host.Length == 0 || !MailboxAddress.TryParse(how.From, out var from)) throw Refuse.Because($"The mail server or the address that e-mails come from isn't set. Set them in the settings.");
            if (!MailboxAddress.TryParse(message.To, out var to)) throw Refuse.Because($"The patient's e-mail address isn't one. Put it right in the record.");
            from.Name = settings.ClinicName;
            using var mail = new MimeMessage([from], [to], message.Subject, new TextPart("plain") { Text = message.Text })
            {
                // The same when it is sent again, so that a mail program can show it once.
                MessageId = $"{message.Id}@{from.Domain}", Date = DateTimeOffset.UtcNow,
            };
            // RFC 3834: nobody's automatic answer is wanted.
            mail.Headers.Add("Auto-Submitted", "auto-generated");
            using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
            await client.ConnectAsync(how.Host, how.Port, how.Security switch
            {
                "Tls" => SecureSocketOptions.SslOnConnect,
                "None" => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, token);
            if (how.User.Length > 0) await client.AuthenticateAsync(how.User, how.Password, token);
            try
            {
                await client.SendAsync(mail, token);
            }
            catch (SmtpCommandException error) when (error.ErrorCode is SmtpErrorCode.RecipientNotAccepted && (int)error.StatusCode >= 500)
            {
                throw Refuse.Because($"The mail server doesn't take the patient's address: {error.Message}");
            }

            await client.DisconnectAsync(quit: true, token);
        }
    }
}
