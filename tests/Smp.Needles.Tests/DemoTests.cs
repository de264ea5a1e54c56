using System.Net;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Needles.Tests;

public sealed class DemoTests
{
    // Much of the demonstration happened minutes or hours ago: shortly after midnight that was yesterday.
    [Test]
    public async Task The_demonstration_opens_at_any_hour_of_the_day([Values("00:00", "00:10", "02:30", "23:59")] string hour)
    {
        var clock = new TestClock();
        clock.Now = new DateTimeOffset(clock.Today.ToDateTime(TimeOnly.Parse(hour, System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.Zero);
        await using var clinic = await TestClinic.StartAsync(o =>
        {
            o.Clock = clock;
            o.Demo = true;
            o.With<NeedlesPlugin>();
        });

        using var page = await (await clinic.AsAsync(Role.Physician)).GetAsync("/api/procedures/3");
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
