namespace Smp.Sdk;

/// <summary>From where the head is seen. The clinic's standard views; those of a series are taken in this order.</summary>
public enum PhotoView
{
    /// <summary>From the front.</summary>
    Frontal,

    /// <summary>Half from the patient's left.</summary>
    FrontalObliqueLeft,

    /// <summary>Half from the patient's right.</summary>
    FrontalObliqueRight,

    /// <summary>The patient's left side.</summary>
    LateralLeft,

    /// <summary>The patient's right side.</summary>
    LateralRight,

    /// <summary>From above.</summary>
    Vertex,

    /// <summary>From behind.</summary>
    Occipital,

    /// <summary>The area that grafts are taken from.</summary>
    Donor,

    /// <summary>Through a dermatoscope.</summary>
    Trichoscopy,
}

/// <summary>When in a treatment.</summary>
public enum PhotoStage
{
    /// <summary>Before anything was done.</summary>
    Baseline,

    /// <summary>On the day, before the session.</summary>
    PreSession,

    /// <summary>Right afterwards.</summary>
    Immediate,

    /// <summary>When the skin had healed.</summary>
    Healed,

    /// <summary>At a later visit.</summary>
    FollowUp,
}

/// <summary>A photo of a patient. Its file is in <see cref="IFiles"/>, under its hash.</summary>
public sealed record Photo
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>In which procedure it was taken, where it was in one.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>That procedure's title.</summary>
    public string? Procedure { get; init; }

    /// <summary>From where.</summary>
    public required PhotoView View { get; init; }

    /// <summary>When in the treatment.</summary>
    public required PhotoStage Stage { get; init; }

    /// <summary>When it was taken, as whoever added it said.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>A word about it.</summary>
    public string? Note { get; init; }

    /// <summary>SHA-256 of the picture.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of a small version of it; null when none came with it.</summary>
    public string? ThumbnailSha256 { get; init; }

    /// <summary>Pixels across, as it is shown.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels down, as it is shown.</summary>
    public required int Height { get; init; }

    /// <summary>Who added it.</summary>
    public required string AddedBy { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>When it was voided; null while it counts.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>Who voided it.</summary>
    public string? VoidedBy { get; init; }

    /// <summary>Why it was voided.</summary>
    public string? VoidReason { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }
}

/// <summary>A photo that is to be added.</summary>
/// <param name="PatientId">Of whom.</param>
/// <param name="View">From where.</param>
/// <param name="Stage">When in the treatment.</param>
/// <param name="TakenAt">When it was taken; not in the future.</param>
public sealed record NewPhoto(long PatientId, PhotoView? View, PhotoStage? Stage, DateTimeOffset TakenAt)
{
    /// <summary>In which procedure; one of this patient's.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>A word about it. At most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A picture that was checked, cleaned and put on disk, and belongs to nobody yet.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Thumbnail">The small version; null when none came with it.</param>
/// <param name="Width">Pixels across, as it is shown.</param>
/// <param name="Height">Pixels down, as it is shown.</param>
public sealed record PreparedPhoto(StoredFile Picture, StoredFile? Thumbnail, int Width, int Height);

/// <summary>Photos of patients. Pictures are whole JPEG, PNG or WebP files; what they say of place, device and person is taken out, the picture itself isn't touched.</summary>
public interface IPhotos
{
    /// <summary>How long a picture may be, in bytes: 25 MB.</summary>
    const long MaxBytes = 25_000_000;

    /// <summary>Checks and cleans a picture, and puts it on disk. Before the unit of work that adds it.</summary>
    /// <param name="picture">The file, read to its end.</param>
    /// <param name="thumbnail">A small version, at most 640 pixels a side and 300 KB; null for none.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">It is no picture, isn't whole, or is too large (fields <c>photo</c>, <c>thumbnail</c>).</exception>
    Task<PreparedPhoto> PrepareAsync(Stream picture, Stream? thumbnail, CancellationToken token = default);

    /// <summary>Adds a prepared photo to a patient's record.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    Task<long> AddAsync(IUnitOfWork unit, NewPhoto photo, PreparedPhoto prepared, CancellationToken token = default);

    /// <summary>The photos that were taken in a procedure and count, by view and time.</summary>
    /// <param name="unit">The unit of work; null to read outside of one.</param>
    /// <param name="procedureId">Which procedure.</param>
    /// <param name="token">Gives up.</param>
    Task<IReadOnlyList<Photo>> OfProcedureAsync(IUnitOfWork? unit, long procedureId, CancellationToken token = default);
}
