using System.Data.Common;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>
/// A patient's whole record as a ZIP, for the patient's right to a copy of it (GDPR Art. 15 and 20): every module's rows as JSON, also of modules that are off, the
/// files that they name, a page to read it all with, and a manifest with the SHA-256 of each entry.
/// </summary>
public sealed class PatientExport(IStore<CorePlugin> store, IFiles files, IClinicClock clock)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the file is called: it names nobody.</summary>
    public static string FileName(long patient) => $"{PatientSummary.NumberOf(patient)}.zip";

    /// <summary>Makes it, in a file that is gone when the stream is disposed. The rows are of one moment.</summary>
    /// <exception cref="RefusedException">There is no such patient, or their record was merged into another.</exception>
    /// <exception cref="FileMissingException">A file that a row names isn't where it should lie.</exception>
    public async Task<Stream> OpenAsync(long patient, CancellationToken token = default)
    {
        var (person, tables, named) = await store.SnapshotAsync(async connection =>
        {
            await PatientMerges.RefuseGoneAsync(connection, patient);
            var found = await PatientRecords.FindAsync(connection, patient) ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.");
            var rows = await PatientRows.ReadAsync(connection, patient);
            return (found, rows, await FilesAsync(connection, rows));
        }, token);

        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = new FileStream(Path.Combine(Path.GetTempPath(), $"smp-{Guid.NewGuid():N}.zip"), options);
        try
        {
            await using (var zip = new ZipArchive(temporary, ZipArchiveMode.Create, leaveOpen: true)) await FillAsync(zip, person, tables, named, token);
            temporary.Position = 0;
            return temporary;
        }
        catch
        {
            await temporary.DisposeAsync();
            throw;
        }
    }

    private async Task FillAsync(ZipArchive zip, Patient person, IReadOnlyList<PatientTable> tables, IReadOnlyList<StoredFile> named, CancellationToken token)
    {
        List<Entry> entries = [];
        foreach (var table in tables) entries.Add(await AddAsync(zip, $"data/{table.Table}.json", new MemoryStream(Json(table)), token));
        foreach (var file in named)
        {
            await using var content = await files.OpenReadAsync(file.Sha256, token);
            entries.Add(await AddAsync(zip, NameOf(file), content, token));
        }

        entries.Add(await AddAsync(zip, "index.html", new MemoryStream(Encoding.UTF8.GetBytes(ExportPage.Of(person, tables, named, clock))), token));
        await AddAsync(zip, "manifest.json", new MemoryStream(Manifest(person, tables, entries)), token);
    }

    /// <summary>Where a file lies in the ZIP.</summary>
    internal static string NameOf(StoredFile file) => $"files/{file.Sha256}{Ending(file.MediaType)}";

    private byte[] Manifest(Patient person, IReadOnlyList<PatientTable> tables, List<Entry> entries) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("patient", person.Number);
        json.WriteString("madeAt", clock.Now.ToUniversalTime());
        json.WriteStartArray("entries");
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("name", entry.Name);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteString("sha256", entry.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("leftOut");
        foreach (var table in tables.Where(t => t.LeftOut.Count > 0))
        {
            json.WriteStartArray(table.Table);
            foreach (var column in table.LeftOut) json.WriteStringValue(column);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static byte[] Json(PatientTable table) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            foreach (var (column, value) in table.Columns.Zip(row))
            {
                json.WritePropertyName(column);
                switch (value)
                {
                    case null or DBNull: json.WriteNullValue(); break;
                    case long whole: json.WriteNumberValue(whole); break;
                    case double number: json.WriteNumberValue(number); break;
                    case byte[] bytes: json.WriteBase64StringValue(bytes); break;
                    default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable)) write(json);
        return buffer.ToArray();
    }

    private static async Task<Entry> AddAsync(ZipArchive zip, string name, Stream content, CancellationToken token)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        long bytes = 0;
        for (int read; (read = await content.ReadAsync(buffer, token)) > 0; bytes += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await entry.WriteAsync(buffer.AsMemory(0, read), token);
        }

        return new(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // Modules can't refer to the files' table: what has a file's name for a value, names that file.
    private static async Task<IReadOnlyList<StoredFile>> FilesAsync(DbConnection connection, IReadOnlyList<PatientTable> tables)
    {
        var names = tables.SelectMany(t => t.Rows).SelectMany(r => r).OfType<string>().Where(v => v.Length == 64 && v.All(char.IsAsciiHexDigitLower)).Distinct();
        return (await connection.QueryAsync<StoredFile>("""
            SELECT sha256, length, media_type FROM core__files WHERE sha256 IN (SELECT value FROM json_each(@names)) ORDER BY sha256
            """, new { names = JsonSerializer.Serialize(names) })).AsList();
    }

    private static string Ending(string mediaType) => mediaType switch
    {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/webp" => ".webp",
        "application/pdf" => ".pdf",
        "text/html" => ".html",
        _ => "",
    };

    private sealed record Entry(string Name, long Bytes, string Sha256);
}
