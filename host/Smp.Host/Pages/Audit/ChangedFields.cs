using System.Globalization;
using System.Text.Json;
using Smp.Runtime.Core.Audit;

namespace Smp.Host.Pages.Audit;

/// <summary>A field of a changed row.</summary>
/// <param name="Column">The column.</param>
/// <param name="Old">Its value before.</param>
/// <param name="New">Its value after.</param>
public sealed record ChangedField(string Column, FieldValue Old, FieldValue New);

/// <summary>A value as the page shows it.</summary>
/// <param name="Text">The text; null for nothing.</param>
/// <param name="Moment">The moment that the text is.</param>
/// <param name="Hidden">Whether there is something that isn't shown: a secret, or the bytes of a file, of which the trail keeps a hash alone.</param>
public readonly record struct FieldValue(string? Text, DateTimeOffset? Moment = null, bool Hidden = false);

/// <summary>The fields of a changed row that are worth showing: those that differ, or all there are of a row that came or went.</summary>
public static class ChangedFields
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // What the framework's protection of secrets begins with.
    private const string Protected = "\"CfDJ8";

    /// <summary>The fields; empty when nothing differs, or when the values were erased.</summary>
    public static IReadOnlyList<ChangedField> Of(AuditChange change)
    {
        var (before, after) = (Read(change.Old), Read(change.New));
        return [.. before.Keys.Union(after.Keys)
            .Where(column => !IsSaidAbove(change, column))
            .Where(column => before.GetValueOrDefault(column).GetRawTextOrNothing() != after.GetValueOrDefault(column).GetRawTextOrNothing())
            .Select(column => new ChangedField(column, Show(change.Table, before.GetValueOrDefault(column)), Show(change.Table, after.GetValueOrDefault(column))))];
    }

    // The row's key and the patient stand over the table already.
    private static bool IsSaidAbove(AuditChange change, string column) => column == "id" || column == "patient_id" && change.PatientId is not null && change.Change != ChangeKind.Updated;

    // In the columns' order. What isn't an object was written past the store, and is shown whole.
    private static Dictionary<string, JsonElement> Read(JsonElement? image)
    {
        Dictionary<string, JsonElement> fields = [];
        if (image is not { } json) return fields;
        if (json.ValueKind != JsonValueKind.Object) fields[""] = json;
        else foreach (var field in json.EnumerateObject()) fields[field.Name] = field.Value;
        return fields;
    }

    private static string GetRawTextOrNothing(this JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "" : value.GetRawText();

    private static FieldValue Show(string table, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return default;
        var text = value.ToString();
        if (IsHash(text) || table == "core__settings" && text.StartsWith(Protected, StringComparison.Ordinal)) return new("", Hidden: true);
        return DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? new(text, moment)
            : new(text);
    }

    private static bool IsHash(string text) =>
        text.Length == 71 && text.StartsWith("sha256:", StringComparison.Ordinal) && text.Skip(7).All(char.IsAsciiHexDigit);
}
