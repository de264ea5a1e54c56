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

    private readonly Dictionary<(string Assembly, string Type), Members> types = [];
    private readonly Dictionary<string, Assembly> assemblies;

    public SdkSurface()
    {
        assemblies = new[] { typeof(IPlugin).Assembly, typeof(IWebPlugin).Assembly }.ToDictionary(assembly => assembly.GetName().Name!, StringComparer.Ordinal);
        foreach (var (name, assembly) in assemblies)
        {
            using var file = new PEReader(File.OpenRead(assembly.Location), PEStreamOptions.PrefetchMetadata);
            Read(name, file.GetMetadataReader());
        }
    }

    public bool HasType(string assembly, string fullName) => types.ContainsKey((assembly, fullName));

    /// <summary>Whether a type has a member, itself or from what it inherits.</summary>
    /// <param name="assembly">The simple name of the SDK's assembly.</param>
    /// <param name="type">The full name of a type that exists.</param>
    /// <param name="name">The member's name alone.</param>
    /// <param name="exact">The member's name and signature.</param>
    public bool HasMember(string assembly, string type, string name, string exact)
    {
        if (types[(assembly, type)] is not { Forwarded: false } members) return true;
        return members.Exact.Contains(exact) || (name != ".ctor" && Inherits(assemblies[assembly].GetType(type), name, exact));
    }

    // A reference may name a derived type for a member that a base declares. Where that base is generic or the framework's, its
    // signature stands in other terms, so the name has to do.
    private bool Inherits(Type? type, string name, string exact)
    {
        foreach (var inherited in Ancestors(type))
        {
            var plain = inherited.IsGenericType ? inherited.GetGenericTypeDefinition() : inherited;
            var found = types.TryGetValue((plain.Assembly.GetName().Name!, plain.FullName!), out var members)
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

    private void Read(string assembly, MetadataReader reader)
    {
        // Plain loops, here and wherever metadata is walked: LINQ over its handles, which are values, is compiled anew at every start.
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if (!IsVisible(reader, type)) continue;
            var members = new Members();
            foreach (var each in type.GetMethods())
            {
                var method = reader.GetMethodDefinition(each);
                if ((method.Attributes & MethodAttributes.MemberAccessMask) is not (MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)) continue;
                var name = reader.GetString(method.Name);
                members.Add(name, MemberNames.Exact(name, method.DecodeSignature(SignatureNames.Exact, null)));
            }

            foreach (var each in type.GetFields())
            {
                var field = reader.GetFieldDefinition(each);
                if ((field.Attributes & FieldAttributes.FieldAccessMask) is not (FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)) continue;
                var name = reader.GetString(field.Name);
                members.Add(name, MemberNames.Exact(name, field.DecodeSignature(SignatureNames.Exact, null)));
            }

            types[(assembly, SignatureNames.FullName(reader, handle))] = members;
        }

        // A type that moved to another assembly is still found under its old one; its members aren't ours to judge.
        foreach (var handle in reader.ExportedTypes)
        {
            if (reader.GetExportedType(handle) is not { IsForwarder: true } forwarded) continue;
            types[(assembly, $"{reader.GetString(forwarded.Namespace)}.{reader.GetString(forwarded.Name)}")] = new() { Forwarded = true };
        }
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private sealed class Members
    {
        public bool Forwarded { get; init; }

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Exact { get; } = new(StringComparer.Ordinal);

        public void Add(string name, string exact)
        {
            Names.Add(name);
            Exact.Add(exact);
        }
    }
}
