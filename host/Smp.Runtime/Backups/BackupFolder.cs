using System.Security.Cryptography;
using Smp.Runtime.Files;

namespace Smp.Runtime.Backups;

/// <summary>A backup that is there, with its manifest read.</summary>
internal sealed class BackupFolder
{
    /// <summary>Beside the manifest, one line: what it was authenticated or summed with, and the outcome.</summary>
    public const string CheckName = "manifest.check";
    private const string Summed = "sha256";
    private const string Signed = "hmac-sha256";
    private readonly byte[] bytes;
    private readonly byte[] check;

    private BackupFolder(string path, BackupManifest manifest, byte[] bytes, byte[] check) =>
        (Path, Manifest, this.bytes, this.check) = (path, manifest, bytes, check);

    public string Path { get; }

    public BackupManifest Manifest { get; }

    /// <exception cref="BackupException">There is none, or its manifest isn't whole. Of an encrypted one only <see cref="Unlock"/> can tell.</exception>
    public static BackupFolder Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full)) throw new BackupException($"There is no backup in {full}.");
        byte[] bytes;
        string[] said;
        try
        {
            bytes = File.ReadAllBytes(System.IO.Path.Combine(full, BackupManifest.FileName));
            said = File.ReadAllText(System.IO.Path.Combine(full, CheckName)).Split([' ', '\n']);
        }
        catch (FileNotFoundException error)
        {
            throw new BackupException($"It isn't whole: {System.IO.Path.GetFileName(error.FileName)} is missing.");
        }

        var manifest = BackupManifest.Read(bytes);
        if (said is not [var kind, var hex, ""] || kind != (manifest.Encryption is null ? Summed : Signed) || !FileVault.IsHash(hex))
            throw new BackupException($"Its {CheckName} is damaged.");
        var check = Convert.FromHexString(hex);
        if (manifest.Encryption is null && !SHA256.HashData(bytes).AsSpan().SequenceEqual(check)) throw Changed();
        return new(full, manifest, bytes, check);
    }

    /// <summary>The key of an encrypted backup; null for one that isn't.</summary>
    /// <exception cref="BackupException">There is no passphrase, it is another one, or the manifest was changed.</exception>
    public BackupKey? Unlock(string? passphrase)
    {
        // Whoever has a passphrase for it made it with that one, and this is another.
        if (Manifest.Encryption is null && passphrase is not null)
            throw new BackupException("A passphrase was given, and this backup isn't encrypted: it may not be the one that was made with it. Without a passphrase it can be looked at.");
        if (Manifest.Encryption is not { } encryption) return null;
        if (passphrase is null) throw new BackupException("It is encrypted, and needs its passphrase.");
        var key = BackupKey.Open(passphrase, encryption);
        return CryptographicOperations.FixedTimeEquals(key.Sign(bytes), check) ? key : throw Changed();
    }

    /// <summary>Writes manifest and check, synced, as the last of a backup's files.</summary>
    public static void Seal(string folder, BackupManifest manifest, BackupKey? key)
    {
        var bytes = manifest.Write();
        var line = key is null
            ? $"{Summed} {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n"
            : $"{Signed} {Convert.ToHexStringLower(key.Sign(bytes))}\n";
        Write(BackupManifest.FileName, bytes);
        Write(CheckName, System.Text.Encoding.ASCII.GetBytes(line));

        void Write(string name, byte[] content)
        {
            using var file = Disk.Create(System.IO.Path.Combine(folder, name));
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Where a file of the backup lies.</summary>
    public string PathOf(BackupFile file) => System.IO.Path.Combine(Path, NameOf(file));

    /// <summary>What a file is called in the backup, with slashes.</summary>
    public string NameOf(BackupFile file) => Manifest.Encryption is null ? file.Path : file.Path + SealedFile.Extension;

    /// <summary>How long it is there.</summary>
    public long LengthOf(BackupFile file) => Manifest.Encryption is null ? file.Length : SealedFile.LengthOf(file.Length);

    /// <summary>What is wrong at a first look: a file that is missing or isn't as long as it should be.</summary>
    public IEnumerable<string> Gaps() => Manifest.Files.Select(Gap).OfType<string>();

    /// <summary>What is wrong with one file at a first look; null when nothing is.</summary>
    public string? Gap(BackupFile file) => new FileInfo(PathOf(file)) switch
    {
        { Exists: false } => $"{NameOf(file)} is missing.",
        { Length: var length } when length != LengthOf(file) => $"{NameOf(file)} has {length} bytes and should have {LengthOf(file)}.",
        _ => null,
    };

    /// <summary>A file's plain content.</summary>
    /// <exception cref="BackupException">It isn't as it was written; thrown while reading, too.</exception>
    public Stream OpenRead(BackupFile file, BackupKey? key)
    {
        var stored = Disk.OpenRead(PathOf(file));
        try
        {
            return key is null ? stored : SealedFile.Reader(stored, key, file.Path);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    private static BackupException Changed() => new($"Its {BackupManifest.FileName} isn't as it was written.");
}
