using System.Text.Json;

namespace Smp.Host.Commands;

/// <summary>A plan for people who read a terminal.</summary>
internal static class PlanText
{
    public static void Write(JsonElement plan)
    {
        var (from, to) = (Text(plan, "fromVersion"), Text(plan, "toVersion"));
        Console.WriteLine($"{Text(plan, "action")} {Text(plan, "plugin")} {(from == to || to.Length == 0 ? from : $"{from} → {to}")}");
        foreach (var problem in plan.GetProperty("impossible").EnumerateArray()) Console.WriteLine($"  It can't be done: {problem.GetString()}");
        Lines("States", plan.GetProperty("states"), s => $"{Text(s, "plugin")}: {Text(s, "from")} → {Text(s, "to")}{(Text(s, "why") is { Length: > 0 } why ? $" ({why})" : "")}");
        Lines("Migrations, after a backup", plan.GetProperty("migrations"),
            m => Text(m, "name") + (m.GetProperty("breaking").GetBoolean() ? " (after it the version before can't run any more)" : ""));
        Lines("Tables of its own", plan.GetProperty("tables"), t => t.GetString()!);
        Lines("Tables that go with all that is in them, after a backup", plan.GetProperty("purged"), t => $"{Text(t, "name")}: {t.GetProperty("rows").GetInt64()} {(t.GetProperty("rows").GetInt64() == 1 ? "row" : "rows")}");
        Lines("Reads", plan.GetProperty("reads"), r => Text(r, "data") + (r.GetProperty("new").GetBoolean() ? " (new)" : ""));
        Lines("Open to anybody, without signing in", plan.GetProperty("open"), o => Text(o, "address") + (o.GetProperty("new").GetBoolean() ? " (new)" : ""));
        Lines("Permissions", plan.GetProperty("permissions"), p => $"{Text(p, "name")}: {Text(p, "title")}, for {string.Join(", ", p.GetProperty("roles").EnumerateArray().Select(r => r.GetString()))}"
            + (Text(p, "change") is var change and not "Kept" ? $" ({change.ToLowerInvariant()})" : ""));
        if (plan.GetProperty("manifestSha256").GetString() is { } manifest) Console.WriteLine($"  plugin.json  SHA-256 {manifest}");
        if (plan.GetProperty("assemblySha256").GetString() is { } assembly) Console.WriteLine($"  assembly     SHA-256 {assembly}");
        if (Text(plan, "filesSha256") is { Length: > 0 } files) Console.WriteLine($"  all files    SHA-256 {files}");
    }

    private static void Lines(string heading, JsonElement of, Func<JsonElement, string> line)
    {
        if (of.GetArrayLength() == 0) return;
        Console.WriteLine($"  {heading}:");
        foreach (var each in of.EnumerateArray()) Console.WriteLine($"    {line(each)}");
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? "";
}
