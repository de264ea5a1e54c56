using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

/// <summary>The collection that a plugin registers its services in, which knows the modules that run beside it.</summary>
public interface IModuleServices : IServiceCollection
{
    /// <summary>Whether a module runs that the plugin names under <c>requires</c> or <c>optional</c>, in a version of the range that stands there.</summary>
    bool Runs(string module);
}
