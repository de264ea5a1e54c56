using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Smp.Runtime.Backups;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Core.Erasure;
using Smp.Runtime.Core.Messages;
using Smp.Runtime.Loading;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Settings;

/// <summary>
/// The clinic's settings, the core's and the modules': kept in memory, written through. Lives as long as the host; which settings there
/// are comes from the manifests.
/// </summary>
public sealed class SettingsBook
{
    private readonly StoreEngine store;
    private readonly IDataProtector secrets;
    private readonly Lock gate = new();
    private long asked;
    private long told;
    private volatile Said said = new(new Dictionary<(string, string), string>());

    internal SettingsBook(StoreEngine store, IDataProtectionProvider protection) =>
        (this.store, secrets) = (store, protection.CreateProtector("Smp.Settings"));

    /// <summary>The core's own settings.</summary>
    public static IReadOnlyList<SettingDefinition> Core { get; } =
    [
        new()
        {
            Name = "clinicName", Type = SettingType.Text, Title = "Name of the clinic", Description = "Shown at the top of every page.",
            Default = "Clinic", MaxLength = 60,
        },
        new()
        {
            Name = "clinicAddress", Type = SettingType.Text, Title = "Postal address of the clinic", Description = "As it stands on forms that patients sign.",
            Default = "", MaxLength = 300,
        },
        new()
        {
            Name = "webAddress", Type = SettingType.Text, Title = "Address on the web", Description = "Where this host is reached from outside, such as https://clinic.example: links in messages and on paper lead there.",
            Default = "", MaxLength = 200,
        },
        new()
        {
            Name = "timeZone", Type = SettingType.Text, Title = "Time zone",
            Description = "As in the IANA time zone database: Europe/Vienna. Days and times are the clinic's own.",
            Default = TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "Etc/UTC", MaxLength = 60,
        },
        new()
        {
            Name = "language", Type = SettingType.Text, Title = "Language", Description = "Of pages, messages and what is printed.",
            Default = "en", Choices = ["en"],
        },
        .. ClinicalSettings.Definitions,
        new()
        {
            Name = "credentialWarningDays", Type = SettingType.WholeNumber, Title = "Days of warning before a credential expires",
            Description = "From then on the worklist asks for its renewal.", Default = 60L, Minimum = 1, Maximum = 366,
        },
        .. BackupSettings.Definitions,
        .. MessageSettings.Definitions,
        .. RetentionSettings.Definitions,
    ];

    /// <summary>The clinic's time zone.</summary>
    public TimeZoneInfo Zone => said.Zone ??=
        TimeZoneInfo.TryFindSystemTimeZoneById((string)Get("core", Of("timeZone")), out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The clinic's name.</summary>
    public string ClinicName => (string)Get("core", Of("clinicName"));

    /// <summary>Its postal address; empty where none is set.</summary>
    public string ClinicAddress => (string)Get("core", Of("clinicAddress"));

    /// <summary>Where this host is reached from outside, without a slash at the end; null where none is set.</summary>
    public string? WebAddress => WebAddressOf((string)Get("core", Of("webAddress")));

    /// <summary>The language of pages and messages.</summary>
    public CultureInfo Language => said.Language ??= CultureInfo.GetCultureInfo((string)Get("core", Of("language")));

    /// <summary>How many days before its last day a credential of staff expires soon: 1 to 366.</summary>
    public int CredentialWarningDays => (int)(long)Get("core", Of("credentialWarningDays"));

    /// <summary>How the clinic backs itself up.</summary>
    public BackupSettings Backups => BackupSettings.From(setting => Get("core", setting));

    /// <summary>How messages go out.</summary>
    public MessageSettings Messages => MessageSettings.Read(setting => Get("core", setting));

    private static string? WebAddressOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "https" or "http", PathAndQuery: "/", Fragment: "", UserInfo: "" } ? uri.GetLeftPart(UriPartial.Authority) : null;

    /// <summary>How long records are kept, whoever wants them erased.</summary>
    public RetentionSettings Retention => RetentionSettings.From(setting => Get("core", setting));

    private static SettingDefinition Of(string name) => Core.First(setting => setting.Name == name);

