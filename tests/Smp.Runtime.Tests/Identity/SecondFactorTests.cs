using System.Net;
using Smp.Runtime.Core;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class SecondFactorTests : HttpTests
{
    private const string Ana = "ana";

    [SetUp]
    public async Task AddUsersAsync() => await Clinic.AddAsync(Ana, Role.Technician);

    [Test]
    public async Task The_password_alone_begins_no_session_and_the_code_after_it_does()
    {
        var (secret, _) = await TurnOnAsync();
        using var browser = Server.Browser();

        Assert.That(await PasswordAsync(browser), Is.EqualTo("CodeNeeded"));
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await CodeAsync(browser, Code(secret)), Is.EqualTo("Ok"));
        Assert.That(await browser.GetStringAsync("/patients"), Does.StartWith("Person|Ana Horvat"));
    }

    [Test]
    public async Task No_code_is_taken_twice_nor_an_older_one_after_it()
    {
        var (secret, _) = await TurnOnAsync();
        var (older, code) = (Code(secret, -1), Code(secret));
        using var browser = Server.Browser();
        using var other = Server.Browser();
        await PasswordAsync(browser);
        await PasswordAsync(other);

        Assert.That(await CodeAsync(browser, code), Is.EqualTo("Ok"));
        Assert.That(await CodeAsync(other, code), Is.EqualTo("Wrong"));
        Assert.That(await CodeAsync(other, older), Is.EqualTo("Wrong"));
        Assert.That(await CodeAsync(other, Code(secret, 1)), Is.EqualTo("Ok"));
    }

    [Test]
    public async Task The_code_that_turned_it_on_lets_nobody_in()
    {
        var secret = await BeginAsync();
        var code = Code(secret);
        await Clinic.UseAsync((SecondFactor factor) => factor.ConfirmAsync(1, code));
        using var browser = Server.Browser();
        await PasswordAsync(browser);

        Assert.That(await CodeAsync(browser, code), Is.EqualTo("Wrong"));
    }

    [Test]
    public async Task Wrong_codes_lock_like_wrong_passwords_and_the_password_between_them_forgives_none()
    {
        var (secret, _) = await TurnOnAsync();
        using var browser = Server.Browser();
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await PasswordAsync(browser), Is.EqualTo("CodeNeeded"));
            Assert.That(await CodeAsync(browser, "abcdef"), Is.EqualTo("Wrong"));
        }

        Assert.That(await CodeAsync(browser, "abcdef"), Is.EqualTo("LockedUntil"));
        Assert.That(await CodeAsync(browser, Code(secret)), Is.EqualTo("LockedUntil"));
        Assert.That(await PasswordAsync(browser), Is.EqualTo("LockedUntil"));
    }

    [Test]
    public async Task The_ticket_is_good_for_five_minutes_once_and_for_the_password_it_was_given_for()
    {
        var (secret, _) = await TurnOnAsync();
        using var late = Server.Browser();
        await PasswordAsync(late);
        Clinic.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(await CodeAsync(late, Code(secret)), Is.EqualTo("Expired"));

        using var browser = Server.Browser();
        var ticket = await TicketAsync(browser);
        Assert.That(await CodeAsync(browser, Code(secret)), Is.EqualTo("Ok"));
        using var copy = Server.Program("Cookie", ticket);
        Assert.That(await CodeAsync(copy, Code(secret, 1)), Is.EqualTo("Expired"));

        using var before = Server.Browser();
        await PasswordAsync(before);
        await Clinic.UseAsync((Users users) => users.ResetPasswordAsync(Ana, "another lantern here"));
        Assert.That(await CodeAsync(before, Code(secret, 1)), Is.EqualTo("Expired"));
    }

    [Test]
    public async Task Nobody_gets_further_with_a_ticket_of_their_own_making()
    {
        var (secret, _) = await TurnOnAsync();
        using var browser = Server.Program("Cookie", "smp-code=1|stamp|nonce|99999999999999");

        Assert.That(await CodeAsync(browser, Code(secret)), Is.EqualTo("Expired"));
    }

    [Test]
    public async Task A_recovery_code_lets_in_once_and_is_kept_as_a_hash()
    {
        var (_, codes) = await TurnOnAsync();
        using var browser = Server.Browser();
        using var other = Server.Browser();
        await PasswordAsync(browser);
        await PasswordAsync(other);

        Assert.That(await CodeAsync(browser, codes[3].ToLowerInvariant()), Is.EqualTo("Ok"));
        Assert.That(await CodeAsync(other, codes[3]), Is.EqualTo("Wrong"));
        Assert.That(await CodeAsync(other, codes[4].Replace("-", "", StringComparison.Ordinal)), Is.EqualTo("Ok"));

        var state = await Clinic.UseAsync((SecondFactor factor) => factor.StateOfAsync(1));
        var kept = await Clinic.ScalarAsync<string>("SELECT group_concat(hash) FROM core__recovery_codes");
        Assert.That((codes.Count, codes.Distinct().Count(), state.RecoveryCodes), Is.EqualTo((10, 10, 8L)));
        Assert.That(codes.Where(c => kept!.Contains(c.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    [Test]
    public async Task It_counts_only_once_a_first_code_has_confirmed_it()
    {
        var secret = await BeginAsync();
        using var browser = await Server.SignedInAsync(Ana);
        var refusal = await RefusedAsync(() => Clinic.UseAsync((SecondFactor factor) => factor.ConfirmAsync(1, "000000")));

        Assert.That(refusal.Errors.Single().Field, Is.EqualTo("code"));
        Assert.That((await Clinic.UseAsync((SecondFactor factor) => factor.StateOfAsync(1))).IsOn, Is.False);
        Assert.That((await Clinic.UseAsync((SecondFactor factor) => factor.ConfirmAsync(1, Code(secret)))), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task It_is_set_up_and_turned_off_against_the_password()
    {
        Assert.That(await Clinic.UseAsync((SecondFactor factor) => factor.BeginAsync(Ana, "wrong")), Is.TypeOf<SignInOutcome.Wrong>());
        var (secret, _) = await TurnOnAsync();

        Assert.That(await OffAsync("wrong", Code(secret)), Is.TypeOf<SignInOutcome.Wrong>());
        Assert.That(await OffAsync(Clinic.Password, "000000"), Is.TypeOf<SignInOutcome.Wrong>());
        Assert.That((await RefusedAsync(() => Clinic.UseAsync((SecondFactor factor) => factor.BeginAsync(Ana, Clinic.Password)))).Kind, Is.EqualTo(RefusalKind.Refused));
        Assert.That(await OffAsync(Clinic.Password, Code(secret)), Is.TypeOf<SignInOutcome.Ok>());
        using var browser = await Server.SignedInAsync(Ana);

        Task<SignInOutcome> OffAsync(string password, string code) => Clinic.UseAsync((SecondFactor factor) => factor.TurnOffAsync(Ana, password, code));
    }

    [Test]
    public async Task The_password_typed_again_buys_no_more_guesses_at_the_code()
    {
        await TurnOnAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await OffAsync(), Is.TypeOf<SignInOutcome.Wrong>());
            Assert.That(await Clinic.UseAsync((SignIn signIn) => signIn.ConfirmAsync(1, Clinic.Password)), Is.TypeOf<SignInOutcome.Ok>());
        }

        Assert.That(await OffAsync(), Is.TypeOf<SignInOutcome.LockedUntil>());

        Task<SignInOutcome> OffAsync() => Clinic.UseAsync((SecondFactor factor) => factor.TurnOffAsync(Ana, Clinic.Password, "abcdef"));
    }

    [Test]
    public async Task The_right_code_is_of_no_use_when_the_guesses_that_were_sent_with_it_lock_the_name()
    {
        var (secret, _) = await TurnOnAsync();
        var writer = new TaskCompletionSource();
        var busy = Clinic.UseAsync((IStore<CorePlugin> store) => store.WriteAsync(new("Kept the writer busy"), async _ =>
        {
            await writer.Task;
            return true;
        }));

        // Each runs until it waits for the writer: all see a name that isn't locked, and queue in this order.
        List<Task<SignInOutcome>> guesses = [];
        for (var i = 0; i < 5; i++) guesses.Add(CheckAsync("abcdef"));
        var right = CheckAsync(Code(secret));
        writer.SetResult();
        await busy;
        await Task.WhenAll(guesses);

        Assert.That(await right, Is.TypeOf<SignInOutcome.LockedUntil>());

        Task<SignInOutcome> CheckAsync(string code) => Clinic.UseAsync((SignIn signIn) =>
            signIn.CheckCodeAsync(Ana, code, new("Did what a code is for"), (_, _) => Task.CompletedTask, CancellationToken.None));
    }

    [Test]
    public async Task An_administrator_resets_it_and_the_trail_says_so()
    {
        await TurnOnAsync();
        await Clinic.UseAsync((SecondFactor factor) => factor.ResetAsync(Ana));
        using var browser = await Server.SignedInAsync(Ana);

        Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM core__audit_units WHERE act = 'Reset a user''s one-time codes'"), Is.EqualTo(1));
        Assert.That((await RefusedAsync(() => Clinic.UseAsync((SecondFactor factor) => factor.ResetAsync(Ana)))).Kind, Is.EqualTo(RefusalKind.Refused));
    }

    [Test]
    public async Task Neither_secret_nor_hashes_stand_in_the_store_or_its_trail_for_all_to_read()
    {
        var (secret, codes) = await TurnOnAsync();

        var kept = await Clinic.ScalarAsync<string>("SELECT secret FROM core__totp");
        var hash = await Clinic.ScalarAsync<string>("SELECT hash FROM core__recovery_codes LIMIT 1");
        var trail = await Clinic.ScalarAsync<string>("SELECT group_concat(coalesce(old, '') || coalesce(new, '')) FROM core__audit_rows");

        Assert.That(kept, Does.Not.Contain(secret));
        Assert.That(trail, Does.Contain("core__totp").Or.Contain("secret"), "the trail is there");
        Assert.That(trail, Does.Not.Contain(secret).And.Not.Contain(kept).And.Not.Contain(hash).And.Not.Contain(codes[0]));
        Assert.That(string.Join('\n', Clinic.Log.Lines), Does.Not.Contain(secret));
    }

    private async Task<string> BeginAsync()
    {
        Assert.That(await Clinic.UseAsync((SecondFactor factor) => factor.BeginAsync(Ana, Clinic.Password)), Is.TypeOf<SignInOutcome.Ok>());
        return (await Clinic.UseAsync((SecondFactor factor) => factor.PendingAsync(1)))!;
    }

    // A minute later, so that the code which turned it on isn't the one that is shown now.
    private async Task<(string Secret, IReadOnlyList<string> Codes)> TurnOnAsync()
    {
        var secret = await BeginAsync();
        var codes = await Clinic.UseAsync((SecondFactor factor) => factor.ConfirmAsync(1, Code(secret)));
        Clinic.Time.Advance(TimeSpan.FromMinutes(2));
        return (secret, codes);
    }

    private string Code(string secret, int steps = 0) => Totp.Code(Totp.FromBase32(secret), Totp.StepOf(Clinic.Time.GetUtcNow()) + steps);

    private static async Task<string> PasswordAsync(HttpClient browser)
    {
        using var answer = await ClinicServer.SignInAsync(browser, Ana, Clinic.Password);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> TicketAsync(HttpClient browser)
    {
        using var answer = await ClinicServer.SignInAsync(browser, Ana, Clinic.Password);
        return answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("smp-code=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task<string> CodeAsync(HttpClient browser, string code)
    {
        using var form = new FormUrlEncodedContent([new("code", code)]);
        using var answer = await browser.PostAsync("/sign-in/code", form);
        return await answer.Content.ReadAsStringAsync();
    }
}
