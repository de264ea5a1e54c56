using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Backups;

/// <summary>Why a backup was made.</summary>
public enum BackupKind
{
    /// <summary>Somebody asked for it. Never removed by the clinic.</summary>
    Manual,

    /// <summary>By itself, once a day.</summary>
    Nightly,

    /// <summary>By itself, before tables were changed for a newer version.</summary>
    BeforeMigration,
}

/// <summary>What a backup says of itself, in <c>manifest.json</c>.</summary>
public sealed record BackupManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The newest format that this version reads, and the one it writes.</summary>
    public const int CurrentFormat = 1;

    internal const string Database = "clinic.db";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Of this file and of how the others lie beside it.</summary>
    public required int Format { get; init; }

    /// <summary>The version of smp that made it.</summary>
    public required string Smp { get; init; }

    /// <summary>The data folder that it is of, by a random name made for this purpose; tells the backups of two clinics in one folder apart.</summary>
    public required string Clinic { get; init; }

    /// <summary>When it was begun, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why it was made.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>Where the audit chain ends in the copied database.</summary>
    public required AuditHead AuditHead { get; init; }

    /// <summary>How many migrations of each module, and of <c>core</c>, the copied database went through.</summary>
    public required IReadOnlyDictionary<string, int> Migrations { get; init; }

    /// <summary>How the files are encrypted; null when they aren't.</summary>
    public required BackupEncryption? Encryption { get; init; }

    /// <summary>Everything in it but this file and its check.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Files that the database knows and that were missing or damaged in the data folder, so that they aren't in the backup.</summary>
    public required IReadOnlyList<BackupFile> Missing { get; init; }

    /// <summary>The length of all files in plain, in bytes.</summary>
    [JsonIgnore]
    public long Bytes => Files.Sum(f => f.Length);

    internal byte[] Write() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Json) + "\n");

    /// <exception cref="BackupException">It isn't one, or of a newer format.</exception>
    internal static BackupManifest Read(byte[] bytes)
    {
        try
        {
            using (var document = JsonDocument.Parse(bytes))
            {
                if (document.RootElement.GetProperty("format").GetInt32() is var format && format > CurrentFormat)
                {
                    throw new BackupException(string.Create(CultureInfo.InvariantCulture,
                        $"It has format {format}, which a newer version of smp made; this one reads up to {CurrentFormat}."));
                }
            }

            var manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json) ?? throw new JsonException();
            if (manifest.Files.Concat(manifest.Missing).FirstOrDefault(f => !IsPath(f.Path) || f.Length < 0 || !FileVault.IsHash(f.Sha256)) is { } odd)
                throw new BackupException($"Its {FileName} names what can't be in a backup: {odd.Path}.");
            if (manifest.Files.Concat(manifest.Missing).GroupBy(f => f.Path).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new BackupException($"Its {FileName} names {twice.Key} twice.");
            return manifest;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new BackupException($"Its {FileName} is damaged: {error.Message}");
        }
    }

    // What a manifest names is written to a data folder when it is restored, so nothing but this is ever a path.
    private static bool IsPath(string path) => path.Split('/') switch
    {
        [Database] => true,
        ["keys", var name] => name.Length is > 0 and < 200 && !name.StartsWith('.') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
        ["files", _, var hash] => FileVault.IsHash(hash) && path == FileVault.PathOf(hash),
        _ => false,
    };
}

/// <summary>A file in a backup.</summary>
/// <param name="Path">Where it lies in the data folder, with slashes. In an encrypted backup its name has <c>.enc</c> at its end.</param>
/// <param name="Length">Of its plain content, in bytes.</param>
/// <param name="Sha256">Of its plain content, in lower-case hexadecimal.</param>
/// <param name="InParts">Whether that is the SHA-256 of the SHA-256 of each 64 MiB of it: a long database, whose parts are summed side by side.</param>
public sealed record BackupFile(string Path, long Length, string Sha256, bool InParts = false);

/// <summary>How a backup is encrypted: AES-256-GCM, with keys derived from a passphrase by PBKDF2 with SHA-256.</summary>
/// <param name="Iterations">Of PBKDF2.</param>
/// <param name="Salt">Of PBKDF2, 16 bytes in hexadecimal.</param>
/// <param name="Check">Tells the right passphrase from a wrong one, in hexadecimal.</param>
public sealed record BackupEncryption(int Iterations, string Salt, string Check);

/// <summary>A backup can't be made, read or restored; the message says why.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
