using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Sessions.Tests.Api;

public sealed class DemoTests
{
    [Test]
    public async Task The_samples_have_plans_in_many_states_and_break_no_rule()
    {
        await using var clinic = await TestClinic.StartAsync(o =>
        {
            o.With<SessionsPlugin>();
            o.Demo = true;
        });
        var physician = await clinic.AsAsync(Role.Physician);
        var plans = await physician.GetStringAsync("/api/sessions/plans");
        foreach (var state in new[] { "Enquiry", "Assessed", "Consented", "Active", "Completed" }) Assert.That(plans, Does.Contain($"\"state\":\"{state}\""));
        var all = await physician.GetStringAsync("/api/sessions");
        foreach (var state in new[] { "InProgress", "Closed", "Healed" }) Assert.That(all, Does.Contain($"\"state\":\"{state}\""));
        var worklist = await physician.GetStringAsync("/api/worklist?limit=200");
        Assert.That(worklist, Does.Contain("Check the healing of").And.Contain("Read the patch test of").And.Contain("End the session of"));
        Assert.That(worklist, Does.Not.Contain("Review an incident"));
    }
}
