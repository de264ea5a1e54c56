using System.Text.Json;

namespace Smp.Runtime.Loading;

/// <summary>
/// A plugin's <c>deps.json</c>. Its form is checked before the runtime's own resolver sees it: that one is native code, takes the form
/// for granted, and ends the process where it is wrong.
/// </summary>
internal static class DependencyFile
{
    // A name that stands twice would be read differently here and there.
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>The file names of the assemblies that the plugin brings along, as the file names them.</summary>
    /// <exception cref="InvalidOperationException">The file isn't as the SDK writes it.</exception>
    public static IReadOnlyList<string> Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content, Options);
            return Read(json.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"It is no JSON: {e.Message}", e);
        }
    }

    private static List<string> Read(JsonElement root)
    {
        var files = new List<string>();
        var target = Needed(Object(root, "The file"), "runtimeTarget");
        if (target.ValueKind != JsonValueKind.String) target = Needed(Object(target, "runtimeTarget"), "name");
        Text(target, "runtimeTarget.name");
        Object(Needed(Object(Needed(root, "targets"), "targets"), target.GetString()!), "The runtime target");
        foreach (var library in root.GetProperty("targets").EnumerateObject().SelectMany(each => Object(each.Value, each.Name).EnumerateObject()))
        {
            var assets = Object(library.Value, library.Name);
            foreach (var (kind, asset) in Assets(assets, "runtime", "native", "resources", "runtimeTargets"))
            {
                if (LeadsOut(asset.Name)) throw new InvalidOperationException($"\"{asset.Name}\" leads out of the plugin's folder.");
                if (kind == "runtime") files.Add(Path.GetFileName(asset.Name));
                if (kind == "runtimeTargets")
                    foreach (var word in new[] { "rid", "assetType" }) Text(Needed(asset.Value, word), word);
                foreach (var word in new[] { "assemblyVersion", "fileVersion", "locale" })
                    if (asset.Value.TryGetProperty(word, out var text)) Text(text, word);
                if (asset.Value.TryGetProperty("locale", out var locale) && LeadsOut(locale.GetString()!))
                    throw new InvalidOperationException($"\"{locale.GetString()}\" leads out of the plugin's folder.");
            }
        }

        foreach (var library in Object(Needed(root, "libraries"), "libraries").EnumerateObject())
        {
            foreach (var word in new[] { "type", "sha512" }) Text(Needed(Object(library.Value, library.Name), word), word);
            if (Needed(library.Value, "serviceable").ValueKind is not (JsonValueKind.True or JsonValueKind.False)) throw Wrong("serviceable", "true or false");
            foreach (var word in new[] { "path", "hashPath", "runtimeStoreManifestName" })
                if (library.Value.TryGetProperty(word, out var text)) Text(text, word);
        }

        if (root.TryGetProperty("runtimes", out var runtimes))
        {
            foreach (var runtime in Object(runtimes, "runtimes").EnumerateObject())
            {
                if (runtime.Value.ValueKind != JsonValueKind.Array) throw Wrong(runtime.Name, "a list");
                foreach (var fallback in runtime.Value.EnumerateArray()) Text(fallback, runtime.Name);
            }
        }

        return files;
    }

    private static IEnumerable<(string Kind, JsonProperty Asset)> Assets(JsonElement library, params IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
        {
            if (!library.TryGetProperty(kind, out var assets)) continue;
            foreach (var asset in Object(assets, kind).EnumerateObject())
            {
                Object(asset.Value, asset.Name);
                yield return (kind, asset);
            }
        }
    }

    // The resolver follows it wherever it leads, and what lies outside is neither installed with the plugin nor compared with what was.
    private static bool LeadsOut(string path) => Path.IsPathRooted(path) || path.Contains(':', StringComparison.Ordinal) || path.Split('/', '\\').Contains("..");

    private static JsonElement Needed(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : throw new InvalidOperationException($"\"{name}\" is missing.");

    private static JsonElement Object(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object ? json : throw Wrong(name, "an object");

    private static void Text(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.String) throw Wrong(name, "a text");
    }

    private static InvalidOperationException Wrong(string name, string right) => new($"\"{name}\" must be {right}.");
}
