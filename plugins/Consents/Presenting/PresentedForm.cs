using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Smp.Consents.Records;
using Smp.Consents.Templates;

namespace Smp.Consents.Presenting;

/// <summary>
/// What a client was shown, whole: text, language, version and the values filled in, frozen at that moment. It is kept as JSON, and its hash is that of the JSON's UTF-8 bytes.
/// </summary>
public sealed record PresentedForm
{
    /// <summary>The form's key.</summary>
    public required long Template { get; init; }

    /// <summary>Which version of it.</summary>
    public required long Version { get; init; }

    /// <summary>Two small letters of ISO 639-1.</summary>
    public required string Language { get; init; }

    /// <summary>What stands above it.</summary>
    public required string Title { get; init; }

    /// <summary>Markdown with fields, as <see cref="TemplateText"/> reads it.</summary>
    public required string Text { get; init; }

    /// <summary>What was filled in, by name.</summary>
    public required SortedDictionary<string, string> Values { get; init; }

    /// <summary>What is asked before it can be signed.</summary>
    public required IReadOnlyList<Question> Questions { get; init; }

    /// <summary>Who signs, in this order.</summary>
    public required IReadOnlyList<SignatureMeaning> Signatures { get; init; }

    /// <summary>Days to think before the first signature.</summary>
    public required int CoolingOffDays { get; init; }

    /// <summary>Months in force; 0 when it stays.</summary>
    public required int ExpiresMonths { get; init; }

    /// <summary>Whether it is read from right to left.</summary>
    [JsonIgnore]
    public bool RightToLeft => Language is "ar" or "he" or "fa" or "ur" or "ps" or "yi";

    /// <summary>What it needs to be whole.</summary>
    public Completeness Completeness() => new(TemplateText.Read(Text).Text ?? throw new InvalidOperationException("A published form can't be read."), Signatures);

    /// <summary>As it is kept.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConsentJson.Default.PresentedForm);

    /// <summary>Reads what is kept.</summary>
    public static PresentedForm Parse(string json) => JsonSerializer.Deserialize(json, ConsentJson.Default.PresentedForm)!;

    /// <summary>SHA-256 of what is kept: 64 small hexadecimal digits.</summary>
    public static string HashOf(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}
