using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Smp.Runtime.Api;

/// <summary>
/// Describes the bodies of requests and answers when the first of them comes. The framework asks for all descriptions when routes are made, and making them is
/// nearly half of what a start compiles.
/// </summary>
/// <param name="routes">The options that routes are made with. Whoever copies them, such as the description of the API, gets whole descriptions.</param>
internal sealed class LazyBodies(JsonSerializerOptions routes) : IJsonTypeInfoResolver
{
    private static readonly MethodInfo Make = typeof(LazyBodies).GetMethod(nameof(MakeOne), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private readonly DefaultJsonTypeInfoResolver whole = new();
    private readonly Lazy<JsonSerializerOptions> inner = new(() => new(routes) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => ReferenceEquals(options, routes) && IsBody(type)
        ? (JsonTypeInfo)Make.MakeGenericMethod(type).Invoke(this, null)!
        : whole.GetTypeInfo(type, options);

    // Values, and what the framework reads and writes by itself, have nothing to be described. Streams are written piece by piece.
    private static bool IsBody(Type type) => !type.IsValueType && Names(type) && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    private static bool Names(Type type) => type.IsArray ? Names(type.GetElementType()!)
        : type.IsGenericType ? !IsFramework(type) || type.GenericTypeArguments.Any(Names)
        : !IsFramework(type);

    private static bool IsFramework(Type type) => type.Assembly == typeof(object).Assembly || type.Assembly == typeof(JsonSerializer).Assembly;

    private JsonTypeInfo<T> MakeOne<T>() where T : class => JsonMetadataServices.CreateValueInfo<T>(routes, new Lazily<T>(inner));

    private sealed class Lazily<T>(Lazy<JsonSerializerOptions> inner) : JsonConverter<T> where T : class
    {
        private JsonTypeInfo<T>? described;

        private JsonTypeInfo<T> Described => described ??= (JsonTypeInfo<T>)inner.Value.GetTypeInfo(typeof(T));

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize(ref reader, Described);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, Described);
    }
}
