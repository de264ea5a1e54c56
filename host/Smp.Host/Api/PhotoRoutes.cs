using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Photos;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Photos of patients.</summary>
internal static class PhotoRoutes
{
    /// <summary>How long a form with a photo may be: the photo, its small version, and some words.</summary>
    public const long MaxForm = IPhotos.MaxBytes + 1_000_000;

    /// <summary>A photo that comes as a form: the picture and what is said of it.</summary>
    public sealed record PhotoForm
    {
        /// <summary>The picture: JPEG, PNG or WebP, at most 25 MB.</summary>
        public IFormFile? Photo { get; init; }

        /// <summary>A small version: at most 640 pixels a side and 300 KB.</summary>
        public IFormFile? Thumbnail { get; init; }

        /// <summary>From where.</summary>
        public PhotoView? View { get; init; }

        /// <summary>When in the treatment.</summary>
        public PhotoStage? Stage { get; init; }

        /// <summary>When it was taken; now when left out.</summary>
        public DateTimeOffset? TakenAt { get; init; }

        /// <summary>In which procedure.</summary>
        public long? ProcedureId { get; init; }

        /// <summary>A word about it.</summary>
        public string? Note { get; init; }
    }

    /// <summary>A photo's key.</summary>
    public sealed record AddedPhoto(long Id);

    public static IEndpointRouteBuilder MapPhotos(this IEndpointRouteBuilder routes)
    {
        var photos = routes.MapGroup("/api/patients/{id:long}/photos").Demand(CorePermissions.PatientsView).WithTags("photos");

        photos.MapGet("", async (PhotoBook book, PatientDirectory directory, long id, PhotoView? view, string? after, int? limit, CancellationToken token) =>
            {
                if (await directory.FindAsync(id, token) is null) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
                return TypedResults.Ok(await book.PageAsync(id, view, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.PhotosView).AboutPatient("id").WithName("photos.list").WithSummary("A patient's photos, the latest first; without those that were voided.").ProducesProblem(404).ProducesProblem(422);

        photos.MapPost("", async (PhotoBook book, IClinicClock clock, HttpContext http, long id, CancellationToken token) =>
            {
                var form = await ReadAsync(http.Request, token);
                if (form.Photo is null) throw Refuse.Field("photo", $"Send the picture as the form's photo.");
                await using var picture = form.Photo.OpenReadStream();
                await using var thumbnail = form.Thumbnail?.OpenReadStream();
                var prepared = await book.PrepareAsync(picture, thumbnail, token);
                var key = await book.AddAsync(new(id, form.View, form.Stage, form.TakenAt ?? clock.Now) { ProcedureId = form.ProcedureId, Note = form.Note }, prepared, token);
                return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/patients/{id}/photos/{key}"), new AddedPhoto(key));
            })
            .Accepts<PhotoForm>("multipart/form-data").WithMetadata(new RequestSizeLimitAttribute(MaxForm))
            .Demand(CorePermissions.PhotosAdd).WithName("photos.add")
            .WithSummary("Adds a photo, as multipart/form-data. What the file says of place, device and person is taken out.").ProducesProblem(404).ProducesProblem(413).ProducesProblem(422);

        photos.MapGet("{photo:long}", async (PhotoBook book, HttpContext http, long id, long photo, CancellationToken token) =>
            {
                var found = await book.RequireAsync(id, photo, token);
                http.Response.Headers.ETag = RowVersions.Tag(found.RowVersion);
                return TypedResults.Ok(found);
            })
            .Demand(CorePermissions.PhotosView).AboutPatient("id").WithName("photos.read").WithSummary("What is said of a photo, with its ETag.").ProducesProblem(404);

        photos.MapPut("{photo:long}", async (PhotoBook book, HttpContext http, long id, long photo, PhotoChange change, CancellationToken token) =>
            {
                var changed = await book.ChangeAsync(id, photo, RowVersions.Required(http.Request), change, token);
                http.Response.Headers.ETag = RowVersions.Tag(changed.RowVersion);
                return TypedResults.Ok(changed);
            })
            .Demand(CorePermissions.PhotosAdd).WithName("photos.change").WithSummary("Replaces what is said of a photo; If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        photos.MapPost("{photo:long}/void", async (PhotoBook book, HttpContext http, long id, long photo, WhyInput input, CancellationToken token) =>
                TypedResults.Ok(await book.VoidAsync(id, photo, RowVersions.Required(http.Request), input.Reason, token)))
            .Demand(CorePermissions.PhotosAdd).WithName("photos.void").WithSummary("Voids a photo that was wrong: it stays, and is listed no more; If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        // The picture itself: looking at it is written down, by the photo's key.
        photos.MapGet("{photo:long}/picture", async (PhotoBook book, IFiles files, HttpContext http, long id, long photo, CancellationToken token) =>
                await SendAsync(files, http, (await book.RequireAsync(id, photo, token)).Sha256, token))
            .Demand(CorePermissions.PhotosView).AboutPatient("id").WithName("photos.picture").WithSummary("The picture.").ProducesProblem(404);

        photos.MapGet("{photo:long}/thumbnail", async (PhotoBook book, IFiles files, HttpContext http, long id, long photo, CancellationToken token) =>
                await book.RequireAsync(id, photo, token) is var found ? await SendAsync(files, http, found.ThumbnailSha256 ?? found.Sha256, token) : null)
            .Demand(CorePermissions.PhotosView).AboutPatient("id").WithName("photos.thumbnail").WithSummary("The picture's small version; the picture where there is none.").ProducesProblem(404);
        return routes;
    }

    // By hand: the framework's binding of forms reads numbers and dates by the server's own culture, and says nothing of the field that it couldn't read.
    private static async Task<PhotoForm> ReadAsync(HttpRequest request, CancellationToken token)
    {
        if (!request.HasFormContentType) throw Refuse.Field("photo", $"Send the photo as multipart/form-data.");
        var form = await request.ReadFormAsync(token);
        var checks = new Checks();
        var read = new PhotoForm
        {
            Photo = form.Files["photo"], Thumbnail = form.Files["thumbnail"], Note = form["note"],
            View = Read<PhotoView>("view", Named<PhotoView>),
            Stage = Read<PhotoStage>("stage", Named<PhotoStage>),
            TakenAt = Read<DateTimeOffset>("takenAt", text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null),
            ProcedureId = Read<long>("procedureId", text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : null),
        };
        checks.Throw();
        return read;

        // By its name only: a number would name another view in another version.
        static T? Named<T>(string text) where T : struct, Enum => Enum.GetNames<T>().Contains(text) ? Enum.Parse<T>(text) : null;

        T? Read<T>(string name, Func<string, T?> parse) where T : struct
        {
            if (form[name].ToString() is not { Length: > 0 } text) return null;
            var value = parse(text);
            checks.That(value is not null, name, $"This can't be read.");
            return value;
        }
    }

    private static async Task<IResult> SendAsync(IFiles files, HttpContext http, string sha256, CancellationToken token)
    {
        var file = await files.FindAsync(sha256, token) ?? throw Refuse.Missing($"There is no file {sha256}.");
        // Kept by nobody: the next look is asked for, and written down, again.
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.Stream(await files.OpenReadAsync(sha256, token), file.MediaType, enableRangeProcessing: false, entityTag: new EntityTagHeaderValue($"\"{sha256}\""));
    }
}
