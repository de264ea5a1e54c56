using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>How a message stands.</summary>
public enum MessageStatus
{
    /// <summary>It is to be sent.</summary>
    Waiting,

    /// <summary>The other side has taken it.</summary>
    Sent,

    /// <summary>It can't be sent, or was given up.</summary>
    Failed,

    /// <summary>It wasn't wanted any more when its time came: cancelled, moved, opted out.</summary>
    HeldBack,
}

/// <summary>A message to a patient.</summary>
public sealed record Message(
    long Id, long PatientId, string GivenName, string FamilyName, long? AppointmentId, string Plugin, MessagePurpose Purpose, MessageChannel Channel, string Recipient, string Subject, string Body,
    MessageStatus Status, string Name, DateTimeOffset DueAt, string WrittenBy, DateTimeOffset WrittenAt, DateTimeOffset? SentAt, string? Error);

/// <summary>Sends a message that waits.</summary>
/// <param name="MessageId">Which.</param>
internal sealed record SendMessage(long MessageId);

/// <summary>The outbox: what goes to patients, and what became of it.</summary>
public sealed class MessageBook(IStore<CorePlugin> store, SettingsBook settings) : IMessages
{
    private const string Columns = """
        m.id, m.patient_id, p.given_name, p.family_name, m.appointment_id, m.plugin, m.purpose, m.channel, m.recipient, m.subject, m.body, m.status, m.name, m.due_at, m.written_by, m.written_at,
        m.sent_at, m.error FROM core__messages m JOIN patients p ON p.id = m.patient_id
        """;

    /// <inheritdoc/>
    public Task<MessageOutcome> SendAsync(IUnitOfWork unit, NewMessage message, CancellationToken token = default) => AddAsync(unit, message, null, token);

