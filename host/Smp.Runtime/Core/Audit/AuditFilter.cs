using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>Which units of work of the audit trail are looked for. Each part that is set narrows it further.</summary>
public sealed record AuditFilter
{
    /// <summary>Those that changed something about this patient.</summary>
    public long? Patient { get; init; }

    /// <summary>Those that this member of staff did, or recorded for somebody else, or had recorded.</summary>
    public long? Staff { get; init; }

    /// <summary>Those of this module; <c>core</c> for the clinic's own.</summary>
    public string? Module { get; init; }

    /// <summary>Those on this day of the clinic or later.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Those on this day of the clinic or earlier.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Whether looks at patients' records are among them. Default true.</summary>
    public bool Looks { get; init; } = true;

    /// <summary>Whether nothing narrows it.</summary>
    public bool IsEmpty => Patient is null && Staff is null && string.IsNullOrEmpty(Module) && From is null && To is null;

    /// <summary>From when on, and until before when, as the store keeps moments.</summary>
    /// <exception cref="RefusedException">It ends before it begins.</exception>
    internal (string From, string Until) Bounds(IClinicClock clock)
    {
        if (To < From) throw Refuse.Field("to", $"The last day is before the first.");
        return (From is { } first ? Start(clock, first) : "",
            To is { } last && last < DateOnly.MaxValue ? Start(clock, last.AddDays(1)) : "9999");
    }

    // A midnight that comes twice is the first of the two; one that is left out is the moment after it.
    private static string Start(IClinicClock clock, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var offset = clock.Zone.IsAmbiguousTime(midnight) ? clock.Zone.GetAmbiguousTimeOffsets(midnight).Max() : clock.Zone.GetUtcOffset(midnight);
        // The first days of the calendar lie before the first moment that there is.
        return day.DayNumber == 0 ? "" : Moments.Text(new DateTimeOffset(midnight, offset));
    }
}
