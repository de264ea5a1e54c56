using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Tests.Loading;

/// <summary>The schema that editors check a manifest with says what the host says.</summary>
public sealed class ManifestSchemaTests
{
    private const string Whole = """
        {
          "$schema": "plugin.schema.json",
          "id": "acme.aftercare", "name": "Aftercare calls", "version": "1.2.0", "description": "Calls patients.", "publisher": "Acme",
          "assembly": "Acme.Aftercare.dll",
          "sdk": "[0.1,0.2)",
          "requires": { "sessions": "[1.0,2.0)" }, "optional": { "needles": "[1.0,2.0)" },
          "data": { "reads": ["patients", "sessions.sessions@1"], "publishes": ["calls@2"] },
          "exports": { "assembly": "Acme.Aftercare.Contracts.dll", "version": "1.0.0" },
          "permissions": [{ "id": "call", "name": "Record aftercare calls", "roles": ["Coordinator", "Technician"] }],
          "nav": [{ "text": "Calls", "href": "/acme.aftercare/calls", "icon": "phone", "permission": "acme.aftercare.call" }],
          "guards": ["recent-call"],
          "settings": {
            "type": "object",
            "properties": {
              "days": { "type": "integer", "title": "Days", "description": "After the session.", "default": 7, "minimum": 1, "maximum": 30 },
              "factor": { "type": "number", "title": "Factor", "default": 0.5 },
              "active": { "type": "boolean", "title": "Active", "default": true },
              "tone": { "type": "string", "title": "Tone", "default": "warm", "enum": ["warm", "brief"] },
              "sender": { "type": "string", "title": "Sender", "default": "", "maxLength": 20 },
              "password": { "type": "string", "title": "Password", "writeOnly": true }
            }
          }
        }
        """;

    // What stands in one place and is wrong because of another. A schema says what each value may be by itself; these the host says on top of it.
    private static readonly string[] Together =
    [
        "is read, but", "names the plugin itself", "one of them is right.", "is a path under", "that this manifest declares", "stands here a second time", "is higher than \"maximum\"",
        "The lowest value is", "The highest value is", "\"settings.properties.tone.default\" is \"", "At most", "and not the plugin's own assembly", "A range of versions is written",
    ];

    // Each is right somewhere, or nearly.
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "7.0", "20000", "\"\"", "\" \"", "\"x\"", "\"X\"", "\"x.y\"", "\"x-y\"", "\"x_y\"", "\"x y\"", "\"a\\nb\"", "\"x\\n\"", "\"\\u0085\"", "[]", "{}", "[\"x\"]", "[\"x\",\"x\"]",
        "[1]", "[{}]", "{\"x\":1}", "{\"x\":\"1.0\"}", "{\"X\":\"1.0\"}", "\"1.0\"", "\"1.2.3\"", "\"1.2.3-beta.1+x\"", "\"01.2.3\"", "\"1.2.3.4\"", "\"[1.0]\"", "\"(,2.0]\"", "\"[1.0,\"", "\"[2.0,1.0]\"", "\"*\"", "\"1.*\"",
        "\"x.dll\"", "\"X.DLL\"", "\".dll\"", "\"..dll\"", "\"a/x.dll\"", "\"..\\\\x.dll\"", "\"core\"", "\"api\"", "\"sqlitex\"", "\"x@1\"", "\"x.y@1\"", "\"x@0\"", "\"x@12345\"", "\"Physician\"", "[\"Physician\"]",
        "[\"Nurse\"]", "\"/x\"", "\"/acme.aftercare\"", "\"/acme.aftercare/../x\"", "\"object\"", "\"integer\"", "\"string\"", "\"boolean\"", "\"patients\"",
    ];

    private static readonly JsonSchema Schema = new(JsonNode.Parse(File.ReadAllText(Path.Combine(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == "TestPlugins").Value!, "../../sdk/Smp.Sdk/plugin.schema.json")))!);

    [Test]
    public void The_schema_and_the_host_accept_and_refuse_the_same_manifests()
    {
        var (accepted, refused) = (0, 0);
        List<string> apart = [];
        foreach (var (what, json) in Changed())
        {
            var node = JsonNode.Parse(json);
            var reasons = ManifestReader.Parse(Encoding.UTF8.GetBytes(json)).Reasons;
            var schema = Schema.Accepts(node);
            if (reasons.Count == 0) accepted++;
            else refused++;
            if (reasons.Count == 0 && !schema) apart.Add($"{what}: the schema alone refuses it");
            if (reasons.Count > 0 && schema && !reasons.All(r => Array.Exists(Together, t => r.Contains(t, StringComparison.Ordinal)))) apart.Add($"{what}: the host alone refuses it: {string.Join(" ", reasons)}");
        }

        Assert.That(apart, Is.Empty);
        // Else there would be nothing to compare.
        Assert.That(accepted, Is.GreaterThan(100));
        Assert.That(refused, Is.GreaterThan(1000));
    }

    [Test]
    public void Every_complaint_says_where() => Assert.That(
        Changed().SelectMany(c => ManifestReader.Parse(Encoding.UTF8.GetBytes(c.Json)).Reasons), Is.All.Match("^plugin\\.json, line [1-9][0-9]*, column [1-9][0-9]*: "));

    // The whole manifest; and with each of its values taken out, put in the place of another, and joined by one that nobody knows.
    private static IEnumerable<(string What, string Json)> Changed()
    {
        yield return ("as it is", Whole);
        foreach (var path in Paths(JsonNode.Parse(Whole)!).ToList())
        {
            yield return ($"without {path}", With(path, parent => Remove(parent.Parent, parent.Last)));
            foreach (var value in Values) yield return ($"{path} = {value}", With(path, parent => Put(parent.Parent, parent.Last, JsonNode.Parse(value))));
            yield return ($"{path} and more", With(path, parent => (parent.Parent as JsonObject)?.Add("unknown", 1)));
        }
    }

    private static string With(string path, Action<(JsonNode Parent, string Last)> change)
    {
        var root = JsonNode.Parse(Whole)!;
        var parts = path.Split('/');
        var parent = parts[..^1].Aggregate(root, (node, part) => node is JsonArray array ? array[int.Parse(part, null)]! : node[part]!);
        change((parent, parts[^1]));
        return root.ToJsonString(new() { WriteIndented = true });
    }

    private static void Remove(JsonNode parent, string last)
    {
        if (parent is JsonArray array) array.RemoveAt(int.Parse(last, null));
        else parent.AsObject().Remove(last);
    }

    private static void Put(JsonNode parent, string last, JsonNode? value)
    {
        if (parent is JsonArray array) array[int.Parse(last, null)] = value;
        else parent[last] = value;
    }

    private static IEnumerable<string> Paths(JsonNode node, string above = "") => node switch
    {
        JsonObject members => members.SelectMany(m => Paths(m.Value!, above + "/" + m.Key).Prepend((above + "/" + m.Key)[1..])).Select(p => p.TrimStart('/')),
        JsonArray items => items.SelectMany((item, at) => Paths(item!, $"{above}/{at}").Prepend($"{above}/{at}"[1..])).Select(p => p.TrimStart('/')),
        _ => [],
    };
}
