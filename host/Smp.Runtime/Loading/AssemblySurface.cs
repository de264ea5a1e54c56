using System.Reflection;
using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>The types of assemblies that others may use, with the members of each, read from metadata.</summary>
internal sealed class AssemblySurface
{
    private readonly Dictionary<(string Assembly, string Type), Members> types = [];

    public bool HasType(string assembly, string fullName) => types.ContainsKey((assembly, fullName));

    /// <summary>What a type declares itself; null when there is no such type.</summary>
    public Members? Of(string assembly, string fullName) => types.GetValueOrDefault((assembly, fullName));

    /// <summary>Adds an assembly's types.</summary>
    public void Read(string assembly, MetadataReader reader)
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

    /// <summary>The members of one type.</summary>
    internal sealed class Members
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
