using Smp.Runtime.Core;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class SignInTests : ClinicTests
{
    [Test]
    public async Task The_user_name_counts_without_case_and_the_password_with_it()
    {
        await Clinic.AddAsync("Ana", Role.Technician);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Clinic.SignInAsync(" aNA ", Clinic.Password), Is.TypeOf<SignInOutcome.Ok>());
            Assert.That(await Clinic.SignInAsync("Ana", Clinic.Password.ToUpperInvariant()), Is.TypeOf<SignInOutcome.Wrong>());
            Assert.That(await Clinic.SignInAsync("Ana", null), Is.TypeOf<SignInOutcome.Wrong>());
            Assert.That(await Clinic.SignInAsync(null, Clinic.Password), Is.TypeOf<SignInOutcome.Wrong>());
            Assert.That(await Clinic.SignInAsync("Ana", "no text \ud800"), Is.TypeOf<SignInOutcome.Wrong>());
        }
    }

    [Test]
    public async Task Five_wrong_passwords_lock_for_15_minutes_by_the_clock()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        var until = Clinic.Time.GetUtcNow() + TimeSpan.FromMinutes(15);

        for (var i = 1; i <= 4; i++) Assert.That(await Clinic.SignInAsync("ana", "wrong"), Is.TypeOf<SignInOutcome.Wrong>(), $"attempt {i}");
        Assert.That(await Clinic.SignInAsync("ana", "wrong"), Is.EqualTo(new SignInOutcome.LockedUntil(until)));
        Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.EqualTo(new SignInOutcome.LockedUntil(until)));

        Clinic.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.EqualTo(new SignInOutcome.LockedUntil(until)));

        Clinic.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.TypeOf<SignInOutcome.Ok>());
    }

    [Test]
    public async Task After_a_lock_there_are_five_new_attempts()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        for (var i = 0; i < 5; i++) await Clinic.SignInAsync("ana", "wrong");
        Clinic.Time.Advance(TimeSpan.FromMinutes(15));

        for (var i = 1; i <= 4; i++) Assert.That(await Clinic.SignInAsync("ana", "wrong"), Is.TypeOf<SignInOutcome.Wrong>(), $"attempt {i}");
        Assert.That(await Clinic.SignInAsync("ana", "wrong"), Is.TypeOf<SignInOutcome.LockedUntil>());
    }

    [Test]
    public async Task The_right_password_forgets_the_wrong_ones_before()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++) await Clinic.SignInAsync("ana", "wrong");
            Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.TypeOf<SignInOutcome.Ok>());
        }
    }

    [Test]
    public async Task Wrong_attempts_at_once_are_all_counted()
    {
        await Clinic.AddAsync("ana", Role.Technician);

        await UserTests.Together(4, _ => Clinic.SignInAsync("ana", "wrong"));

        Assert.That(await Clinic.ScalarAsync<long>("SELECT failed_attempts FROM core__users"), Is.EqualTo(4));
    }

    [Test]
    public async Task Many_attempts_at_once_get_no_more_guesses_than_five()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        var outcomes = new SignInOutcome[24];

        await UserTests.Together(outcomes.Length, async i => outcomes[i] = await Clinic.SignInAsync("ana", "wrong"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcomes.Count(o => o is SignInOutcome.Wrong), Is.EqualTo(4));
            Assert.That(outcomes.Count(o => o is SignInOutcome.LockedUntil), Is.EqualTo(20));
            Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.TypeOf<SignInOutcome.LockedUntil>());
        }
    }

    [Test]
    public async Task The_right_password_is_of_no_use_when_the_lock_came_while_it_was_hashed()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        var writer = new TaskCompletionSource();
        var busy = Clinic.UseAsync((IStore<CorePlugin> store) => store.WriteAsync(new("Kept the writer busy"), async _ =>
        {
            await writer.Task;
            return true;
        }));

        // Each runs until it waits for the writer: all see a user who isn't locked, and queue in this order.
        List<Task<SignInOutcome>> attempts = [];
        for (var i = 0; i < 5; i++) attempts.Add(Clinic.SignInAsync("ana", "wrong"));
        var right = Clinic.SignInAsync("ana", Clinic.Password);
        writer.SetResult();
        await busy;
        await Task.WhenAll(attempts);

        Assert.That(await right, Is.TypeOf<SignInOutcome.LockedUntil>());
    }

    [Test]
    public async Task A_name_that_nobody_has_gets_the_answers_of_one_that_somebody_has()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        for (var i = 1; i <= 12; i++)
        {
            var unknown = await Clinic.SignInAsync(i % 2 == 0 ? "eva" : "Eva", "wrong");
            Assert.That(unknown, Is.EqualTo(await Clinic.SignInAsync("ana", "wrong")), $"attempt {i}");
            if (i == 8) Clinic.Time.Advance(TimeSpan.FromMinutes(16));
        }
    }

    [Test]
    public async Task Whoever_left_cannot_sign_in_and_the_answer_does_not_tell()
    {
        await Clinic.AddAsync("ana", Role.Administrator);
        await Clinic.AddAsync("eva", Role.Technician);
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("eva", false));
        Assert.That(await Clinic.SignInAsync("eva", Clinic.Password), Is.TypeOf<SignInOutcome.Wrong>());

        await Clinic.UseAsync((Users users) => users.SetActiveAsync("eva", true));
        Assert.That(await Clinic.SignInAsync("eva", Clinic.Password), Is.TypeOf<SignInOutcome.Ok>());
    }

    [Test]
    public void Comparing_with_nobodys_password_hashes_as_much_as_with_somebodys()
    {
        var hashing = new Microsoft.AspNetCore.Identity.PasswordHasherOptions { IterationCount = 400_000 };
        var passwords = new Passwords(Microsoft.Extensions.Options.Options.Create(hashing));
        var hash = passwords.Hash(Clinic.Password);
        passwords.Verify(null, "warm");

        // The fastest of several, which other work on the machine can't make slower than it is.
        var known = Fastest(() => passwords.Verify(hash, "wrong"));
        var unknown = Fastest(() => passwords.Verify(null, "wrong"));
        Assert.That(unknown / known, Is.InRange(0.5, 2));

        static double Fastest(Action act) => Enumerable.Range(0, 5).Min(_ =>
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            act();
            return System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        });
    }
}
