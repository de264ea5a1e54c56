using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Backups;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Plugins;
using Smp.Runtime.Store;
using Smp.Runtime.Tests.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Backups;

/// <summary>The clinic backs itself up at night, and before its tables change.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NightlyTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");
    private readonly FakeTime time = new();
    private readonly CapturedLog log = new();
    private BackupFixture clinic = null!;
    private ServiceProvider services = null!;
    private SettingsBook settings = null!;
    private ClinicBackups backups = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await BackupFixture.OpenAsync();
        services = new ServiceCollection().AddLogging(l => l.AddProvider(log)).BuildServiceProvider();
        settings = new(clinic.Store, new EphemeralDataProtectionProvider());
        await SetAsync(("timeZone", "Europe/Vienna"));
        backups = new(clinic.Data, settings, time, services.GetRequiredService<ILogger<ClinicBackups>>());
    }

    [TearDown]
    public async Task Close()
    {
        backups.Dispose();
        await services.DisposeAsync();
        await clinic.DisposeAsync();
    }

    // Vienna is an hour before UTC in winter, two in summer; clocks go forward on 29 March 2026 at 2:00 and back on 25 October at 3:00.
    [TestCase("2026-03-03T02:00Z", "2026-03-04T01:59Z", 3, ExpectedResult = false)]
    [TestCase("2026-03-03T02:00Z", "2026-03-04T02:00Z", 3, ExpectedResult = true)]
    [TestCase("2026-03-04T02:00Z", "2026-03-04T23:00Z", 3, ExpectedResult = false)]
    [TestCase("2026-03-01T02:00Z", "2026-03-04T08:00Z", 3, ExpectedResult = true)]
    [TestCase(null, "2026-03-04T08:00Z", 3, ExpectedResult = true)]
    [TestCase("2026-03-28T02:00Z", "2026-03-29T00:59Z", 2, ExpectedResult = false)]
    [TestCase("2026-03-28T02:00Z", "2026-03-29T01:00Z", 2, ExpectedResult = true)]
    [TestCase("2026-03-29T01:00Z", "2026-03-29T22:30Z", 2, ExpectedResult = false)]
    [TestCase("2026-10-24T01:00Z", "2026-10-25T02:00Z", 3, ExpectedResult = true)]
    [TestCase("2026-10-25T02:00Z", "2026-10-26T01:59Z", 3, ExpectedResult = false)]
    public bool One_is_due_when_the_last_is_older_than_the_hour_on_the_clinics_clock(string? last, string now, int hour) =>
        NightlyBackups.IsDue(last is null ? null : DateTimeOffset.Parse(last, CultureInfo.InvariantCulture), DateTimeOffset.Parse(now, CultureInfo.InvariantCulture), hour, Vienna);

    [Test]
    public async Task A_clinic_makes_one_a_day_and_one_that_was_closed_at_night_soon_after_it_opens()
    {
        var nightly = Nightly();
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.True, "there is none yet");
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.False);
        time.Advance(TimeSpan.FromHours(16));
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.False, "2:00 in Vienna");
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.True, "3:00");

        // Opened anew: what it did before is in the folder.
        Assert.That(await Nightly().RunOnceAsync(CancellationToken.None), Is.False);
        time.Advance(TimeSpan.FromDays(3));
        Assert.That(await Nightly().RunOnceAsync(CancellationToken.None), Is.True);
        Assert.That(backups.List().Select(b => (b.Kind, b.State)), Is.All.EqualTo(((BackupKind?)BackupKind.Nightly, BackupState.Whole)).And.Exactly(3).Items);
        Assert.That(Path.GetDirectoryName(backups.List()[0].Path), Is.EqualTo(Path.Combine(clinic.Data, "backups")));
    }

    [Test]
    public async Task Old_ones_go_as_the_settings_say_and_others_backups_stay()
    {
        await SetAsync(("backupsDaily", 2L), ("backupsWeekly", 0L), ("backupFolder", clinic.Target));
        clinic.Now = time.GetUtcNow().AddDays(-20);
        var asked = clinic.Make();
        var theirs = clinic.Make(kind: BackupKind.Nightly);
        var manifest = BackupFolder.Open(theirs.Path).Manifest;
        File.Delete(Path.Combine(theirs.Path, BackupManifest.FileName));
        File.Delete(Path.Combine(theirs.Path, BackupFolder.CheckName));
        BackupFolder.Seal(theirs.Path, manifest with { Clinic = "another clinic" }, key: null);

        for (var day = 0; day < 4; day++)
        {
            Assert.That(await Nightly().RunOnceAsync(CancellationToken.None), Is.True);
            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(backups.List().Select(b => b.Name), Is.EqualTo(new[] { "2026-03-05T090000Z-nightly", "2026-03-04T090000Z-nightly", theirs.Name, asked.Name }));
        Assert.That(backups.List().Select(b => b.State), Is.All.EqualTo(BackupState.Whole));
    }

    [Test]
    public async Task One_that_fails_is_logged_and_tried_again_later_and_the_clinic_goes_on()
    {
        File.WriteAllText(Path.Combine(clinic.Data, "backups"), "in the way");
        var nightly = Nightly();

        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.False);
        Assert.That(log.Lines, Has.One.Contains("The nightly backup could not be made"));
        File.Delete(Path.Combine(clinic.Data, "backups"));
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.False, "not each minute");
        time.Advance(NightlyBackups.Patience);
        Assert.That(await nightly.RunOnceAsync(CancellationToken.None), Is.True);
    }

    [Test]
    public async Task Turned_off_none_is_made()
    {
        await SetAsync(("nightlyBackups", false));

        Assert.That(await Nightly().RunOnceAsync(CancellationToken.None), Is.False);
    }

    [Test]
    public async Task The_folder_is_read_from_the_database_also_when_no_clinic_is_open()
    {
        Assert.That(BackupSettings.ReadFolderOf(clinic.Data), Is.EqualTo(Path.Combine(clinic.Data, "backups")));
        await SetAsync(("backupFolder", clinic.Target));
        Assert.That(BackupSettings.ReadFolderOf(clinic.Data), Is.EqualTo(clinic.Target));
        await SetAsync(("backupFolder", "../elsewhere"));
        Assert.That(BackupSettings.ReadFolderOf(clinic.Data), Is.EqualTo(clinic.Elsewhere));
        Assert.That(BackupSettings.ReadFolderOf(clinic.Elsewhere), Is.EqualTo(Path.Combine(clinic.Elsewhere, "backups")), "where there is no clinic");
    }

    [Test]
    public async Task Before_tables_change_there_is_a_backup_once_for_each_start_or_swap()
    {
        var guard = new MigrationGuard(clinic.Store, backups, new LifeProgress(TimeProvider.System));
        var first = new Migration(1, "0001_calls.sql", "CREATE TABLE acme__calls (id INTEGER PRIMARY KEY) STRICT;");

        await guard.StartAsync();
        await guard.BeforeAsync("core", [.. Migration.In(typeof(Runtime.Core.CorePlugin).Assembly)]);
        await guard.BeforeAsync("still", []);
        Assert.That(backups.List(), Is.Empty, "nothing is to be changed");

        await guard.BeforeAsync("acme", [first]);
        await guard.BeforeAsync("other", [first]);
        Assert.That(backups.List().Select(b => b.Name), Is.EqualTo(new[] { "2026-03-02T090000Z-before-migration-acme" }));

        await clinic.Store.MigrateAsync(new("acme"), [first]);
        guard.Begin();
        await guard.BeforeAsync("acme", [first]);
        Assert.That(backups.List(), Has.Count.EqualTo(1), "it was applied");
        await guard.BeforeAsync("acme", [first, first]);
        Assert.That(backups.List().Select(b => b.Kind), Is.EqualTo(new BackupKind?[] { BackupKind.BeforeMigration, BackupKind.BeforeMigration }));
    }

    [Test]
    public async Task Without_a_backup_tables_do_not_change()
    {
        File.WriteAllText(Path.Combine(clinic.Data, "backups"), "in the way");
        var guard = new MigrationGuard(clinic.Store, backups, new LifeProgress(TimeProvider.System));
        await guard.StartAsync();

        Assert.That(async () => await guard.BeforeAsync("acme", [new(1, "0001_a.sql", "CREATE TABLE acme__a (id INTEGER) STRICT;")]),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("only changed after a backup").And.Message.Contains("could not be made"));
    }

    [TestCase("short")]
    [TestCase("")]
    public void A_passphrase_that_is_too_short_is_refused(string passphrase) =>
        Assert.That(async () => await backups.CreateAsync(null, passphrase), Throws.InstanceOf<RefusedException>().With.Message.Contains("12 to 1000"));

    private NightlyBackups Nightly() => new(backups, settings, time, services.GetRequiredService<ILogger<NightlyBackups>>());

    private Task SetAsync(params (string Name, object Value)[] changes) =>
        settings.SetAsync("core", SettingsBook.Core, changes.ToDictionary(c => c.Name, c => c.Value), Actor.System, services);
}
