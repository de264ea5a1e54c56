using Smp.Runtime.Loading;

namespace Smp.Runtime.Core.Messages;

/// <summary>How messages go out.</summary>
/// <param name="Sending">Off, Smtp, or Folder: files in the data folder instead of e-mails, to try things out.</param>
/// <param name="Host">The mail server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">StartTls, Tls or None.</param>
/// <param name="User">The name to sign in with; empty for none.</param>
/// <param name="Password">The password to sign in with.</param>
/// <param name="From">The address that e-mails come from.</param>
/// <param name="ReminderHours">How long before an appointment patients are reminded of it; 0 for never.</param>
/// <param name="FollowUpDays">How long after a procedure patients are asked how it goes; 0 for never.</param>
public sealed record MessageSettings(string Sending, string Host, int Port, string Security, string User, string Password, string From, int ReminderHours, int FollowUpDays)
{
    /// <summary>Nothing is sent.</summary>
    public const string Off = "Off";

    /// <summary>E-mails go to a mail server.</summary>
    public const string Smtp = "Smtp";

    /// <summary>Messages are written as files.</summary>
    public const string Folder = "Folder";

    private static readonly SettingDefinition SendingSetting = new()
    {
        Name = "messages", Type = SettingType.Text, Title = "Messages to patients",
        Description = "Off: none are sent. Smtp: e-mails by the mail server below. Folder: files in the data folder, to try things out.", Default = Off, Choices = [Off, Smtp, Folder],
    };

    private static readonly SettingDefinition HostSetting = new()
    {
        Name = "mailHost", Type = SettingType.Text, Title = "Mail server", Description = "Its name: mail.example.org.", Default = "", MaxLength = 200,
    };

    private static readonly SettingDefinition PortSetting = new()
    {
        Name = "mailPort", Type = SettingType.WholeNumber, Title = "Port of the mail server", Description = "587 with StartTls, 465 with Tls.", Default = 587L, Minimum = 1, Maximum = 65535,
    };

    private static readonly SettingDefinition SecuritySetting = new()
    {
        Name = "mailSecurity", Type = SettingType.Text, Title = "Encryption to the mail server", Description = "None is for a server on the clinic's own machine.", Default = "StartTls",
        Choices = ["StartTls", "Tls", "None"],
    };

    private static readonly SettingDefinition UserSetting = new()
    {
        Name = "mailUser", Type = SettingType.Text, Title = "Name at the mail server", Description = "Empty where it asks for none.", Default = "", MaxLength = 200,
    };

    private static readonly SettingDefinition PasswordSetting = new()
    {
        Name = "mailPassword", Type = SettingType.Text, Title = "Password at the mail server", Description = "Kept encrypted, and never shown again.", Default = "", MaxLength = 500, Secret = true,
    };

    private static readonly SettingDefinition FromSetting = new()
    {
        Name = "mailFrom", Type = SettingType.Text, Title = "E-mails come from", Description = "An address of the clinic's that is read: patients answer it.", Default = "", MaxLength = 200,
    };

    private static readonly SettingDefinition ReminderSetting = new()
    {
        Name = "reminderHours", Type = SettingType.WholeNumber, Title = "Hours before an appointment to remind of it", Description = "0 for never.", Default = 24L, Minimum = 0, Maximum = 336,
    };

    private static readonly SettingDefinition FollowUpSetting = new()
    {
        Name = "followUpDays", Type = SettingType.WholeNumber, Title = "Days after a procedure to ask how it goes", Description = "0 for never. Once for each procedure, unless another one is booked by then.",
        Default = 0L, Minimum = 0, Maximum = 1100,
    };

    internal static IReadOnlyList<SettingDefinition> Definitions { get; } =
        [SendingSetting, HostSetting, PortSetting, SecuritySetting, UserSetting, PasswordSetting, FromSetting, ReminderSetting, FollowUpSetting];

    internal static MessageSettings Read(Func<SettingDefinition, object> value) => new(
        (string)value(SendingSetting), (string)value(HostSetting), (int)(long)value(PortSetting), (string)value(SecuritySetting), (string)value(UserSetting), (string)value(PasswordSetting),
        (string)value(FromSetting), (int)(long)value(ReminderSetting), (int)(long)value(FollowUpSetting));
}
