using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Needles.Tests.Api;

public sealed class DemoTests
{
    [Test]
    public async Task The_samples_have_something_of_everything_that_a_shelf_can_have()
    {
        await using var clinic = await TestClinic.StartAsync(options => { options.With<NeedlesPlugin>(); options.Demo = true; });
        var worklist = await (await clinic.AsAsync(Role.Physician)).GetStringAsync("/api/worklist?limit=200");
        Assert.That(worklist, Does.Contain("Inspect lot").And.Contain("Dispose of lot P0912").And.Contain("Use lot A213B1 first").And.Contain("Order Scalp Charcoal"));
        Assert.That(worklist, Does.Contain("Close sharps container SC-014").And.Contain("Take the first blood test").And.Contain("about a recall"));
        // No sample broke a rule; the one incident is somebody's injury.
        Assert.That(worklist.Split("Review an incident"), Has.Length.EqualTo(2));
    }
}
