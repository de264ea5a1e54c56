namespace Smp.Sdk;

/// <summary>The clinic's time: moments are UTC, days are the clinic's own, over daylight-saving changes too.</summary>
public interface IClinicClock
{
    /// <summary>Now, in UTC, cut to whole milliseconds (what the store keeps).</summary>
    DateTimeOffset Now { get; }

    /// <summary>Today where the clinic is.</summary>
    DateOnly Today { get; }

    /// <summary>The clinic's time zone.</summary>
    TimeZoneInfo Zone { get; }

    /// <summary>A moment on the clinic's wall clock.</summary>
    DateTimeOffset ToLocal(DateTimeOffset moment);

    /// <summary>When a day begins where the clinic is, in UTC: its midnight, or its first moment where the clocks leave midnight out.</summary>
    DateTimeOffset StartOf(DateOnly day);

    /// <summary>The clinic's day that a moment lies in.</summary>
    DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(ToLocal(moment).DateTime);
}
