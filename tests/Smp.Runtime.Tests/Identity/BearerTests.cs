using System.Net;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class BearerTests : HttpTests
{
    [SetUp]
    public async Task AddUsersAsync()
    {
        await Clinic.AddAsync("boss", Role.Administrator, "Iva Babić");
        await Clinic.AddAsync("ana", Role.Technician);
    }

    [Test]
    public async Task A_token_acts_by_its_name_with_its_permissions_alone()
    {
        using var program = await ProgramAsync("ana", ["patients.view"]);

        Assert.That(await program.GetStringAsync("/api/patients"), Is.EqualTo("Token|Lab (Ana Horvat)|2|False"));
        await AssertProblemAsync(program.PostAsync("/api/patients", null), HttpStatusCode.Forbidden);
        await AssertProblemAsync(program.PostAsync("/api/needles", null), HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task A_token_for_all_may_what_its_owner_may_now_and_later()
    {
        using var program = await ProgramAsync("boss", permissions: null);

        using var receive = await program.PostAsync("/api/needles", null);
        Assert.That(receive.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await AssertProblemAsync(program.PostAsync("/api/patients", null), HttpStatusCode.Forbidden);

        await Clinic.UseAsync((RolePermissions roles) => roles.SetAsync(Role.Administrator, CorePermissions.PatientsEdit, true));
        using var edit = await program.PostAsync("/api/patients", null);
        Assert.That(edit.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_token_loses_what_its_owner_loses_at_once()
    {
        using var program = await ProgramAsync("ana", ["patients.view", "patients.edit"]);
        await Clinic.UseAsync((Users users) => users.ChangeRoleAsync("ana", Role.Auditor));

        Assert.That(await StatusAsync(program, "/api/patients"), Is.EqualTo(HttpStatusCode.OK));
        await AssertProblemAsync(program.PostAsync("/api/patients", null), HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task A_revoked_token_ends_at_once()
    {
        var token = await Clinic.TokenAsync("ana");
        using var program = Server.Program("Authorization", $"Bearer {token.Token}");
        Assert.That(await StatusAsync(program, "/api/patients"), Is.EqualTo(HttpStatusCode.OK));

        await Clinic.UseAsync((Tokens tokens) => tokens.RevokeAsync(token.Id));

        await AssertProblemAsync(program.GetAsync("/api/patients"), HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task A_token_ends_when_it_expires()
    {
        var token = await Clinic.TokenAsync("ana", expires: Clinic.Time.GetUtcNow() + TimeSpan.FromDays(1));
        using var program = Server.Program("Authorization", $"Bearer {token.Token}");

        Clinic.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.That(await StatusAsync(program, "/api/patients"), Is.EqualTo(HttpStatusCode.OK));
        Clinic.Time.Advance(TimeSpan.FromMilliseconds(1));
        await AssertProblemAsync(program.GetAsync("/api/patients"), HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task A_token_ends_with_its_owners_time_here()
    {
        using var program = await ProgramAsync("ana", ["patients.view"]);
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("ana", false));

        await AssertProblemAsync(program.GetAsync("/api/patients"), HttpStatusCode.Unauthorized);
    }

    [TestCase("smp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("nonsense")]
    [TestCase("")]
    public async Task A_token_that_is_none_is_not_signed_in(string token)
    {
        using var program = Server.Program("Authorization", $"Bearer {token}");
        using var answer = await program.GetAsync("/api/patients");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Headers.Location, Is.Null);
        }
    }

    [Test]
    public async Task A_wrong_token_is_not_helped_out_by_a_cookie()
    {
        using var browser = await Server.SignedInAsync("ana");
        browser.DefaultRequestHeaders.Add("Authorization", "Bearer smp_wrong");

        await AssertProblemAsync(browser.GetAsync("/api/patients"), HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task A_proxys_own_Authorization_leaves_sessions_alone()
    {
        using var browser = await Server.SignedInAsync("ana");
        browser.DefaultRequestHeaders.Add("Authorization", "Basic cHJveHk6cHJveHk=");

        Assert.That(await StatusAsync(browser, "/api/patients"), Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<HttpClient> ProgramAsync(string userName, string[]? permissions) =>
        Server.Program("Authorization", $"Bearer {(await Clinic.TokenAsync(userName, permissions)).Token}");
}
