using System.Security.Cryptography;
using Dapper;
using Smp.Runtime.Backups;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Tests.Backups;

/// <summary>A backup becomes a data folder again, in an empty folder only, byte by byte.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RestoreTests
{
    private BackupFixture clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await BackupFixture.OpenAsync();

    [TearDown]
    public Task Close() => clinic.DisposeAsync().AsTask();

    [TestCase(null)]
    [TestCase(BackupFixture.Passphrase)]
    public void Elsewhere_every_file_has_the_hash_that_the_manifest_says(string? passphrase)
    {
        var made = clinic.Make(passphrase);
        // Another machine: nothing of the first is where it was.
        var carried = Path.Combine(clinic.Elsewhere, "stick");
        Directory.CreateDirectory(clinic.Elsewhere);
        Directory.Move(made.Path, carried);
        var data = Path.Combine(clinic.Elsewhere, "deep", "data");

        var restored = Restore(carried, data, passphrase);

        var manifest = BackupFolder.Open(carried).Manifest;
        Assert.That(manifest.Files, Has.Count.EqualTo(4));
        foreach (var file in manifest.Files)
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(data, file.Path)))), Is.EqualTo(file.Sha256), file.Path);
        Assert.That(restored, Has.Property("Files").EqualTo(4).And.Property("Missing").Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(data).Select(Path.GetFileName), Is.EquivalentTo(new[] { "clinic.db", "clinic.lock", "files", "keys" }));
        using var copy = OnlineBackup.OpenCopy(Path.Combine(data, "clinic.db"));
        Assert.That(copy.ExecuteScalar<long>("SELECT count(*) FROM core__files"), Is.EqualTo(2));
    }

    [Test]
    public void Over_a_clinic_nothing_is_restored()
    {
        var made = clinic.Make();
        Directory.CreateDirectory(clinic.Elsewhere);
        File.WriteAllText(Path.Combine(clinic.Elsewhere, "clinic.db"), "a clinic");

        Assert.That(() => Restore(made.Path, clinic.Elsewhere), Throws.InstanceOf<BackupException>().With.Message.Contains("There is a clinic in"));
        Assert.That(File.ReadAllText(Path.Combine(clinic.Elsewhere, "clinic.db")), Is.EqualTo("a clinic"));
    }

    [Test]
    public void Into_a_folder_that_is_not_empty_nothing_is_restored()
    {
        var made = clinic.Make();
        Directory.CreateDirectory(clinic.Elsewhere);
        File.WriteAllText(Path.Combine(clinic.Elsewhere, "letter.txt"), "Dear …");

        Assert.That(() => Restore(made.Path, clinic.Elsewhere), Throws.InstanceOf<BackupException>().With.Message.Contains("isn't an empty folder"));
        Assert.That(Directory.GetFileSystemEntries(clinic.Elsewhere), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_wrong_passphrase_writes_nothing()
    {
        var made = clinic.Make(BackupFixture.Passphrase);

        Assert.That(() => Restore(made.Path, clinic.Elsewhere, "not the passphrase"), Throws.InstanceOf<BackupException>());
        Assert.That(Directory.Exists(clinic.Elsewhere), Is.False);
    }

    [Test]
    public void A_damaged_backup_writes_nothing()
    {
        var made = clinic.Make();
        BackupFixture.Flip(Path.Combine(made.Path, FileVault.PathOf(clinic.After.Sha256)), 5);

        Assert.That(() => Restore(made.Path, clinic.Elsewhere), Throws.InstanceOf<BackupException>().With.Message.Contains(clinic.After.Sha256));
        Assert.That(Directory.Exists(clinic.Elsewhere), Is.False);
    }

    [Test]
    public void A_restore_that_is_given_up_leaves_nothing_of_itself_and_the_empty_folder_as_it_was()
    {
        var made = clinic.Make();
        Directory.CreateDirectory(clinic.Elsewhere);
        using var stop = new CancellationTokenSource();

        Assert.That(() => BackupRestore.Run(made.Path, clinic.Elsewhere, null, p =>
        {
            if (p.Step == "Restoring") stop.Cancel();
        }, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.EnumerateFileSystemEntries(clinic.Elsewhere), Is.Empty);
    }

    [Test]
    public void What_the_backup_had_not_got_is_named_and_the_rest_is_restored()
    {
        File.Delete(clinic.Vault(clinic.Before));
        var made = clinic.Make();

        var restored = Restore(made.Path, clinic.Elsewhere);

        Assert.That(restored.Missing, Is.EqualTo(new[] { FileVault.PathOf(clinic.Before.Sha256) }));
        Assert.That(File.Exists(Path.Combine(clinic.Elsewhere, FileVault.PathOf(clinic.After.Sha256))));
    }

    [Test, Platform("Unix")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_its_user_can_look_into_what_was_restored()
    {
        var made = clinic.Make();
        Directory.CreateDirectory(clinic.Elsewhere);

        Restore(made.Path, clinic.Elsewhere);

        Assert.That(Directory.EnumerateDirectories(clinic.Elsewhere, "*", SearchOption.AllDirectories).Append(clinic.Elsewhere).Select(File.GetUnixFileMode), Is.All.EqualTo(Disk.OwnFolder));
        Assert.That(File.GetUnixFileMode(Path.Combine(clinic.Elsewhere, "clinic.db")), Is.EqualTo(Disk.OwnFile));
        Assert.That(File.GetUnixFileMode(Path.Combine(clinic.Elsewhere, "keys", "key-1.xml")), Is.EqualTo(Disk.OwnFile));
    }

    private static Restored Restore(string path, string data, string? passphrase = null) => BackupRestore.Run(path, data, passphrase);
}
