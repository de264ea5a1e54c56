using System.Text.Json;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Identity;
using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Modules and their settings.</summary>
internal static class ModuleRoutes
{
    /// <summary>A module.</summary>
    public sealed record Module(string Id, string Version, PluginState State, string Reason, string Name, string Description, string Publisher);

    /// <summary>A setting with its value; a secret's is never given out.</summary>
    public sealed record Setting(string Name, string Title, SettingType Type, object? Value, object? Default, bool IsSet, bool Secret);

    public static IEndpointRouteBuilder MapModules(this IEndpointRouteBuilder routes)
    {
        var plugins = routes.MapGroup("/api/plugins").WithTags("modules");
        plugins.MapGet("", (Modules modules) => TypedResults.Ok(modules.List().Select(Of).ToArray()))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.list").WithSummary("Every module, how it stands and why.");
        plugins.MapPost("{id}/enable", async (Modules modules, string id, CancellationToken token) =>
                TypedResults.Ok(Of(await modules.SetEnabledAsync(id, true, token))))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.enable").WithSummary("Turns a module on.").ProducesProblem(404);
        plugins.MapPost("{id}/disable", async (Modules modules, string id, CancellationToken token) =>
                TypedResults.Ok(Of(await modules.SetEnabledAsync(id, false, token))))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.disable").WithSummary("Turns a module off; its records stay.").ProducesProblem(404);
        return routes;
    }

    public static IEndpointRouteBuilder MapSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/api/settings").WithTags("modules");
        settings.MapGet("{plugin}", (ClinicSettings book, string plugin) => TypedResults.Ok(Of(book, plugin)))
            .Demand(CorePermissions.SettingsManage).WithName("settings.read").WithSummary("The settings of a module, or of core.").ProducesProblem(404);
        settings.MapPut("{plugin}", async (ClinicSettings book, string plugin, Dictionary<string, JsonElement> changes, CancellationToken token) =>
            {
                await book.SetAsync(plugin, Read(book, plugin, changes), token);
                return TypedResults.Ok(Of(book, plugin));
            })
            .Demand(CorePermissions.SettingsManage).WithName("settings.change")
            .WithSummary("Sets those settings of a module, or of core, that the body names.").ProducesProblem(404).ProducesProblem(422);
        return routes;
    }

    private static Module Of(PluginStatus s) => new(s.Id, s.Version, s.State, s.Reason, s.Name, s.Description, s.Publisher);

    private static Setting[] Of(ClinicSettings book, string plugin) =>
        [.. book.Of(plugin).Select(s => new Setting(s.Setting.Name, s.Setting.Title, s.Setting.Type, s.Value,
            s.Setting.Secret ? null : s.Setting.Default, s.IsSet, s.Setting.Secret))];

    private static Dictionary<string, object> Read(ClinicSettings book, string plugin, Dictionary<string, JsonElement> changes)
    {
        var known = book.Of(plugin).ToDictionary(s => s.Setting.Name, s => s.Setting.Type);
        return changes.ToDictionary(c => c.Key, c => (known.GetValueOrDefault(c.Key), c.Value.ValueKind) switch
        {
            (_, JsonValueKind.True or JsonValueKind.False) => c.Value.GetBoolean(),
            (SettingType.WholeNumber, JsonValueKind.Number) when c.Value.TryGetInt64(out var whole) => (object)whole,
            (_, JsonValueKind.Number) when c.Value.TryGetDecimal(out var number) => number,
            (_, JsonValueKind.String) => c.Value.GetString()!,
            _ => throw Refuse.Field(c.Key, $"This is true, false, a number or a text."),
        });
    }
}
