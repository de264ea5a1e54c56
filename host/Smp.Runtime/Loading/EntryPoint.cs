using System.Reflection;
using System.Reflection.Metadata;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Loading;

/// <summary>Finds the class that a plugin begins with, in the metadata of its assembly.</summary>
internal sealed class EntryPoint(MetadataReader reader)
{
    private static readonly string Plugin = typeof(IPlugin).FullName!;
    private static readonly string WebPlugin = typeof(IWebPlugin).FullName!;

    private readonly Dictionary<TypeDefinitionHandle, bool> implements = [];

    /// <summary>The full name of the one class, or why there isn't one.</summary>
    public (string? Type, string? Reason) Find(string file)
    {
        var entries = new List<string>();
        var nearly = new List<string>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if ((type.Attributes & (TypeAttributes.Interface | TypeAttributes.Abstract)) != 0 || !Implements(handle)) continue;
            var name = SignatureNames.FullName(reader, handle);
            if (Missing(type) is { } missing) nearly.Add($"{name} {missing}");
            else entries.Add(name);
        }

        return entries switch
        {
            [var only] => (only, null),
            [] when nearly.Count > 0 => (null, $"{file} has no class to begin with: {string.Join("; ", nearly)}."),
            [] => (null, $"{file} has no class to begin with. It needs one public class that implements {Plugin} or {WebPlugin}."),
            _ => (null, $"{file} has {entries.Count} classes that implement {Plugin}, and only one may: {string.Join(", ", entries)}."),
        };
    }

    private string? Missing(TypeDefinition type)
    {
        if ((type.Attributes & TypeAttributes.VisibilityMask) != TypeAttributes.Public) return "isn't public, or lies in another class";
        if (type.GetGenericParameters().Count > 0) return "is generic";
        foreach (var method in type.GetMethods())
        {
            if (IsPublicConstructor(reader.GetMethodDefinition(method))) return null;
        }

        return "has no public constructor without parameters";
    }

    private bool IsPublicConstructor(MethodDefinition method) =>
        (method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.Static)) == MethodAttributes.Public
        && reader.StringComparer.Equals(method.Name, ".ctor")
        && method.DecodeSignature(SignatureNames.Exact, null).ParameterTypes.IsEmpty;

    // Directly, through another interface, or through a base class, as far as the same assembly declares them.
    private bool Implements(TypeDefinitionHandle handle)
    {
        if (implements.TryGetValue(handle, out var known)) return known;
        implements[handle] = false; // What is damaged may be its own base.
        var type = reader.GetTypeDefinition(handle);
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            if (IsPlugin(reader.GetInterfaceImplementation(implementation).Interface)) return implements[handle] = true;
        }

        return implements[handle] = IsPlugin(type.BaseType);
    }

    private bool IsPlugin(EntityHandle type) => type.Kind switch
    {
        _ when type.IsNil => false,
        HandleKind.TypeDefinition => Implements((TypeDefinitionHandle)type),
        HandleKind.TypeSpecification => IsPlugin(MemberReferences.GenericOf(reader, (TypeSpecificationHandle)type)),
        HandleKind.TypeReference => MemberReferences.TypeOf(reader, (TypeReferenceHandle)type) is { } referred
            && SharedAssemblies.IsSdk(referred.Assembly) && (referred.FullName == Plugin || referred.FullName == WebPlugin),
        _ => false,
    };
}
