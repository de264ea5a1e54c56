using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Orders;

/// <summary>The kinds of orders that a shell has jobs for.</summary>
internal sealed class JobKinds
{
    private readonly Dictionary<(string Plugin, string Name), JobKind> byName = [];

    public IReadOnlyCollection<JobKind> All => byName.Values;

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

    /// <exception cref="UnreadableOrderException">The order isn't one that this version understands.</exception>
    public abstract Task RunAsync(IServiceProvider scope, string body, CancellationToken token);
}

/// <inheritdoc/>
internal sealed class JobKind<TOrder>(string plugin, Type job) : JobKind(plugin, typeof(TOrder), job) where TOrder : notnull
{
    public override Task RunAsync(IServiceProvider scope, string body, CancellationToken token) => scope.GetRequiredService<IJob<TOrder>>().RunAsync(Read(body), token);

    private static TOrder Read(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<TOrder>(body, Json) ?? throw new UnreadableOrderException("It is empty.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new UnreadableOrderException(error.Message, error);
        }
    }
}

/// <summary>An order that this version of its module doesn't understand: another one gave it.</summary>
internal sealed class UnreadableOrderException(string why, Exception? inner = null) : Exception($"This version of the module can't read the order: {why}", inner);
