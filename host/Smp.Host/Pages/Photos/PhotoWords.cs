using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Photos;

/// <summary>How photos are named on every page.</summary>
internal static class PhotoWords
{
    /// <summary>"Frontal, baseline, 3 Jul 2026".</summary>
    public static string Name(this Words words, Photo photo) => $"{words.Name(photo.View)}, {words.Name(photo.Stage)}, {words.Date(words.DayOf(photo.TakenAt))}";

    /// <summary>The address of its small version.</summary>
    public static string Thumbnail(Photo photo) => $"/api/patients/{photo.PatientId}/photos/{photo.Id}/thumbnail";

    /// <summary>The address of the picture.</summary>
    public static string Picture(Photo photo) => $"/api/patients/{photo.PatientId}/photos/{photo.Id}/picture";
}
