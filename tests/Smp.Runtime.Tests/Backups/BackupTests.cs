using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Backups;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Tests.Backups;

/// <summary>Making backups: what is in them, while others write, and when something is missing.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BackupTests
{
    private BackupFixture clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await BackupFixture.OpenAsync();

    [TearDown]
    public Task Close() => clinic.DisposeAsync().AsTask();

    [TestCase(null)]
    [TestCase(BackupFixture.Passphrase)]
    public void A_backup_holds_the_database_the_keys_and_the_photos_and_verifies(string? passphrase)
    {
        var made = clinic.Make(passphrase);

        var report = BackupFixture.Verify(made.Path, passphrase);
        Assert.That(report.Problems, Is.Empty);
        Assert.That((report.Ok, report.Files, made.Files, made.Encrypted), Is.EqualTo((true, 4, 4, passphrase is not null)));
        Assert.That(made.Warnings, Is.Empty);
        Assert.That(clinic.Shelf.List().Single(), Has.Property("State").EqualTo(BackupState.Whole).And.Property("Name").EqualTo("2026-03-04T090000Z"));
        Assert.That(Directory.EnumerateFileSystemEntries(clinic.Data).Select(Path.GetFileName), Has.None.EqualTo("clinic.db.backup"), "what was plain in passing");
    }

    [Test]
    public void Nothing_of_an_encrypted_backup_is_in_plain()
    {
        var made = clinic.Make(BackupFixture.Passphrase);

        foreach (var file in Directory.EnumerateFiles(made.Path, "*.enc", SearchOption.AllDirectories))
        {
            var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.That(text, Does.Not.Contain("secret").And.Not.Contain("SQLite format").And.Not.Contain("aaaaaaaa"), file);
        }

        Assert.That(Directory.GetFiles(made.Path, "*.enc", SearchOption.AllDirectories), Has.Length.EqualTo(4));
    }

    [Test]
    public async Task While_32_write_the_copy_is_one_moment_of_the_database()
    {
        using var done = new CancellationTokenSource();
        var written = 0;
        var writers = Enumerable.Range(0, 32).Select(async w =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                await clinic.AddPairAsync($"{w}-{i}");
                Interlocked.Increment(ref written);
            }
        }).ToList();
        while (Volatile.Read(ref written) < 200) await Task.Yield();

        List<BackupMade> made = [];
        for (var i = 0; i < 5; i++) made.Add(await Task.Run(() => clinic.Make()));
        await done.CancelAsync();
        await Task.WhenAll(writers);

        long before = 200;
        foreach (var backup in made)
        {
            Assert.That(BackupFixture.Verify(backup.Path).Problems, Is.Empty);
            using var copy = OnlineBackup.OpenCopy(Path.Combine(backup.Path, "clinic.db"));
            var pairs = copy.ExecuteScalar<long>("SELECT count(*) FROM core__settings s JOIN core__plugins p ON p.id = s.name WHERE s.plugin = 'pairs'");
            var halves = copy.ExecuteScalar<long>("SELECT count(*) FROM core__settings WHERE plugin = 'pairs'") + copy.ExecuteScalar<long>("SELECT count(*) FROM core__plugins");
            Assert.That(halves, Is.EqualTo(2 * pairs), "every unit is whole");
            Assert.That(pairs, Is.GreaterThanOrEqualTo(before), "what was acknowledged before is in it");
            before = pairs;
        }

        Assert.That(written, Is.GreaterThan(before), "they went on writing");
    }

    [Test]
    public void Photos_that_the_backup_before_has_take_no_room_twice()
    {
        var first = clinic.Make();
        var second = clinic.Make();
        var photo = FileVault.PathOf(clinic.After.Sha256);

        // One file under two names: what is done to one shows in the other.
        BackupFixture.Flip(Path.Combine(first.Path, photo), 1000);
        Assert.That(BackupFixture.Verify(second.Path).Problems, Has.One.Contains(photo));
        Assert.That(BackupFixture.Verify(second.Path).Problems, Has.Count.EqualTo(1));
        Assert.That(File.ReadAllText(clinic.Vault(clinic.After)), Has.Length.EqualTo(2_500_000).And.Not.Contain("A"), "the clinic's own is another file");
    }

    [Test]
    public void Photos_are_shared_between_encrypted_backups_of_one_passphrase_only()
    {
        var first = clinic.Make(BackupFixture.Passphrase);
        var second = clinic.Make(BackupFixture.Passphrase);
        var other = clinic.Make("another passphrase");
        var plain = clinic.Make();
        var photo = FileVault.PathOf(clinic.After.Sha256) + ".enc";

        BackupFixture.Flip(Path.Combine(first.Path, photo), 1000);
        Assert.Multiple(() =>
        {
            Assert.That(BackupFixture.Verify(second.Path, BackupFixture.Passphrase).Ok, Is.False);
            Assert.That(BackupFixture.Verify(other.Path, "another passphrase").Ok, Is.True);
            Assert.That(BackupFixture.Verify(plain.Path).Ok, Is.True);
        });
    }

    [Test]
    public void A_photo_that_is_gone_does_not_keep_the_clinic_from_its_backup()
    {
        File.Delete(clinic.Vault(clinic.Before));
        File.WriteAllText(clinic.Vault(clinic.After), "cut");

        var made = clinic.Make();
        var report = BackupFixture.Verify(made.Path);

        Assert.That(made.Warnings, Has.Count.EqualTo(2).And.All.Contains("isn't in this backup"));
        Assert.That(made.Warnings, Has.One.Contains(clinic.Before.Sha256).And.One.Contains(clinic.After.Sha256));
        Assert.That((report.Ok, report.Missing.Count), Is.EqualTo((true, 2)), "nothing is wrong with what it has");
        Assert.That(clinic.Shelf.List().Single().Missing, Is.EqualTo(2));
    }

    [Test]
    public void A_photo_that_is_gone_comes_from_the_backup_before()
    {
        clinic.Make();
        File.Delete(clinic.Vault(clinic.Before));

        var made = clinic.Make();

        Assert.That(made.Warnings, Is.EqualTo(new[]
        {
            $"{FileVault.PathOf(clinic.Before.Sha256)} is missing or damaged in the data folder. This backup has it from the one before.",
        }));
        Assert.That(BackupFixture.Verify(made.Path), Has.Property("Ok").True.And.Property("Missing").Empty);
    }

    [Test]
    public void A_photo_with_another_content_than_its_name_says_is_not_taken_for_it()
    {
        BackupFixture.Flip(clinic.Vault(clinic.After), 2_000_000);

        var made = clinic.Make(BackupFixture.Passphrase);

        Assert.That(made.Warnings, Has.One.Contains(clinic.After.Sha256));
        Assert.That(BackupFixture.Verify(made.Path, BackupFixture.Passphrase), Has.Property("Ok").True.And.Property("Missing").Count.EqualTo(1));
    }

    [Test]
    public async Task A_database_that_knows_a_photo_which_the_backup_neither_has_nor_misses_is_found()
    {
        var made = clinic.Make();
        var later = await clinic.AddPhotoAsync("later");
        // As if the database of another day had been put in, and every sum made anew.
        var backup = BackupFolder.Open(made.Path);
        File.Delete(Path.Combine(made.Path, "clinic.db"));
        OnlineBackup.Copy(Path.Combine(clinic.Data, "clinic.db"), Path.Combine(made.Path, "clinic.db"));
        await using (var copy = File.OpenRead(Path.Combine(made.Path, "clinic.db")))
        {
            var (length, sha256) = HashedCopy.Run(copy, null, null, CancellationToken.None);
            File.Delete(Path.Combine(made.Path, BackupManifest.FileName));
            File.Delete(Path.Combine(made.Path, BackupFolder.CheckName));
            BackupFolder.Seal(made.Path, backup.Manifest with
            {
                Files = [new("clinic.db", length, sha256), .. backup.Manifest.Files.Skip(1)],
                AuditHead = new(7, new string('7', 64)),
            }, key: null);
        }

        var problems = BackupFixture.Verify(made.Path).Problems;
        Assert.That(problems, Has.One.Contains(later.Sha256)
            .And.One.EqualTo($"The audit chain ends at seal {clinic.Store.Head.Seal} in the database and at 7 in the manifest."));
    }

    [Test]
    public void What_was_not_finished_is_never_listed_as_whole_and_is_removed_by_the_next()
    {
        var made = clinic.Make();
        // All its files are there: only its name isn't yet.
        var killed = Path.Combine(clinic.Target, ".2026-03-04T080000Z.partial");
        Directory.Move(made.Path, killed);

        Assert.That(clinic.Shelf.List().Single().State, Is.EqualTo(BackupState.Incomplete));
        Assert.That(clinic.Shelf.Whole(), Is.Empty);

        clinic.Make();
        Assert.That(Directory.Exists(killed), Is.False);
        Assert.That(clinic.Shelf.List().Single().State, Is.EqualTo(BackupState.Whole));
    }

    [Test]
    public void What_another_process_still_works_on_is_left_alone()
    {
        using var theirs = clinic.Shelf.Begin(clinic.Now.AddHours(-1), "");
        File.WriteAllText(Path.Combine(theirs.Path, "clinic.db"), "half");

        clinic.Make();

        Assert.That(File.Exists(Path.Combine(theirs.Path, "clinic.db")));
        Assert.That(clinic.Shelf.List().Select(b => b.State), Is.EqualTo(new[] { BackupState.Whole, BackupState.Incomplete }));
    }

    [Test]
    public void One_that_can_not_be_made_says_why_and_leaves_nothing()
    {
        File.Move(Path.Combine(clinic.Data, "keys", "key-1.xml"), Path.Combine(clinic.Data, "keys", "key-2.xml"));
        Directory.CreateSymbolicLink(Path.Combine(clinic.Data, "keys", "key-1.xml"), "/nowhere");

        Assert.That(() => clinic.Make(), Throws.InstanceOf<BackupException>().With.Message.Contains("could not be made"));
        Assert.That(Directory.EnumerateFileSystemEntries(clinic.Target), Is.Empty);
    }

    [Test]
    public void A_folder_that_is_a_file_is_refused_in_words()
    {
        File.WriteAllText(clinic.Target, "");

        Assert.That(() => clinic.Make(), Throws.InstanceOf<BackupException>().With.Message.Contains(clinic.Target));
    }

    [Test]
    public void Two_in_one_second_have_two_names()
    {
        clinic.Make();
        clinic.Now -= TimeSpan.FromMinutes(1);
        clinic.Make();

        Assert.That(clinic.Shelf.List().Select(b => b.Name), Is.EqualTo(new[] { "2026-03-04T090000Z-2", "2026-03-04T090000Z" }));
    }

    [Test, Platform("Unix")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_the_clinics_user_can_read_it()
    {
        var made = clinic.Make();

        Assert.That(Directory.EnumerateFiles(made.Path, "*", SearchOption.AllDirectories).Select(File.GetUnixFileMode), Is.All.EqualTo(Disk.OwnFile));
        Assert.That(Directory.EnumerateDirectories(made.Path, "*", SearchOption.AllDirectories).Append(made.Path).Append(clinic.Target).Select(File.GetUnixFileMode),
            Is.All.EqualTo(Disk.OwnFolder));
    }

    [Test]
    public void A_copy_is_opened_without_anything_being_made_beside_it()
    {
        var odd = Path.Combine(clinic.Target, "50% of? #1");
        Directory.CreateDirectory(odd);
        OnlineBackup.Copy(Path.Combine(clinic.Data, "clinic.db"), Path.Combine(odd, "clinic.db"));

        using (var copy = OnlineBackup.OpenCopy(Path.Combine(odd, "clinic.db")))
        {
            Assert.That(copy.ExecuteScalar<long>("SELECT count(*) FROM core__files"), Is.EqualTo(2));
            Assert.That(() => copy.Execute("DELETE FROM core__files"), Throws.InstanceOf<SqliteException>());
        }

        Assert.That(Directory.EnumerateFiles(odd).Select(Path.GetFileName), Is.EqualTo(new[] { "clinic.db" }));
    }
}
