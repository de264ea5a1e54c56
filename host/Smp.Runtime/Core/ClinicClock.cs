using Smp.Runtime.Core.Places;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core;

/// <summary>The clinic's time, from the process's clock and the zone of the clinic's settings.</summary>
internal sealed class ClinicClock(TimeProvider time, Func<TimeZoneInfo> zone) : IClinicClock
{
    public DateTimeOffset Now => Moments.Cut(time.GetUtcNow());

    public DateOnly Today => DateOnly.FromDateTime(ToLocal(Now).DateTime);

    public TimeZoneInfo Zone => zone();

    public DateTimeOffset StartOf(DateOnly day) => WallClock.Begin(Zone, day);

    public DateTimeOffset ToLocal(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);
}
