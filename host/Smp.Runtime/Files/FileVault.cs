using System.Buffers;
using System.Security.Cryptography;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Files;

/// <summary>The clinic's files, in <c>files/</c> of its data folder. One for each open clinic, whose process alone owns the folder.</summary>
internal sealed class FileVault : IFiles
{
    private const int BufferSize = 128 * 1024;
    private readonly StoreEngine store;
    private readonly string data;
    private readonly string arriving;

    /// <summary>Opens the vault, and removes what arrived by half before.</summary>
    public FileVault(string data, StoreEngine store)
    {
        (this.data, this.store) = (data, store);
        arriving = Path.Combine(data, "files", "arriving");
        if (Directory.Exists(arriving)) Directory.Delete(arriving, recursive: true);
    }

    /// <summary>Where a file lies, from the data folder and from a backup, with slashes: <c>files/ab/ab…</c>.</summary>
    public static string PathOf(string sha256) => $"files/{sha256[..2]}/{sha256}";

    public async Task<StoredFile> PutAsync(Stream content, string mediaType, long maxBytes, CancellationToken token = default)
    {
        if (mediaType.Length is < 3 or > 100 || !mediaType.Contains('/') || !mediaType.All(c => char.IsAscii(c) && !char.IsControl(c)))
            throw new ArgumentException($"\"{mediaType}\" is no media type; image/jpeg is one.", nameof(mediaType));
        Disk.MakeFolder(arriving);
        var arrived = Path.Combine(arriving, Guid.NewGuid().ToString("N"));
        try
        {
            var file = await ReceiveAsync(content, arrived, mediaType, maxBytes, token);
            await KeepAsync(arrived, file, token);
            return file;
        }
        finally
        {
            File.Delete(arrived);
        }
    }

    public async Task RecordAsync(IUnitOfWork unit, StoredFile file)
    {
        Check(file);
        await StoreEngine.Join(Rights.Core, unit).ExecuteAsync("""
            INSERT INTO core__files (sha256, length, media_type, created_at) VALUES (@Sha256, @Length, @MediaType, @at)
            ON CONFLICT (sha256) DO NOTHING
            """, new { file.Sha256, file.Length, file.MediaType, at = unit.Now });
    }

    public Task<StoredFile?> FindAsync(string sha256, CancellationToken token = default) =>
        store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.QueryFirstOrDefaultAsync<StoredFile>(
            "SELECT sha256, length, media_type FROM core__files WHERE sha256 = @sha256", new { sha256 }), token);

    public async Task<Stream> OpenReadAsync(string sha256, CancellationToken token = default)
    {
        var file = await FindAsync(sha256, token) ?? throw Refuse.Missing($"There is no file {sha256}.");
        try
        {
            var stream = new FileStream(FullPath(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, useAsync: true);
            if (stream.Length == file.Length) return stream;
            await stream.DisposeAsync();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Said below.
        }

        throw Missing(file);
    }

    /// <summary>Removes a file that no row names any more. Nothing happens when it isn't there.</summary>
    internal void Remove(string sha256)
    {
        var path = FullPath(sha256);
        if (!File.Exists(path)) return;
        File.Delete(path);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    private static async Task<StoredFile> ReceiveAsync(Stream content, string path, string mediaType, long maxBytes, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = Disk.Create(path);
            var length = 0L;
            while (await content.ReadAsync(buffer, token) is > 0 and var read)
            {
                length += read;
                if (length > maxBytes) throw Refuse.Field("file", $"At most {maxBytes / 1_048_576m:0.##} MB; this is longer.");
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), token);
            }

            file.Flush(flushToDisk: true);
            return new(Convert.ToHexStringLower(hash.GetHashAndReset()), length, mediaType);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private async Task KeepAsync(string arrived, StoredFile file, CancellationToken token)
    {
        var path = FullPath(file.Sha256);
        // A file that is there is read, not believed: a damaged one is made whole by whoever brings it again.
        if (!await IsWholeAsync(path, file, token))
        {
            Disk.MakeFolder(Path.GetDirectoryName(path)!);
            File.Move(arrived, path, overwrite: true);
        }

        // Also of one that was there: whoever put it may not have come as far.
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
        Disk.SyncFolder(Path.Combine(data, "files"));
        Disk.SyncFolder(data);
    }

    private static async Task<bool> IsWholeAsync(string path, StoredFile file, CancellationToken token)
    {
        if (new FileInfo(path) is not { Exists: true } there || there.Length != file.Length) return false;
        await using var stream = Disk.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token)) == file.Sha256;
    }

    private void Check(StoredFile file)
    {
        if (new FileInfo(FullPath(file.Sha256)) is not { Exists: true } there || there.Length != file.Length) throw Missing(file);
    }

    private FileMissingException Missing(StoredFile file) =>
        new(file, PathOf(file.Sha256), new FileInfo(FullPath(file.Sha256)) is { Exists: true, Length: var length } ? length : null);

    private string FullPath(string sha256) => IsHash(sha256)
        ? Path.Combine(data, "files", sha256[..2], sha256)
        : throw new ArgumentException($"\"{sha256}\" is no SHA-256 in lower-case hexadecimal.", nameof(sha256));

    internal static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
