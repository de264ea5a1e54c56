using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Smp.Runtime.Tests.Loading;

/// <summary>As much of JSON Schema (2020-12) as plugin.schema.json uses. A word that isn't known here fails the test, so that none is only there for show.</summary>
internal sealed class JsonSchema(JsonNode root)
{
    private static readonly string[] Notes = ["$schema", "$defs", "title", "description"];

    public bool Accepts(JsonNode? value) => Accepts(root, value);

    private bool Accepts(JsonNode schema, JsonNode? value) => schema.AsObject().All(word => Accepts(schema, word.Key, word.Value!, value));

    private bool Accepts(JsonNode schema, string word, JsonNode says, JsonNode? value) => word switch
    {
        "$ref" => Accepts(root["$defs"]![says.GetValue<string>()["#/$defs/".Length..]]!, value),
        "type" => IsA(says.GetValue<string>(), value),
        "const" => JsonNode.DeepEquals(says, value),
        "enum" => says.AsArray().Any(one => JsonNode.DeepEquals(one, value)),
        "not" => !Accepts(says, value),
        "allOf" => says.AsArray().All(one => Accepts(one!, value)),
        "if" => !Accepts(says, value) ? schema["else"] is not { } otherwise || Accepts(otherwise, value) : schema["then"] is not { } then || Accepts(then, value),
        "then" or "else" => true,
        "pattern" => value is not JsonValue text || !IsA("string", value) || Regex.IsMatch(text.GetValue<string>(), Whole(says.GetValue<string>())),
        "maxLength" => !IsA("string", value) || value!.GetValue<string>().Length <= says.GetValue<int>(),
        "minimum" => !IsA("number", value) || Number(value) >= Number(says),
        "maximum" => !IsA("number", value) || Number(value) <= Number(says),
        "required" => value is not JsonObject members || says.AsArray().All(name => members.ContainsKey(name!.GetValue<string>())),
        "properties" => value is not JsonObject members || says.AsObject().All(p => !members.ContainsKey(p.Key) || Accepts(p.Value!, members[p.Key])),
        "propertyNames" => value is not JsonObject members || members.All(m => Accepts(says, JsonValue.Create(m.Key))),
        "additionalProperties" => value is not JsonObject members || members.Where(m => schema["properties"]?.AsObject().ContainsKey(m.Key) != true)
            .All(m => says is JsonObject ? Accepts(says, m.Value) : says.GetValue<bool>()),
        "items" => value is not JsonArray items || items.All(item => Accepts(says, item)),
        "uniqueItems" => value is not JsonArray items || items.Select((item, at) => items.Take(at).All(before => !JsonNode.DeepEquals(before, item))).All(one => one),
        _ when Notes.Contains(word) => true,
        _ => throw new NotSupportedException($"The schema uses {word}, which isn't known here."),
    };

    private static bool IsA(string type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        ("object", System.Text.Json.JsonValueKind.Object) or ("array", System.Text.Json.JsonValueKind.Array) or ("string", System.Text.Json.JsonValueKind.String) => true,
        ("boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) or ("number", System.Text.Json.JsonValueKind.Number) => true,
        ("integer", System.Text.Json.JsonValueKind.Number) => Number(value) % 1 == 0,
        _ => false,
    };

    private static decimal Number(JsonNode? value) => decimal.Parse(value!.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);

    // In JSON Schema the end is the end; .NET also takes the one before a last line break.
    private static string Whole(string pattern) => pattern.EndsWith('$') ? pattern[..^1] + @"\z" : pattern;
}
