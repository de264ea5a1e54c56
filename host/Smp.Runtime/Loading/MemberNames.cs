using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>Names of methods and fields, made the same way from a reference to one and from its definition.</summary>
internal static class MemberNames
{
    /// <summary>A method's name and signature, such that two are the same exactly when the runtime would say so.</summary>
    public static string Exact(string name, MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "instance" : "static")} {signature.ReturnType} {name}`{signature.GenericParameterCount}({string.Join(", ", signature.ParameterTypes)})";

    /// <summary>A field's name and type.</summary>
    public static string Exact(string name, string fieldType) => $"field {fieldType} {name}";

    /// <summary>A method as a developer would write it: <c>Smp.Sdk.ITimeline.WriteAsync(IUnitOfWork, TimelineEntry, CancellationToken)</c>.</summary>
    public static string Written(string type, string name, MethodSignature<string> signature)
    {
        var parameters = $"({string.Join(", ", signature.ParameterTypes)})";
        if (name == ".ctor") return $"new {type}{parameters}";
        if (name.StartsWith("get_", StringComparison.Ordinal)) return $"{type}.{name[4..]} {{ get; }}";
        if (name.StartsWith("set_", StringComparison.Ordinal)) return $"{type}.{name[4..]} {{ set; }}";
        var generic = signature.GenericParameterCount == 0 ? ""
            : $"<{string.Join(", ", Enumerable.Range(0, signature.GenericParameterCount).Select(index => SignatureNames.Readable.GetGenericMethodParameter(null, index)))}>";
        return $"{type}.{name}{generic}{parameters}";
    }
}
