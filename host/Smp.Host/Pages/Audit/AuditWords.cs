using System.Text.Json;
using Microsoft.Extensions.Localization;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Shells;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Audit;

/// <summary>What stands in the audit trail, in words.</summary>
public sealed class AuditWords(IStringLocalizer<HostTexts> T, ShellContents shell, Words words)
{
    /// <summary>A module's name; its id when it isn't running.</summary>
    public string Module(string id) => id == "core" ? T["Clinic"] : words.Text(shell.NameOf(id));

    /// <summary>A table's name: what its rows are.</summary>
    public string Table(string table) => table switch
    {
        "patients" => T["Patient"],
        "patient_allergies" => T["Allergy"],
        "staff" => T["Member of staff"],
        "core__patient_keys" => T["Phone or e-mail, to find duplicates"],
        "core__timeline" => T["Line of the timeline"],
        "core__search_entries" => T["Entry of the search"],
        "core__incidents" => T["Incident"],
        "core__users" => T["Sign-in"],
        "core__tokens" => T["API token"],
        "core__role_permissions" => T["Permission of a role"],
        "core__settings" => T["Setting"],
        "core__plugins" => T["Module"],
        "core__plugin_reads" => T["Data that a module may read"],
        "core__plugin_states" => T["How a module stands"],
        "core__plugin_failures" => T["Version of a module that failed"],
        "core__plugin_changes" => T["What became of a module"],
        "core__breaking_migrations" => T["Migration without a way back"],
        "core__requests" => T["Request that may come twice"],
        "core__audit_erasures" => T["Erasure from the audit trail"],
        "core__patient_reads" => T["Look at a patient's record"],
        _ when table.Split("__", 2) is [var owner, var name] => $"{OwnerOf(owner)}: {Spaced(name)}",
        _ => Spaced(table),
    };

    /// <summary>A column's name.</summary>
    public static string Column(string column) => Spaced(column) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : column;

    /// <summary>A row's key; the parts of one that has several with a dot between them.</summary>
    public static string Key(string key)
    {
        if (!key.StartsWith('[')) return key;
        try
        {
            return string.Join(" · ", JsonSerializer.Deserialize<JsonElement[]>(key)!.Select(part => part.ToString()));
        }
        catch (JsonException)
        {
            return key;
        }
    }

    /// <summary>What kind of change it was.</summary>
    public string Change(ChangeKind kind) => kind switch
    {
        ChangeKind.Inserted => T["New row"],
        ChangeKind.Updated => T["Changed"],
        ChangeKind.Deleted => T["Deleted"],
        ChangeKind.Renamed => T["Renamed"],
        _ => T["Was there when the trail began"],
    };

    /// <summary>What its colour says.</summary>
    public static Meaning MeaningOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Inserted => Meaning.Good,
        ChangeKind.Updated => Meaning.Notice,
        ChangeKind.Deleted => Meaning.Warning,
        _ => Meaning.Neutral,
    };

    /// <summary>Its icon.</summary>
    public static string IconOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Inserted => "plus",
        ChangeKind.Updated => "pencil",
        ChangeKind.Deleted => "bin",
        ChangeKind.Renamed => "swap",
        _ => "clock",
    };

    // Tables are named after their module with its dots as underscores.
    private string OwnerOf(string prefix) =>
        shell.Plugins.FirstOrDefault(p => p.Rights.TablePrefix == prefix + "__") is { } plugin ? words.Text(plugin.Manifest.Name)
        : prefix == "core" ? T["Clinic"] : prefix;

    private static string Spaced(string name) => name.Replace('_', ' ');
}
