using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Photos;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Photos;

/// <summary>What may change of a photo: what is said of it, never the picture.</summary>
public sealed record PhotoChange
{
    /// <summary>From where.</summary>
    public PhotoView? View { get; init; }

    /// <summary>When in the treatment.</summary>
    public PhotoStage? Stage { get; init; }

    /// <summary>When it was taken; not in the future.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>In which procedure; one of this patient's.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>A word about it; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>The photos of every patient: added, put right, voided, shown.</summary>
public sealed class PhotoBook(IStore<CorePlugin> store, IFiles files, ITimeline timeline) : IPhotos
{
    private const long MaxThumbnailBytes = 300_000;
    private const int MaxThumbnailSide = 640;

    private const string Columns = """
        p.id, p.patient_id, p.procedure_id, o.title AS procedure, p.view, p.stage, p.taken_at, p.note, p.sha256, p.thumbnail_sha256, p.width, p.height,
        p.added_by, p.added_at, p.voided_at, p.voided_by, p.void_reason, p.row_version
        FROM core__photos p LEFT JOIN procedures o ON o.id = p.procedure_id
        """;

    /// <inheritdoc/>
    public async Task<PreparedPhoto> PrepareAsync(Stream picture, Stream? thumbnail, CancellationToken token = default)
    {
        var whole = await ReadAsync(picture, "photo", IPhotos.MaxBytes, token);
        var small = thumbnail is null ? null : await ReadAsync(thumbnail, "thumbnail", MaxThumbnailBytes, token);
        if (small is not null && Math.Max(small.Width, small.Height) > MaxThumbnailSide)
            throw Refuse.Field("thumbnail", $"A small version has at most {MaxThumbnailSide} pixels a side; this has {small.Width} × {small.Height}.");
        return new(await PutAsync(whole, token), small is null ? null : await PutAsync(small, token), whole.Width, whole.Height);
    }

    /// <summary>Adds a prepared photo in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    public Task<long> AddAsync(NewPhoto photo, PreparedPhoto prepared, CancellationToken token = default) =>
        store.WriteAsync(new("Added a photo"), unit => AddAsync(unit, photo, prepared, token), token);

