using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class TokenTests : ClinicTests
{
    [Test]
    public async Task A_token_is_seen_once_and_kept_as_a_hash()
    {
        await Clinic.AddAsync("ana", Role.Technician);

        var created = await Clinic.TokenAsync("ana", ["patients.view", "needles.receive", "patients.view"]);

        var listed = (await Clinic.UseAsync((Tokens tokens) => tokens.ListAsync())).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(created.Token, Does.Match("^smp_[A-Za-z0-9_-]{43}$"));
            Assert.That(await Clinic.ScalarAsync<string>("SELECT hash FROM core__tokens"), Does.Match("^[0-9a-f]{64}$"));
            Assert.That(listed.Permissions, Is.EqualTo(["needles.receive", "patients.view"]));
            Assert.That(listed.UserName, Is.EqualTo("ana"));
        }
    }

    [Test]
    public async Task A_token_can_do_no_more_than_its_owner()
    {
        await Clinic.AddAsync("ana", Role.Auditor);

        var refusal = await RefusedAsync(() => Clinic.TokenAsync("ana", ["patients.view", "patients.edit", "needles.receive"]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Errors.Single().Field, Is.EqualTo("permissions"));
            Assert.That(refusal.Message, Does.Contain("patients.edit, needles.receive").And.Not.Contain("patients.view"));
        }
    }

    [Test]
    public async Task Permissions_that_do_not_exist_are_named()
    {
        await Clinic.AddAsync("ana", Role.Auditor);

        Assert.That((await RefusedAsync(() => Clinic.TokenAsync("ana", ["patients.view", "patient.view"]))).Message, Does.EndWith(": patient.view."));
    }

    [Test]
    public async Task A_token_needs_a_name_a_permission_and_a_time_to_come()
    {
        await Clinic.AddAsync("ana", Role.Auditor);

        var refusal = await RefusedAsync(() => Clinic.UseAsync((Tokens tokens) => tokens.CreateAsync("ana", " ", [], Clinic.Time.GetUtcNow())));

        Assert.That(refusal.Errors.Select(e => e.Field), Is.EquivalentTo(["name", "expires", "permissions"]));
    }

    [Test]
    public async Task Whoever_left_can_have_no_token()
    {
        await Clinic.AddAsync("ana", Role.Administrator);
        await Clinic.AddAsync("eva", Role.Auditor);
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("eva", false));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await RefusedAsync(() => Clinic.TokenAsync("eva"))).Kind, Is.EqualTo(RefusalKind.Refused));
            Assert.That((await RefusedAsync(() => Clinic.TokenAsync("nobody"))).Kind, Is.EqualTo(RefusalKind.Missing));
        }
    }

    [Test]
    public async Task Somebody_elses_token_is_neither_listed_nor_revoked_for_me()
    {
        await Clinic.AddAsync("ana", Role.Auditor);
        await Clinic.AddAsync("eva", Role.Auditor);
        var created = await Clinic.TokenAsync("ana");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Clinic.UseAsync((Tokens tokens) => tokens.ListAsync("eva")), Is.Empty);
            Assert.That((await RefusedAsync(() => Clinic.UseAsync((Tokens tokens) => tokens.RevokeAsync(created.Id, "eva")))).Kind, Is.EqualTo(RefusalKind.Missing));
            Assert.That((await Clinic.UseAsync((Tokens tokens) => tokens.ListAsync("ANA"))).Single().RevokedAt, Is.Null);
        }
    }

    [Test]
    public async Task A_token_that_was_revoked_keeps_the_time_of_it()
    {
        await Clinic.AddAsync("ana", Role.Auditor);
        var created = await Clinic.TokenAsync("ana");
        var revoked = Clinic.Time.GetUtcNow();
        await Clinic.UseAsync((Tokens tokens) => tokens.RevokeAsync(created.Id));
        Clinic.Time.Advance(TimeSpan.FromHours(1));
        await Clinic.UseAsync((Tokens tokens) => tokens.RevokeAsync(created.Id));

        Assert.That((await Clinic.UseAsync((Tokens tokens) => tokens.ListAsync())).Single().RevokedAt, Is.EqualTo(revoked));
    }
}
