using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Sessions.Tests.Api;

/// <summary>What a module that sees to consents tells, whichever it is.</summary>
public sealed class ConsentTests : SessionsApi
{
    [Test]
    public async Task A_withdrawn_consent_holds_the_plans_that_it_is_needed_for_and_no_other()
    {
        var (one, other) = (await PatientAsync(), await PatientAsync());
        var (held, kept) = (await PlanAsync(one), await PlanAsync(other));

        await TellAsync(new ConsentWithdrawn(1, one, ConsentKind.PhotoMarketing, "Photos", []));
        Assert.That(await StateAsync(held), Is.EqualTo("Enquiry"));
        await TellAsync(new ConsentWithdrawn(2, one, ConsentKind.Procedure, "Scalp micropigmentation", ["SMP.session"]));
        Assert.That(await StateAsync(held), Is.EqualTo("OnHold"));
        Assert.That((string)(await GetAsync($"plans/{held["id"]}"))["stateReason"]!, Does.Contain("Scalp micropigmentation"));
        Assert.That(await StateAsync(kept), Is.EqualTo("Enquiry"));
    }

    [Test]
    public async Task A_consent_that_was_given_moves_on_what_was_assessed_and_nothing_before()
    {
        var patient = await PatientAsync();
        var plan = await PlanAsync(patient);
        await TellAsync(new ConsentGiven(1, patient, ConsentKind.Procedure, "Scalp micropigmentation", ["smp.session"]));
        Assert.That(await StateAsync(plan), Is.EqualTo("Enquiry"), "nobody has assessed the client yet");

        await AssessAsync(plan);
        await TellAsync(new ConsentGiven(2, patient, ConsentKind.Procedure, "Scalp micropigmentation", ["smp.session"]));
        Assert.That(await StateAsync(plan), Is.EqualTo("Consented"));
    }

    private Task<bool> TellAsync<T>(T what) where T : notnull => Clinic.RunAsync(services => services.GetRequiredService<IStore<SessionsPlugin>>().WriteAsync(new("Told"), async unit =>
    {
        await unit.PublishAsync(what);
        return true;
    }));

    private async Task<string> StateAsync(System.Text.Json.Nodes.JsonNode plan) => (string)(await GetAsync($"plans/{plan["id"]}"))["state"]!;
}
