using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class UserTests : ClinicTests
{
    [Test]
    public async Task A_user_is_a_member_of_staff_with_a_user_name()
    {
        await Clinic.UseAsync((Users users) => users.AddAsync(new("  ana.h@clinic-1 ", " Ana Horvat ", Role.Physician, Clinic.Password)));

        var user = (await Clinic.UseAsync((Users users) => users.ListAsync())).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(user, Is.EqualTo(new User(1, "ana.h@clinic-1", 1, "Ana Horvat", Role.Physician, true, null, Clinic.Time.GetUtcNow())));
            Assert.That(await Clinic.ScalarAsync<string>("SELECT name || ' ' || role FROM staff"), Is.EqualTo("Ana Horvat Physician"));
        }
    }

    [Test]
    public async Task There_is_no_user_until_one_is_added()
    {
        Assert.That(await Clinic.UseAsync((Users users) => users.AnyAsync()), Is.False);
        await Clinic.AddAsync("ana", Role.Administrator);
        Assert.That(await Clinic.UseAsync((Users users) => users.AnyAsync()), Is.True);
    }

    [Test]
    public async Task A_user_name_that_differs_in_case_alone_is_taken_and_leaves_no_member_of_staff_behind()
    {
        await Clinic.AddAsync("Zana", Role.Administrator);

        var refusal = await RefusedAsync(() => Clinic.AddAsync("ZANA", Role.Technician));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Errors.Single().Field, Is.EqualTo("userName"));
            Assert.That(refusal.Message, Does.Contain("ZANA"));
            Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM staff"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Of_two_users_with_one_name_at_once_one_is_added()
    {
        var results = await Together(2, _ => Clinic.AddAsync("ana", Role.Technician));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(results.Count(e => e is null), Is.EqualTo(1));
            Assert.That(results.Single(e => e is not null), Is.TypeOf<RefusedException>());
        }
    }

    [TestCase("a")]
    [TestCase("")]
    [TestCase("ana horvat")]
    [TestCase("ana/horvat")]
    [TestCase("<ana>")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123x")]
    public async Task A_user_name_of_another_shape_is_refused(string userName) =>
        Assert.That((await RefusedAsync(() => Clinic.AddAsync(userName, Role.Technician))).Errors.Single().Field, Is.EqualTo("userName"));

    [TestCase("elevenchars", TestName = "A_password_of_11_characters_is_refused")]
    [TestCase("ana.marija.horvat", TestName = "The_user_name_is_refused_as_a_password")]
    [TestCase("Ana Marija Horvat", TestName = "The_persons_name_is_refused_as_a_password")]
    [TestCase("AnaMarijaHorvat!", TestName = "The_persons_name_without_its_spaces_is_refused_as_a_password")]
    [TestCase("Password-1234", TestName = "A_common_password_is_refused_whatever_its_case_and_signs")]
    [TestCase("qwertyuiop1234567890", TestName = "A_long_common_password_is_refused")]
    public async Task Weak_password(string password) => Assert.That(
        (await RefusedAsync(() => Clinic.UseAsync((Users users) => users.AddAsync(new("ana.marija.horvat", "Ana Marija Horvat", Role.Technician, password)))))
            .Errors.Single().Field,
        Is.EqualTo("password"));

    [Test]
    public async Task A_password_may_have_12_to_256_characters_of_any_kind()
    {
        string[] passwords = ["aabbccddeezz", new('ж', 256), "            x", "🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔"];
        foreach (var (password, i) in passwords.Select((p, i) => (p, i)))
        {
            await Clinic.UseAsync((Users users) => users.AddAsync(new($"user{i}", "Ana", Role.Technician, password)));
            Assert.That(await Clinic.SignInAsync($"user{i}", password), Is.TypeOf<SignInOutcome.Ok>(), password);
        }

        Assert.That(
            (await RefusedAsync(() => Clinic.UseAsync((Users users) => users.AddAsync(new("long", "Ana", Role.Technician, new('ж', 257)))))).Errors.Single().Field,
            Is.EqualTo("password"));
    }

    [Test]
    public async Task A_password_that_is_no_text_is_refused()
    {
        // Not a test case: metadata holds no half of a surrogate pair.
        var refusal = await RefusedAsync(() => Clinic.UseAsync((Users users) => users.AddAsync(new("ana", "Ana", Role.Technician, "long enough \ud800"))));
        Assert.That(refusal.Errors.Single().Field, Is.EqualTo("password"));
    }

    [Test]
    public async Task A_password_typed_on_another_keyboard_is_the_same()
    {
        await Clinic.UseAsync((Users users) => users.AddAsync(new("ana", "Ana", Role.Technician, "\u010demu ova gu\u017eva")));

        Assert.That(await Clinic.SignInAsync("ana", "c\u030cemu ova guz\u030cva"), Is.TypeOf<SignInOutcome.Ok>());
    }

    [Test]
    public async Task Passwords_are_kept_as_hashes()
    {
        await Clinic.AddAsync("ana", Role.Technician);

        Assert.That(await Clinic.ScalarAsync<string>("SELECT password_hash FROM core__users"), Does.Not.Contain(Clinic.Password).And.Length.GreaterThan(40));
    }

    [Test]
    public async Task All_that_is_wrong_with_a_new_user_is_said_at_once()
    {
        var refusal = await RefusedAsync(() => Clinic.UseAsync((Users users) => users.AddAsync(new("?", " ", (Role)9, "short"))));

        Assert.That(refusal.Errors.Select(e => e.Field).Distinct(), Is.EquivalentTo(["userName", "name", "role", "password"]));
    }

    [Test]
    public async Task A_reset_password_replaces_the_old_one_and_lifts_the_lock()
    {
        await Clinic.AddAsync("ana", Role.Technician);
        for (var i = 0; i < 5; i++) await Clinic.SignInAsync("ana", "wrong");

        await Clinic.UseAsync((Users users) => users.ResetPasswordAsync("ANA", "another lantern here"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Clinic.SignInAsync("ana", Clinic.Password), Is.TypeOf<SignInOutcome.Wrong>());
            Assert.That(await Clinic.SignInAsync("ana", "another lantern here"), Is.TypeOf<SignInOutcome.Ok>());
            Assert.That((await RefusedAsync(() => Clinic.UseAsync((Users users) => users.ResetPasswordAsync("ana", "short")))).Errors.Single().Field, Is.EqualTo("password"));
            Assert.That((await RefusedAsync(() => Clinic.UseAsync((Users users) => users.ResetPasswordAsync("eva", Clinic.Password)))).Kind, Is.EqualTo(RefusalKind.Missing));
        }
    }

    [Test]
    public async Task The_last_active_Administrator_can_be_neither_deactivated_nor_demoted()
    {
        await Clinic.AddAsync("ana", Role.Administrator);
        await Clinic.AddAsync("eva", Role.Administrator, "Eva Kos");
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("eva", false));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await RefusedAsync(() => Clinic.UseAsync((Users users) => users.SetActiveAsync("ana", false)))).Message, Does.Contain("Ana Horvat"));
            Assert.That((await RefusedAsync(() => Clinic.UseAsync((Users users) => users.ChangeRoleAsync("ana", Role.Auditor)))).Kind, Is.EqualTo(RefusalKind.Refused));
        }

        await Clinic.UseAsync((Users users) => users.SetActiveAsync("eva", true));
        await Clinic.UseAsync((Users users) => users.ChangeRoleAsync("ana", Role.Auditor));
        Assert.That((await Clinic.UseAsync((Users users) => users.ListAsync())).Select(u => u.Role), Is.EqualTo([Role.Auditor, Role.Administrator]));
    }

    [Test]
    public async Task Of_many_Administrators_who_leave_at_once_one_stays()
    {
        for (var i = 0; i < 8; i++) await Clinic.AddAsync($"admin{i}", Role.Administrator);

        var results = await Together(8, i => i % 2 == 0
            ? Clinic.UseAsync((Users users) => users.SetActiveAsync($"admin{i}", false))
            : Clinic.UseAsync((Users users) => users.ChangeRoleAsync($"admin{i}", Role.Auditor)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(results.Count(e => e is RefusedException), Is.EqualTo(1));
            Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM staff WHERE role = 'Administrator' AND active = 1"), Is.EqualTo(1));
        }
    }

    [Test]
    public void What_holds_a_secret_prints_without_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That($"{new NewUser("ana", "Ana", Role.Auditor, Clinic.Password)}", Does.Not.Contain(Clinic.Password));
            Assert.That($"{new CreatedToken(1, "smp_secret")}", Does.Not.Contain("secret"));
        }
    }

    /// <summary>Starts several things at the same moment; gives what each threw, or null.</summary>
    internal static Task<Exception?[]> Together(int count, Func<int, Task> act)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await start.Task;
            try
            {
                await act(i);
                return null;
            }
            catch (RefusedException refusal)
            {
                return (Exception?)refusal;
            }
        }));
        start.SetResult();
        return all;
    }
}