    /// <inheritdoc/>
    public async Task<long> AddAsync(IUnitOfWork unit, NewPhoto photo, PreparedPhoto prepared, CancellationToken token = default)
    {
        var db = StoreEngine.Join(Rights.Core, unit);
        await ClinicalChecks.RequirePatientAsync(db, photo.PatientId);
        var said = await CheckedAsync(db, unit, photo.PatientId, new() { View = photo.View, Stage = photo.Stage, TakenAt = photo.TakenAt, ProcedureId = photo.ProcedureId, Note = photo.Note });
        await files.RecordAsync(unit, prepared.Picture);
        if (prepared.Thumbnail is not null) await files.RecordAsync(unit, prepared.Thumbnail);
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO core__photos (patient_id, procedure_id, view, stage, taken_at, note, sha256, thumbnail_sha256, width, height, added_by, added_at, plugin)
            VALUES (@PatientId, @ProcedureId, @view, @stage, @TakenAt, @Note, @sha256, @thumbnail, @Width, @Height, @Name, @Now, @plugin)
            RETURNING id
            """, new
        {
            photo.PatientId, said.ProcedureId, view = said.View.ToString(), stage = said.Stage.ToString(), said.TakenAt, said.Note, sha256 = prepared.Picture.Sha256,
            thumbnail = prepared.Thumbnail?.Sha256, prepared.Width, prepared.Height, unit.Actor.Name, unit.Now, plugin = StoreEngine.OwnerOf(unit),
        });
        await timeline.WriteAsync(unit, new(photo.PatientId, said.TakenAt!.Value, "photo", $"Photo: {Words(said.View!.Value)}, {Words(said.Stage!.Value)}", Href(photo.PatientId, id)), token);
        return id;
    }

    /// <summary>Changes what is said of a photo.</summary>
    /// <exception cref="RefusedException">A field needs another look, this patient has no such photo, it is voided, or somebody changed it meanwhile.</exception>
    public Task<Photo> ChangeAsync(long patientId, long id, long rowVersion, PhotoChange change, CancellationToken token = default) => store.WriteAsync(new("Changed what is said of a photo"), async unit =>
    {
        await RequireLiveAsync(unit.Connection, patientId, id, rowVersion);
        var said = await CheckedAsync(unit.Connection, unit, patientId, change);
        await unit.Connection.ExecuteAsync("""
            UPDATE core__photos SET view = @view, stage = @stage, taken_at = @TakenAt, procedure_id = @ProcedureId, note = @Note, row_version = row_version + 1 WHERE id = @id
            """, new { id, view = said.View.ToString(), stage = said.Stage.ToString(), said.TakenAt, said.ProcedureId, said.Note });
        return await RequireAsync(unit.Connection, patientId, id);
    }, token);

    /// <summary>Voids a photo that is another patient's, or spoilt. It stays, and is shown no more but on its own page.</summary>
    /// <exception cref="RefusedException">No reason, this patient has no such photo, it is voided, or somebody changed it meanwhile.</exception>
    public Task<Photo> VoidAsync(long patientId, long id, long rowVersion, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Voided a photo", why), async unit =>
        {
            var photo = await RequireLiveAsync(unit.Connection, patientId, id, rowVersion);
            await unit.Connection.ExecuteAsync("""
                UPDATE core__photos SET voided_at = @Now, voided_by = @Name, void_reason = @why, row_version = row_version + 1 WHERE id = @id
                """, new { id, unit.Now, unit.Actor.Name, why });
            await timeline.WriteAsync(unit, new(patientId, unit.Now, "undo", $"Voided: photo, {Words(photo.View)}, {Words(photo.Stage)}", Href(patientId, id)), token);
            return await RequireAsync(unit.Connection, patientId, id);
        }, token);
    }

    /// <summary>One page of a patient's photos, the latest first; those that count.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="view">From where; null for every view.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    public async Task<Page<Photo>> PageAsync(long patientId, PhotoView? view, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await store.ReadAsync(db => db.QueryAsync<Photo>($"""
            SELECT {Columns}
            WHERE p.patient_id = @patientId AND (p.taken_at, p.id) < (@at, @id) AND p.voided_at IS NULL AND (@view IS NULL OR p.view = @view)
            ORDER BY p.taken_at DESC, p.id DESC LIMIT @limit + 1
            """, new { patientId, at = key[0], id = Keyset.Key(key[1]), view = view?.ToString(), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, photo => [Keyset.Of(photo.TakenAt), Keyset.Of(photo.Id)]);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Photo>> OfProcedureAsync(IUnitOfWork? unit, long procedureId, CancellationToken token = default)
    {
        const string Sql = $"SELECT {Columns} WHERE p.procedure_id = @procedureId AND p.voided_at IS NULL ORDER BY p.view, p.taken_at, p.id";
        return (unit is null
            ? await store.ReadAsync(db => db.QueryAsync<Photo>(Sql, new { procedureId }), token)
            : await StoreEngine.Join(Rights.Core, unit).QueryAsync<Photo>(Sql, new { procedureId })).AsList();
    }

    /// <summary>A photo of a patient, also a voided one.</summary>
    /// <exception cref="RefusedException">This patient has no such photo.</exception>
    public Task<Photo> RequireAsync(long patientId, long id, CancellationToken token = default) => store.ReadAsync(db => RequireAsync(db, patientId, id), token);

    private static async Task<CleanImage> ReadAsync(Stream stream, string field, long maxBytes, CancellationToken token)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, token) is > 0 and var read)
        {
            if (bytes.Length + read > maxBytes) throw Refuse.Field(field, $"At most {maxBytes / 1_000_000m:0.##} MB; this is longer.");
            bytes.Write(buffer, 0, read);
        }

        try
        {
            return CleanImage.Read(bytes.ToArray());
        }
        catch (ImageFormatException error)
        {
            throw Refuse.Field(field, error.Sentence);
        }
    }

    private async Task<StoredFile> PutAsync(CleanImage image, CancellationToken token)
    {
        using var stream = new MemoryStream(image.Bytes, writable: false);
        return await files.PutAsync(stream, image.MediaType, IPhotos.MaxBytes, token);
    }

    private static async Task<PhotoChange> CheckedAsync(DbConnection db, IUnitOfWork unit, long patientId, PhotoChange said)
    {
        var checks = new Checks();
        checks.That(said.View is not null, "view", $"Say from where it was taken.");
        checks.That(said.Stage is not null, "stage", $"Say when in the treatment it was taken.");
        checks.That(said.TakenAt is not null, "takenAt", $"Say when it was taken.");
        var note = checks.Optional(said.Note, "note", 500);
        if (said.TakenAt is { } at)
        {
            ClinicalChecks.Past(checks, at, unit.Now, "takenAt");
            await ClinicalChecks.LivedAsync(db, checks, patientId, DateOnly.FromDateTime(at.UtcDateTime), "takenAt");
        }

        await ClinicalChecks.LookUpAsync(db, checks, patientId, null, "", said.ProcedureId);
        checks.Throw();
        return said with { Note = note };
    }

    private static async Task<Photo> RequireLiveAsync(DbConnection db, long patientId, long id, long rowVersion)
    {
        var photo = await RequireAsync(db, patientId, id);
        if (photo.RowVersion != rowVersion) throw Refuse.Stale($"This photo was changed by somebody else after you opened it. Load it again, and make your change there.");
        return photo.VoidedAt is null ? photo : throw Refuse.Because($"This photo is voided.");
    }

    private static async Task<Photo> RequireAsync(DbConnection db, long patientId, long id) =>
        await db.QuerySingleOrDefaultAsync<Photo>($"SELECT {Columns} WHERE p.id = @id AND p.patient_id = @patientId", new { id, patientId })
            ?? throw Refuse.Missing($"There is no photo {id} of this patient.");

    private static string Words(PhotoView view) => view switch
    {
        PhotoView.FrontalObliqueLeft => "half from the left",
        PhotoView.FrontalObliqueRight => "half from the right",
        PhotoView.LateralLeft => "left side",
        PhotoView.LateralRight => "right side",
        PhotoView.Donor => "donor area",
        _ => view.ToString().ToLowerInvariant(),
    };

    private static string Words(PhotoStage stage) => stage switch
    {
        PhotoStage.PreSession => "before the session",
        PhotoStage.Immediate => "right afterwards",
        PhotoStage.FollowUp => "follow-up",
        _ => stage.ToString().ToLowerInvariant(),
    };

    private static string Href(long patientId, long id) => string.Create(CultureInfo.InvariantCulture, $"/patients/{patientId}/photos/{id}");
}
