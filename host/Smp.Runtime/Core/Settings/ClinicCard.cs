using Smp.Sdk;

namespace Smp.Runtime.Core.Settings;

/// <summary>The clinic as modules see it.</summary>
internal sealed class ClinicCard(SettingsBook settings) : IClinic
{
    public string Name => settings.ClinicName;

    public string Address => settings.ClinicAddress;

    public string? WebAddress => settings.WebAddress;

    public string Language => settings.Language.TwoLetterISOLanguageName;
}