    internal async Task<MessageOutcome> AddAsync(IUnitOfWork unit, NewMessage message, long? appointment, CancellationToken token)
    {
        var db = StoreEngine.Join(Rights.Core, unit);
        await ClinicalChecks.RequirePatientAsync(db, message.PatientId);
        var checks = new Checks();
        var text = checks.Require(message.Text, "text", 10_000);
        var subject = checks.Optional(message.Subject, "subject", 200) ?? settings.ClinicName;
        checks.Throw();
        if (await IsOptedOutAsync(db, message.PatientId, message.Purpose)) return MessageOutcome.OptedOut;
        if (await AddressAsync(db, message.PatientId, message.Channel) is not (var channel, { } to)) return MessageOutcome.NoAddress;
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO core__messages (patient_id, appointment_id, plugin, purpose, channel, recipient, subject, body, status, name, due_at, written_by, written_at)
            VALUES (@PatientId, @appointment, @plugin, @purpose, @channel, @to, @subject, @text, 'Waiting', @name, @due, @Name, @Now) RETURNING id
            """, new
        {
            message.PatientId, appointment, plugin = StoreEngine.OwnerOf(unit), purpose = message.Purpose.ToString(), channel = channel.ToString(), to, subject = OneLine(subject), text,
            name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), due = message.NotBefore ?? unit.Now, unit.Actor.Name, unit.Now,
        });
        await AsCore(unit).OrderAsync(new SendMessage(id), message.NotBefore, $"message {id}", token);
        return MessageOutcome.Waiting;
    }

    /// <summary>One page of the messages, the latest first.</summary>
    /// <param name="status">How they stand; null for all.</param>
    /// <param name="patient">To whom; null for everybody.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    public async Task<Page<Message>> PageAsync(MessageStatus? status, long? patient, string? after, int limit, CancellationToken token = default)
    {
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : long.MaxValue;
        var rows = await store.ReadAsync(db => db.QueryAsync<Message>($"""
            SELECT {Columns} WHERE m.id < @last AND (@status IS NULL OR m.status = @status) AND (@patient IS NULL OR m.patient_id = @patient) ORDER BY m.id DESC LIMIT @limit + 1
            """, new { last, status = status?.ToString(), patient, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, m => [Keyset.Of(m.Id)]);
    }

    /// <summary>A message.</summary>
    /// <exception cref="RefusedException">There is no such message.</exception>
    public async Task<Message> RequireAsync(long id, CancellationToken token = default) =>
        await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<Message>($"SELECT {Columns} WHERE m.id = @id", new { id }), token) ?? throw Refuse.Missing($"There is no message {id}.");

    /// <summary>Sends one that failed or was held back once more.</summary>
    /// <exception cref="RefusedException">There is no such message, or it was sent, or it waits.</exception>
    public Task AgainAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Sends a message again"), async unit =>
    {
        if (await unit.Connection.ExecuteAsync("UPDATE core__messages SET status = 'Waiting', error = NULL WHERE id = @id AND status IN ('Failed', 'HeldBack')", new { id }) == 0)
            throw Refuse.Because($"This message was sent, or waits to be.");
        await unit.OrderAsync(new SendMessage(id), key: $"message {id}", token: token);
        return id;
    }, token);

    /// <summary>What a patient doesn't want.</summary>
    public async Task<IReadOnlyList<MessagePurpose>> OptOutsAsync(long patient, CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<MessagePurpose>("SELECT purpose FROM core__message_opt_outs WHERE patient_id = @patient ORDER BY purpose", new { patient }), token)).AsList();

    /// <summary>Notes which messages a patient doesn't want. What waits of that kind is held back when its time comes.</summary>
    /// <param name="patient">Who.</param>
    /// <param name="unwanted">All kinds that they don't want; none means that they want everything.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">There is no such patient, or what is necessary can't be declined.</exception>
    public Task OptOutAsync(long patient, IReadOnlyCollection<MessagePurpose> unwanted, CancellationToken token = default)
    {
        if (unwanted.Contains(MessagePurpose.Necessary)) throw Refuse.Field("unwanted", $"What a patient has to know is sent all the same.");
        return store.WriteAsync(new("Noted which messages a patient wants"), async unit =>
        {
            await ClinicalChecks.RequirePatientAsync(unit.Connection, patient);
            await unit.Connection.ExecuteAsync("DELETE FROM core__message_opt_outs WHERE patient_id = @patient AND purpose NOT IN (SELECT value FROM json_each(@all))",
                new { patient, all = System.Text.Json.JsonSerializer.Serialize(unwanted.Select(u => u.ToString())) });
            foreach (var purpose in unwanted.Distinct())
                await unit.Connection.ExecuteAsync("""
                    INSERT INTO core__message_opt_outs (patient_id, purpose, said_at, noted_by) VALUES (@patient, @purpose, @Now, @Name) ON CONFLICT (patient_id, purpose) DO NOTHING
                    """, new { patient, purpose = purpose.ToString(), unit.Now, unit.Actor.Name });
            return patient;
        }, token);
    }

    internal static async Task<bool> IsOptedOutAsync(DbConnection db, long patient, MessagePurpose purpose) => purpose is not MessagePurpose.Necessary
        && await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__message_opt_outs WHERE patient_id = @patient AND purpose = @purpose)", new { patient, purpose = purpose.ToString() });

    /// <summary>The way to a patient and the address there; by e-mail where there is one and nothing else is asked for.</summary>
    internal static async Task<(MessageChannel Channel, string? To)> AddressAsync(DbConnection db, long patient, MessageChannel? wanted)
    {
        var (email, phone) = await db.QuerySingleAsync<(string? Email, string? Phone)>("SELECT email, phone FROM patients WHERE id = @patient", new { patient });
        return wanted is MessageChannel.Sms || wanted is null && email is null ? (MessageChannel.Sms, phone) : (MessageChannel.Email, email);
    }

    internal static IUnitOfWork AsCore(IUnitOfWork unit) => new UnitOfWork(((UnitOfWork)unit).Run, Rights.Core);

    // A line break in a subject would begin another header.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
