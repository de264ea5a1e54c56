namespace Smp.Sdk;

/// <summary>
/// Photos, signed documents and other files of the clinic's. They lie beside the database, each under the SHA-256 of what is in it, so a file
/// is never changed, and the same file put twice is kept once.
/// </summary>
/// <remarks>
/// A file comes in two steps: <see cref="PutAsync"/> before the unit of work, so that the file is on disk before anything
/// refers to it, then <see cref="RecordAsync"/> inside the unit, with the row of the caller's that names it by
/// <see cref="StoredFile.Sha256"/>. A file that was put and never recorded does no harm.
/// </remarks>
public interface IFiles
{
    /// <summary>Writes a file to disk, to stay there whatever happens to the machine. Not inside a unit of work: units may run twice.</summary>
    /// <param name="content">Read to its end, once.</param>
    /// <param name="mediaType">What it is, such as <c>image/jpeg</c>; 3 to 100 characters.</param>
    /// <param name="maxBytes">How long it may be, in bytes.</param>
    /// <param name="token">Gives up; nothing is left then.</param>
    /// <exception cref="RefusedException">It is longer than <paramref name="maxBytes"/> (field <c>file</c>); nothing is left of it.</exception>
    /// <exception cref="ArgumentException">The media type isn't one.</exception>
    /// <exception cref="IOException">It can't be written, as when the disk is full; nothing is left of it.</exception>
    Task<StoredFile> PutAsync(Stream content, string mediaType, long maxBytes, CancellationToken token = default);

    /// <summary>Records a file in the caller's unit of work. To record one that is recorded already changes nothing.</summary>
    /// <exception cref="FileMissingException">It was not put, or is gone again.</exception>
    Task RecordAsync(IUnitOfWork unit, StoredFile file);

    /// <summary>What is recorded of a file; null when there is none of this hash.</summary>
    Task<StoredFile?> FindAsync(string sha256, CancellationToken token = default);

    /// <summary>Opens a file for reading from its beginning; the caller disposes the stream. Not inside a unit of work.</summary>
    /// <exception cref="RefusedException">No such file is recorded.</exception>
    /// <exception cref="FileMissingException">It is recorded and isn't there, or not of the length that was recorded.</exception>
    Task<Stream> OpenReadAsync(string sha256, CancellationToken token = default);
}

/// <summary>A file of the clinic's.</summary>
/// <param name="Sha256">SHA-256 of what is in it, 64 lower-case hexadecimal digits; its name.</param>
/// <param name="Length">In bytes.</param>
/// <param name="MediaType">What it is, such as <c>image/jpeg</c>, as whoever first recorded it said.</param>
public sealed record StoredFile(string Sha256, long Length, string MediaType);

/// <summary>A file that the database knows isn't where it should lie, or isn't whole.</summary>
public sealed class FileMissingException : Exception
{
    /// <summary>Says which file, and where it should lie.</summary>
    /// <param name="file">As it is recorded.</param>
    /// <param name="path">Where it should lie, from the data folder: <c>files/ab/ab…</c>.</param>
    /// <param name="found">How long the file there is, in bytes; null when there is none.</param>
    public FileMissingException(StoredFile file, string path, long? found)
        : base((found is { } length
            ? $"The file {path} in the data folder isn't whole: it has {length} bytes and should have {file.Length}."
            : $"The file {path} is missing in the data folder.")
            + " It was removed or damaged from outside; the last backup made before that has it, under the same path.") =>
        (Sha256, Path) = (file.Sha256, path);

    /// <summary>SHA-256 of what should be in it.</summary>
    public string Sha256 { get; }

    /// <summary>Where it should lie, from the data folder.</summary>
    public string Path { get; }
}
