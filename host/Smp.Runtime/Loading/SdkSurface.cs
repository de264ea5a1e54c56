using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Loading;

/// <summary>Every type and member that this host's SDK lets plugins use, read from the metadata of its assemblies.</summary>
internal sealed class SdkSurface
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly AssemblySurface surface = new();
    private readonly Dictionary<string, Assembly> assemblies;

    public SdkSurface()
    {
        assemblies = new[] { typeof(IPlugin).Assembly, typeof(IWebPlugin).Assembly }.ToDictionary(assembly => assembly.GetName().Name!, StringComparer.Ordinal);
        foreach (var (name, assembly) in assemblies)
        {
            using var file = new PEReader(File.OpenRead(assembly.Location), PEStreamOptions.PrefetchMetadata);
            surface.Read(name, file.GetMetadataReader());
        }
    }

    public bool HasType(string assembly, string fullName) => surface.HasType(assembly, fullName);

    /// <summary>Whether a type has a member, itself or from what it inherits.</summary>
    /// <param name="assembly">The simple name of the SDK's assembly.</param>
    /// <param name="type">The full name of a type that exists.</param>
    /// <param name="name">The member's name alone.</param>
    /// <param name="exact">The member's name and signature.</param>
    public bool HasMember(string assembly, string type, string name, string exact)
    {
        if (surface.Of(assembly, type) is not { Forwarded: false } members) return true;
        return members.Exact.Contains(exact) || (name != ".ctor" && Inherits(assemblies[assembly].GetType(type), name, exact));
    }

    // A reference may name a derived type for a member that a base declares. Where that base is generic or the framework's, its
    // signature stands in other terms, so the name has to do.
    private bool Inherits(Type? type, string name, string exact)
    {
        foreach (var inherited in Ancestors(type))
        {
            var plain = inherited.IsGenericType ? inherited.GetGenericTypeDefinition() : inherited;
            var found = surface.Of(plain.Assembly.GetName().Name!, plain.FullName!) is { } members
                ? plain == inherited ? members.Exact.Contains(exact) : members.Names.Contains(name)
                : inherited.GetMember(name, Any).Length > 0;
            if (found) return true;
        }

        return false;
    }

    private static IEnumerable<Type> Ancestors(Type? type)
    {
        if (type is null) yield break;
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType) yield return parent;
        if (!type.IsInterface) yield break;
        foreach (var parent in type.GetInterfaces()) yield return parent;
        yield return typeof(object);
    }
}
