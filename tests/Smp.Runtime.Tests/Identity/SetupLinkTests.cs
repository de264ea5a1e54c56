using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class SetupLinkTests : ClinicTests
{
    private static readonly NewUser First = new("ana", "Ana Horvat", Role.Auditor, Clinic.Password);

    [Test]
    public async Task The_link_makes_the_first_Administrator_and_ends()
    {
        var link = await OpenAsync();
        Assert.That(await IsValidAsync(link), Is.True);

        await CompleteAsync(link, First);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await Clinic.UseAsync((Users users) => users.ListAsync())).Single().Role, Is.EqualTo(Role.Administrator));
            Assert.That(await IsValidAsync(link), Is.False);
            Assert.That((await RefusedAsync(() => CompleteAsync(link, First with { UserName = "eva" }))).Kind, Is.EqualTo(RefusalKind.Forbidden));
            Assert.That(await OpenAsync(), Is.Null);
        }
    }

    [Test]
    public async Task Of_two_at_once_one_wins()
    {
        var link = await OpenAsync();

        var results = await UserTests.Together(8, i => CompleteAsync(link, First with { UserName = $"user{i}" }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(results.Count(e => e is null), Is.EqualTo(1));
            Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM core__users"), Is.EqualTo(1));
            Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM staff"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_refused_form_leaves_the_link_open()
    {
        var link = await OpenAsync();
        await RefusedAsync(() => CompleteAsync(link, First with { Password = "short" }));

        Assert.That(await IsValidAsync(link), Is.True);
    }

    [Test]
    public async Task Another_token_an_earlier_link_and_none_are_not_valid()
    {
        Assert.That(await IsValidAsync(null), Is.False);
        var earlier = await OpenAsync();
        var link = await OpenAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(link, Has.Length.EqualTo(43).And.Not.EqualTo(earlier));
            Assert.That(await IsValidAsync(earlier), Is.False);
            Assert.That(await IsValidAsync(""), Is.False);
            Assert.That((await RefusedAsync(() => CompleteAsync(earlier, First))).Kind, Is.EqualTo(RefusalKind.Forbidden));
        }
    }

    [Test]
    public async Task A_user_added_otherwise_ends_the_link()
    {
        var link = await OpenAsync();
        await Clinic.AddAsync("eva", Role.Administrator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await IsValidAsync(link), Is.False);
            Assert.That((await RefusedAsync(() => CompleteAsync(link, First))).Message, Does.Contain("set up already"));
        }
    }

    private Task<string?> OpenAsync() => Clinic.UseAsync((SetupLink link) => link.OpenAsync());

    private Task<bool> IsValidAsync(string? token) => Clinic.UseAsync((SetupLink link) => link.IsValidAsync(token));

    private Task<long> CompleteAsync(string? token, NewUser user) => Clinic.UseAsync((SetupLink link) => link.CompleteAsync(token, user));
}
