namespace Smp.Sdk;

/// <summary>By which way a message goes out.</summary>
public enum MessageChannel
{
    /// <summary>An e-mail.</summary>
    Email,

    /// <summary>A text message to a phone.</summary>
    Sms,
}

/// <summary>What a message is for. Patients can say that they want none of a kind; what they have to know reaches them all the same.</summary>
public enum MessagePurpose
{
    /// <summary>Reminds of an appointment.</summary>
    AppointmentReminder,

    /// <summary>Asks how it goes after a treatment, or to come again.</summary>
    FollowUp,

    /// <summary>Something that the patient has to know, such as a recall: no opt-out holds it back.</summary>
    Necessary,
}

/// <summary>A message that is to go to a patient.</summary>
/// <param name="PatientId">To whom.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Text">What it says. 1 to 10,000 characters.</param>
public sealed record NewMessage(long PatientId, MessagePurpose Purpose, string Text)
{
    /// <summary>Its subject, for an e-mail; at most 200 characters. The clinic's name when left out.</summary>
    public string? Subject { get; init; }

    /// <summary>The way; by e-mail where the patient has an address, else to the phone, when left out.</summary>
    public MessageChannel? Channel { get; init; }

    /// <summary>Not earlier than then; as soon as possible when left out.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>A message that is on its way out.</summary>
/// <param name="Id">Names it: the same message that is sent again, after a crash, has the same one.</param>
/// <param name="Channel">The way.</param>
/// <param name="To">The address, or the number as the record has it.</param>
/// <param name="Subject">For an e-mail.</param>
/// <param name="Text">What it says: plain text, lines parted by <c>\n</c>.</param>
public sealed record OutgoingMessage(string Id, MessageChannel Channel, string To, string Subject, string Text);

/// <summary>
/// Sends messages by one way: an extension point, for an SMS service above all. It is called from the outbox alone, after the commit, at least once: what is sent twice has the same
/// <see cref="OutgoingMessage.Id"/>.
/// </summary>
public interface IMessageSender
{
    /// <summary>Which way.</summary>
    MessageChannel Channel { get; }

    /// <summary>Sends one. Ends once the other side has taken it.</summary>
    /// <param name="message">What, and where to.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">It can never be sent, as where the address doesn't exist: it isn't tried again. Whatever else is thrown is tried again.</exception>
    Task SendAsync(OutgoingMessage message, CancellationToken token);
}

/// <summary>What became of asking for a message.</summary>
public enum MessageOutcome
{
    /// <summary>It waits to be sent.</summary>
    Waiting,

    /// <summary>The patient doesn't want such messages.</summary>
    OptedOut,

    /// <summary>The record has no address for it.</summary>
    NoAddress,
}

/// <summary>
/// The clinic's messages to its patients. They join the caller's unit of work, and go out after it, in their own time. A module that writes one says what it said on the patient's timeline by itself, where that matters.
/// </summary>
public interface IMessages
{
    /// <summary>Puts a message into the outbox.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    Task<MessageOutcome> SendAsync(IUnitOfWork unit, NewMessage message, CancellationToken token = default);
}
