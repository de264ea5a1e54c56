using System.Text.Json.Serialization;
using Smp.Consents.Presenting;
using Smp.Consents.Templates;

namespace Smp.Consents;

/// <summary>How this module writes what it keeps as JSON. What was written is hashed and signed: never change a name here, nor the order.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Question>))]
[JsonSerializable(typeof(PresentedForm))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
internal sealed partial class ConsentJson : JsonSerializerContext;
