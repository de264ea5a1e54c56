using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Jobs;

/// <summary>The kinds of orders that a shell has jobs for.</summary>
internal sealed class JobKinds
{
    private readonly Dictionary<(string Plugin, string Name), JobKind> byName = [];

    /// <summary>All of them, as <c>plugin/name</c>.</summary>
    public IReadOnlyList<string> Names => [.. byName.Keys.Select(k => $"{k.Plugin}/{k.Name}")];

    public JobKind? Find(string plugin, string name) => byName.GetValueOrDefault((plugin, name));

    /// <summary>Finds what the plugins registered.</summary>
    /// <exception cref="PluginFailure">One has two jobs for the same orders, or for orders of one name.</exception>
    internal static void Add(IServiceCollection services, ShellContents contents)
    {
        var kinds = new JobKinds();
        foreach (var job in services.Where(s => !s.IsKeyedService && s.ServiceType.IsConstructedGenericType && s.ServiceType.GetGenericTypeDefinition() == typeof(IJob<>)))
        {
            var (order, type) = (job.ServiceType.GenericTypeArguments[0], job.ImplementationType!);
            var plugin = contents.OwnerOf(type)?.Id ?? Rights.Core.PluginId;
            var kind = (JobKind)Activator.CreateInstance(typeof(JobKind<>).MakeGenericType(order), plugin, type)!;
            if (kinds.byName.TryAdd((plugin, kind.Name), kind)) continue;
            throw new PluginFailure(plugin, $"It registers two jobs for orders that are called {kind.Name}: {kinds.byName[(plugin, kind.Name)].Job.Name} and {type.Name}.");
        }

        services.AddSingleton(kinds);
    }
}

/// <summary>A kind of orders, and the job that does them.</summary>
internal abstract class JobKind(string plugin, Type order, Type job)
{
    protected static JsonSerializerOptions Json { get; } = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter() } };

    public string Plugin => plugin;

    /// <summary>As it is kept.</summary>
    public string Name => order.Name;

    public Type Order => order;

    public Type Job => job;

    public string Write(object what) => JsonSerializer.Serialize(what, order, Json);

    /// <exception cref="JsonException">The order isn't one that this version understands.</exception>
    public abstract Task RunAsync(IServiceProvider scope, string body, CancellationToken token);
}

/// <inheritdoc/>
internal sealed class JobKind<TOrder>(string plugin, Type job) : JobKind(plugin, typeof(TOrder), job) where TOrder : notnull
{
    public override Task RunAsync(IServiceProvider scope, string body, CancellationToken token)
    {
        var order = JsonSerializer.Deserialize<TOrder>(body, Json) ?? throw new JsonException("The order is empty.");
        return scope.GetRequiredService<IJob<TOrder>>().RunAsync(order, token);
    }
}
