using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>
/// Writes the types of a signature as text: <see cref="Exact"/> so that two signatures are the same exactly when their texts are,
/// <see cref="Readable"/> as a developer would write them.
/// </summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    // A chain of nested types longer than this is a damaged file that refers to itself.
    private const int DeepestNesting = 32;

    private readonly bool readable;

    private SignatureNames(bool readable) => this.readable = readable;

    public static SignatureNames Exact { get; } = new(false);

    public static SignatureNames Readable { get; } = new(true);

    /// <summary>The name of a type as <see cref="System.Type.FullName"/> has it: <c>Smp.Sdk.Outer`1+Inner</c>.</summary>
    public static string FullName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var nested = "";
        for (var depth = 0; depth < DeepestNesting; depth++)
        {
            var type = reader.GetTypeReference(handle);
            if (type.ResolutionScope.Kind != HandleKind.TypeReference)
                return Qualified(reader, type.Namespace, type.Name) + nested;
            nested = $"+{reader.GetString(type.Name)}{nested}";
            handle = (TypeReferenceHandle)type.ResolutionScope;
        }

        throw new BadImageFormatException("A type refers to itself as the one it is nested in.");
    }

    /// <inheritdoc cref="FullName(MetadataReader, TypeReferenceHandle)"/>
    public static string FullName(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var nested = "";
        for (var depth = 0; depth < DeepestNesting; depth++)
        {
            var type = reader.GetTypeDefinition(handle);
            if (type.GetDeclaringType() is not { IsNil: false } outer) return Qualified(reader, type.Namespace, type.Name) + nested;
            nested = $"+{reader.GetString(type.Name)}{nested}";
            handle = outer;
        }

        throw new BadImageFormatException("A type is nested in itself.");
    }

    /// <summary>A full name as a developer would write it: <c>Smp.Sdk.IStore&lt;T&gt;</c>.</summary>
    public static string Written(string fullName) => string.Join('.', fullName.Split('+').Select(part =>
    {
        var tick = part.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0) return part;
        var parameters = part[tick..] == "`1" ? ["T"] : Enumerable.Range(1, int.Parse(part.AsSpan(tick + 1), CultureInfo.InvariantCulture)).Select(number => $"T{number}");
        return $"{part[..tick]}<{string.Join(", ", parameters)}>";
    }));

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => !readable ? typeCode.ToString() : typeCode switch
    {
        PrimitiveTypeCode.Boolean => "bool",
        PrimitiveTypeCode.Byte => "byte",
        PrimitiveTypeCode.SByte => "sbyte",
        PrimitiveTypeCode.Char => "char",
        PrimitiveTypeCode.Int16 => "short",
        PrimitiveTypeCode.UInt16 => "ushort",
        PrimitiveTypeCode.Int32 => "int",
        PrimitiveTypeCode.UInt32 => "uint",
        PrimitiveTypeCode.Int64 => "long",
        PrimitiveTypeCode.UInt64 => "ulong",
        PrimitiveTypeCode.Single => "float",
        PrimitiveTypeCode.Double => "double",
        PrimitiveTypeCode.String => "string",
        PrimitiveTypeCode.Object => "object",
        PrimitiveTypeCode.Void => "void",
        PrimitiveTypeCode.IntPtr => "nint",
        PrimitiveTypeCode.UIntPtr => "nuint",
        _ => typeCode.ToString(),
    };

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Named(FullName(reader, handle));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Named(FullName(reader, handle));

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        readable && genericType == "Nullable" ? $"{typeArguments[0]}?" : $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericTypeParameter(object? genericContext, int index) => readable ? Parameter("T", index) : $"!{index}";

    public string GetGenericMethodParameter(object? genericContext, int index) => readable ? Parameter("U", index) : $"!!{index}";

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}{(shape.Rank == 1 ? "*" : "")}]";

    public string GetByReferenceType(string elementType) => readable ? $"ref {elementType}" : $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    // The modifier is part of what the runtime matches: "init" is a setter whose result is modified.
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        readable ? unmodifiedType : $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    public string GetFunctionPointerType(MethodSignature<string> signature) =>
        $"delegate*<{string.Join(", ", signature.ParameterTypes.Append(signature.ReturnType))}>";

    private static string Qualified(MetadataReader reader, StringHandle space, StringHandle name) =>
        space.IsNil ? reader.GetString(name) : $"{reader.GetString(space)}.{reader.GetString(name)}";

    private static string Parameter(string letter, int index) => index == 0 ? letter : $"{letter}{index + 1}";

    private string Named(string fullName)
    {
        if (!readable) return fullName;
        var name = fullName[(fullName.LastIndexOfAny(['.', '+']) + 1)..];
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : name[..tick];
    }
}
