using System.Text.Json;
using Microsoft.Extensions.Localization;
using Smp.Host.Pages;
using Smp.Host.Pages.Modules;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Identity;
using Smp.Runtime.Loading;
using Smp.Runtime.Plugins;
using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Modules and their settings.</summary>
internal static class ModuleRoutes
{
    /// <summary>A module.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Version">The version that was chosen.</param>
    /// <param name="State">What it is doing.</param>
    /// <param name="Reason">Why it isn't running; empty when it is.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Description">What it is for.</param>
    /// <param name="Publisher">Who made it.</param>
    /// <param name="Running">The version that runs; null when none does.</param>
    /// <param name="Versions">The versions that are there, the highest first, and those that stay in memory until the clinic is started again.</param>
    public sealed record Module(
        string Id, string Version, PluginState State, string Reason, string Name, string Description, string Publisher, string? Running,
        IReadOnlyList<PluginVersion> Versions);

    /// <summary>A module and what became of it.</summary>
    public sealed record ModuleWithHistory(Module Module, IReadOnlyList<PluginChange> History);

    /// <summary>What is agreed to.</summary>
    public sealed record ModuleOrder
    {
        /// <summary>In which version it shall run, for an upgrade or a rollback; the next in order when left out.</summary>
        public string? Version { get; init; }

        /// <summary>Whether those that can't run without it are turned off with it. Default false: then nothing is done, and they are named.</summary>
        public bool AlsoDisable { get; init; }

        /// <summary>The fingerprint of the plan that was agreed to. Needed where the plan needs consent; when given, nothing else is done.</summary>
        public string? Accept { get; init; }

        /// <summary>Why, for the history. At most 500 characters.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>What would follow.</summary>
    /// <param name="Plan">All of it.</param>
    /// <param name="Fingerprint">To agree to exactly this.</param>
    public sealed record PlanAnswer(PluginPlan Plan, string Fingerprint);

    /// <summary>A setting with its value; a secret's is never given out.</summary>
    public sealed record Setting(string Name, string Title, SettingType Type, object? Value, object? Default, bool IsSet, bool Secret);

    /// <summary>What is being done with a module just now.</summary>
    /// <param name="Work">All of it; null when nothing is.</param>
    /// <param name="Sentence">The same in words; null when nothing is.</param>
    public sealed record Progress(ModuleWork? Work, string? Sentence);

    public static IEndpointRouteBuilder MapModules(this IEndpointRouteBuilder routes)
    {
        var plugins = routes.MapGroup("/api/plugins").WithTags("modules");
        plugins.MapGet("progress", (Modules modules, IStringLocalizer<HostTexts> texts, Words words) =>
                TypedResults.Ok(new Progress(modules.Work, modules.Work is { } work ? ModuleWords.Of(work, texts, words) : null)))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.progress").WithSummary("What is being done with a module just now. Others wait for their turn.");
        plugins.MapGet("", (Modules modules) => TypedResults.Ok(modules.List().Select(Of).ToArray()))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.list").WithSummary("Every module, how it stands and why, and its versions.");
        plugins.MapGet("{id}", async (Modules modules, string id, CancellationToken token) =>
                TypedResults.Ok(new ModuleWithHistory(Of(modules.Find(id)), await modules.HistoryAsync(id, token))))
            .Demand(CorePermissions.ModulesManage).WithName("plugins.read").WithSummary("A module and what became of it, the latest first.").ProducesProblem(404);
        plugins.MapGet("{id}/plan", async (Modules modules, string id, string action, string? version, bool? purge, CancellationToken token) =>
            {
                var what = ActionOf(action);
                if (purge == true && what is not PluginAction.Remove) throw Refuse.Field("purge", $"Only a module that is removed can be purged.");
                var plan = await modules.PlanAsync(new(id, what, version, Purge: purge == true), token);
                return TypedResults.Ok(new PlanAnswer(plan, plan.Fingerprint));
            })
            .Demand(CorePermissions.ModulesManage).WithName("plugins.plan")
            .WithSummary("What would follow from something done with a module; with 'purge=true', from removing it with its records. Nothing is done, and none of the module's code runs for it.").ProducesProblem(404);
        Map(plugins, "enable", PluginAction.Enable, "Turns a module on, or tries it again.");
        Map(plugins, "disable", PluginAction.Disable, "Turns a module off; its records stay.");
        Map(plugins, "upgrade", PluginAction.Upgrade, "Chooses a higher version of a module that is there. When it can't run, the one before goes on.");
        Map(plugins, "rollback", PluginAction.Rollback, "Chooses the version before. Refused where the module's data can't be read by it any more; the backup is named.");
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

    private static void Map(RouteGroupBuilder plugins, string verb, PluginAction action, string summary) =>
        plugins.MapPost($"{{id}}/{verb}", async (Modules modules, string id, ModuleOrder? order, CancellationToken token) =>
                TypedResults.Ok(Of(await modules.DoAsync(new(id, action, order?.Version, order?.AlsoDisable ?? false, order?.Accept, order?.Reason), token))))
            .Demand(CorePermissions.ModulesManage).WithName($"plugins.{verb}").WithSummary(summary)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);

    private static PluginAction ActionOf(string action) => Enum.TryParse<PluginAction>(action, ignoreCase: true, out var known) && Enum.IsDefined(known) && !char.IsAsciiDigit(action[0])
        ? known
        : throw Refuse.Field("action", $"This is one of {string.Join(", ", Enum.GetNames<PluginAction>().Select(n => n.ToLowerInvariant()))}.");

    private static Module Of(PluginStatus s) => new(
        s.Id, s.Version, s.State, s.Reason, s.Name, s.Description, s.Publisher, s.Versions.FirstOrDefault(v => v.Running)?.Version, s.Versions);

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
