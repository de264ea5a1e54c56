using System.Text.Json;
using System.Text.RegularExpressions;

namespace Smp.Runtime.Loading;

/// <summary>Reads the settings of a manifest: a JSON schema of the few words that a settings page understands.</summary>
internal sealed partial class ManifestSettings(ManifestProblems problems)
{
    public IReadOnlyList<SettingDefinition> Read(ManifestObject root)
    {
        if (root.Object("settings") is not { } schema) return [];
        if (schema.Find("type") is { } type && type is not { Kind: JsonValueKind.String, Text: "object" })
            problems.Add(type, $"\"settings.type\" is {type.Described}; settings are an \"object\".");

        var settings = new List<SettingDefinition>();
        if (schema.Object("properties") is { } properties)
            settings.AddRange(properties.Members.Select(member => Setting(member, properties.PathOf(member.Name))).OfType<SettingDefinition>());
        schema.RefuseOthers();
        return settings;
    }

    private SettingDefinition? Setting(LocatedMember member, string path)
    {
        if (!NamePattern().IsMatch(member.Name))
            problems.Add(member, $"\"{member.Name}\" is no name for a setting. It is letters and digits and begins with a lower-case letter: \"reminderDays\".");
        if (ManifestObject.Of(member.Value, path, problems) is not { } json) return null;

        var type = Type(json);
        var title = json.Text("title", 100);
        var description = json.OptionalText("description", 500);
        var secret = json.Boolean("writeOnly") ?? false;
        var (minimum, maximum) = (json.Number("minimum"), json.Number("maximum"));
        var maxLength = json.Number("maxLength");
        var choices = json.Texts("enum", 100);
        var written = json.Find("default");
        json.RefuseOthers();
        if (type is not { } known) return null;

        if (known is not (SettingType.WholeNumber or SettingType.Number))
            foreach (var word in new[] { "minimum", "maximum" }.Where(word => json.Find(word) is not null))
                json.Refuse(word, $"\"{json.PathOf(word)}\" is for an integer or a number; leave it out here.");
        if (known is not SettingType.Text)
            foreach (var word in new[] { "maxLength", "enum", "writeOnly" }.Where(word => json.Find(word) is not null))
                json.Refuse(word, $"\"{json.PathOf(word)}\" is for a string; leave it out here.");
        if (minimum > maximum)
        {
            json.Refuse("minimum", $"\"{json.PathOf("minimum")}\" is higher than \"maximum\".");
            minimum = maximum = null;
        }

        if (maxLength is { } length && (length < 1 || length > 10_000 || length % 1 != 0))
        {
            json.Refuse("maxLength", $"\"{json.PathOf("maxLength")}\" is {length}; it is a whole number from 1 to 10000.");
            maxLength = null;
        }

        var setting = new SettingDefinition
        {
            Name = member.Name,
            Type = known,
            Title = title ?? "",
            Description = description ?? "",
            Default = "",
            Minimum = minimum,
            Maximum = maximum,
            Choices = [.. choices.Select(choice => choice.Text)],
            MaxLength = (int?)maxLength,
            Secret = secret,
        };
        return setting with { Default = Default(json, setting, written) };
    }

    private object Default(ManifestObject json, SettingDefinition setting, LocatedJson? written)
    {
        if (setting.Secret)
        {
            if (written is not null) json.Refuse("default", $"\"{json.PathOf("default")}\" would be a secret that everybody can read; leave it out.");
            return "";
        }

        if (written is null)
        {
            json.Refuse("", $"\"{json.PathOf("default")}\" is missing; it is the value until the clinic sets one.");
            return "";
        }

        var value = Value(setting.Type, written);
        var objection = value is null ? new SettingDefinition { Name = "", Title = "", Default = "", Type = setting.Type }.Objection(new object()) : setting.Objection(value);
        if (objection is not null) problems.Add(written, $"\"{json.PathOf("default")}\" is {written.Described}. {objection}");
        return value ?? "";
    }

    private static object? Value(SettingType type, LocatedJson json) => (type, json.Kind) switch
    {
        (SettingType.Boolean, JsonValueKind.True) => true,
        (SettingType.Boolean, JsonValueKind.False) => false,
        (SettingType.Text, JsonValueKind.String) => json.Text,
        (SettingType.Number, _) => ManifestObject.NumberOf(json),
        (SettingType.WholeNumber, _) when ManifestObject.NumberOf(json) is { } number && number % 1 == 0
            && number is >= long.MinValue and <= long.MaxValue => (long)number,
        _ => null,
    };

    private static SettingType? Type(ManifestObject json) =>
        json.Text("type", 20, text => Named(text) is not null, "It is one of: boolean, integer, number, string.") is { } text ? Named(text) : null;

    private static SettingType? Named(string text) => text switch
    {
        "boolean" => SettingType.Boolean,
        "integer" => SettingType.WholeNumber,
        "number" => SettingType.Number,
        "string" => SettingType.Text,
        _ => null,
    };

    [GeneratedRegex(@"^[a-z][A-Za-z0-9]{0,59}\z")]
    private static partial Regex NamePattern();
}