    /// <summary>The value of a setting: what the clinic set, or else the default.</summary>
    public object Get(string plugin, SettingDefinition setting)
    {
        var now = said;
        if (!now.Values.TryGetValue((plugin, setting.Name), out var json)) return setting.Default;
        if (now.Read.TryGetValue((plugin, setting.Name), out var kept) && kept.Setting == setting) return kept.Value;
        var value = Read(setting, json);
        // A newer version of a module may allow less than the one it was set under.
        if (setting.Objection(value) is not null) value = setting.Default;
        if (!setting.Secret) now.Read[(plugin, setting.Name)] = (setting, value);
        return value;
    }

    /// <summary>Whether the clinic set it.</summary>
    public bool IsSet(string plugin, string name) => said.Values.ContainsKey((plugin, name));

    /// <summary>Sets several settings of one plugin at once.</summary>
    /// <exception cref="RefusedException">A value isn't one that the definition allows, or a name isn't defined; nothing was set then.</exception>
    internal async Task SetAsync(
        string plugin, IReadOnlyList<SettingDefinition> settings, IReadOnlyDictionary<string, object> changes, Actor actor,
        IServiceProvider scope, CancellationToken token = default)
    {
        var checks = new Checks();
        foreach (var (name, value) in changes)
        {
            if (settings.FirstOrDefault(s => s.Name == name) is not { } setting) checks.Add(name, $"There is no such setting.");
            else if (setting.Objection(value) is { } objection) checks.Add(name, $"{objection}");
            else if (plugin == "core" && name == "timeZone" && !TimeZoneInfo.TryFindSystemTimeZoneById((string)value, out _))
                checks.Add(name, $"This time zone isn't known here. Use a name like Europe/Vienna.");
            else if (plugin == "core" && name == "webAddress" && (string)value is { Length: > 0 } address && WebAddressOf(address) is null)
                checks.Add(name, $"Write it from https:// to the name or port, such as https://clinic.example, with nothing after that.");
        }

        checks.Throw();
        await store.WriteAsync(Rights.Core, new("Changed settings"), actor, scope, async unit =>
        {
            foreach (var (name, value) in changes)
            {
                await unit.Connection.ExecuteAsync("""
                    INSERT INTO core__settings (plugin, name, value) VALUES (@plugin, @name, @value)
                    ON CONFLICT (plugin, name) DO UPDATE SET value = excluded.value
                    """, new { plugin, name, value = Write(settings.First(s => s.Name == name), value) });
            }

            return true;
        }, token);
        await LoadAsync(token);
    }

    internal async Task LoadAsync(CancellationToken token = default)
    {
        // Of two who load at once the one that began to read later has seen more.
        var mine = Interlocked.Increment(ref asked);
        var rows = await store.ReadAsync(Rights.Core, oneMoment: false, connection =>
            connection.QueryAsync<Row>("SELECT plugin, name, value FROM core__settings"), token);
        lock (gate)
        {
            if (mine < told) return;
            (told, said) = (mine, new(rows.ToDictionary(r => (r.Plugin, r.Name), r => r.Value)));
        }
    }

    private string Write(SettingDefinition setting, object value) => setting.Secret
        ? JsonSerializer.Serialize(secrets.Protect((string)value))
        : value switch
        {
            bool yes => yes ? "true" : "false",
            long whole => whole.ToString(CultureInfo.InvariantCulture),
            decimal number => number.ToString(CultureInfo.InvariantCulture),
            _ => JsonSerializer.Serialize((string)value),
        };

    private object Read(SettingDefinition setting, string json)
    {
        using var document = JsonDocument.Parse(json);
        var value = document.RootElement;
        return (setting.Type, value.ValueKind) switch
        {
            (SettingType.Boolean, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (SettingType.WholeNumber, JsonValueKind.Number) when value.TryGetInt64(out var whole) => whole,
            (SettingType.Number, JsonValueKind.Number) => value.GetDecimal(),
            (SettingType.Text, JsonValueKind.String) => setting.Secret ? secrets.Unprotect(value.GetString()!) : value.GetString()!,
            _ => setting.Default,
        };
    }

    private sealed record Row(string Plugin, string Name, string Value);

    // What the clinic set, as it is stored, and what was read from it since: a page asks for some of these at every line.
    private sealed class Said(IReadOnlyDictionary<(string Plugin, string Name), string> values)
    {
        public IReadOnlyDictionary<(string Plugin, string Name), string> Values => values;

        public ConcurrentDictionary<(string Plugin, string Name), (SettingDefinition Setting, object Value)> Read { get; } = [];

        public TimeZoneInfo? Zone { get; set; }

        public CultureInfo? Language { get; set; }
    }
}
