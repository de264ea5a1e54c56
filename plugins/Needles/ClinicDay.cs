using Smp.Sdk;

namespace Smp.Needles;

/// <summary>Moments as days of the clinic.</summary>
internal static class ClinicDay
{
    /// <summary>The day that a moment falls on where the clinic is.</summary>
    public static DateOnly DayOf(this IClinicClock clock, DateTimeOffset moment) => DateOnly.FromDateTime(clock.ToLocal(moment).DateTime);
}
