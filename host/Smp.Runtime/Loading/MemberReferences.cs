using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>A type of another assembly that an assembly refers to.</summary>
/// <param name="Assembly">The simple name of that assembly.</param>
/// <param name="FullName">The type's full name.</param>
internal sealed record ReferredType(string Assembly, string FullName)
{
    /// <summary>As a developer would write it.</summary>
    public string Written => SignatureNames.Written(FullName);
}

/// <summary>A method or field of another assembly that an assembly refers to.</summary>
/// <param name="Type">The type that it is referred to on, which may only inherit it.</param>
/// <param name="Name">Its name alone.</param>
/// <param name="Handle">Where the reference stands.</param>
internal sealed record ReferredMember(ReferredType Type, string Name, MemberReferenceHandle Handle);

/// <summary>What an assembly refers to in others, read from its metadata.</summary>
internal static class MemberReferences
{
    public static IEnumerable<ReferredType> Types(MetadataReader reader)
    {
        foreach (var handle in reader.TypeReferences)
        {
            if (TypeOf(reader, handle) is { } type) yield return type;
        }
    }

    public static IEnumerable<ReferredMember> Members(MetadataReader reader)
    {
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var type = member.Parent.Kind switch
            {
                HandleKind.TypeReference => TypeOf(reader, (TypeReferenceHandle)member.Parent),
                HandleKind.TypeSpecification => TypeOf(reader, (TypeSpecificationHandle)member.Parent),
                _ => null,
            };
            if (type is not null) yield return new(type, reader.GetString(member.Name), handle);
        }
    }

    /// <summary>The name and signature, such that two are the same exactly when the runtime would say so.</summary>
    public static string Exact(MetadataReader reader, ReferredMember member)
    {
        var reference = reader.GetMemberReference(member.Handle);
        return reference.GetKind() == MemberReferenceKind.Method
            ? MemberNames.Exact(member.Name, reference.DecodeMethodSignature(SignatureNames.Exact, null))
            : MemberNames.Exact(member.Name, reference.DecodeFieldSignature(SignatureNames.Exact, null));
    }

    /// <summary>The member as a developer would write it.</summary>
    public static string Written(MetadataReader reader, ReferredMember member)
    {
        var reference = reader.GetMemberReference(member.Handle);
        return reference.GetKind() == MemberReferenceKind.Method
            ? MemberNames.Written(member.Type.Written, member.Name, reference.DecodeMethodSignature(SignatureNames.Readable, null))
            : $"{member.Type.Written}.{member.Name}";
    }

    /// <summary>A type of another assembly; null when the reference is to this one.</summary>
    public static ReferredType? TypeOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var fullName = SignatureNames.FullName(reader, handle);
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference) scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind == HandleKind.AssemblyReference
            ? new(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name), fullName)
            : null;
    }

    // A member of a generic type hangs on an instance of it, IStore<NeedlesPlugin>; what counts is the type, IStore<T>.
    private static ReferredType? TypeOf(MetadataReader reader, TypeSpecificationHandle handle) =>
        GenericOf(reader, handle) is { Kind: HandleKind.TypeReference } type ? TypeOf(reader, (TypeReferenceHandle)type) : null;

    /// <summary>The generic type that a type is an instance of; nil when it is none.</summary>
    public static EntityHandle GenericOf(MetadataReader reader, TypeSpecificationHandle handle)
    {
        var signature = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return default;
        signature.ReadCompressedInteger(); // Whether it is a class or a value type.
        return signature.ReadTypeHandle();
    }
}
