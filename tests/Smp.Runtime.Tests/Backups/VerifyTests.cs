using Dapper;
using Smp.Runtime.Backups;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Tests.Backups;

/// <summary>Whatever was done to a backup after it was made is found.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VerifyTests
{
    private BackupFixture clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await BackupFixture.OpenAsync();

    [TearDown]
    public Task Close() => clinic.DisposeAsync().AsTask();

    [TestCase(null)]
    [TestCase(BackupFixture.Passphrase)]
    public void One_flipped_byte_in_any_file_is_found(string? passphrase)
    {
        var made = clinic.Make(passphrase);

        foreach (var file in Directory.GetFiles(made.Path, "*", SearchOption.AllDirectories))
        {
            foreach (var at in new[] { 0, new FileInfo(file).Length / 2, new FileInfo(file).Length - 1 })
            {
                BackupFixture.Flip(file, at);
                Assert.That(IsFound(made.Path, passphrase), Is.True, $"{file} at {at}");
                BackupFixture.Flip(file, at);
            }
        }

        Assert.That(BackupFixture.Verify(made.Path, passphrase).Ok, Is.True, "all is as it was");
    }

    [TestCase(null)]
    [TestCase(BackupFixture.Passphrase)]
    public void A_file_that_is_gone_and_one_that_came_are_found(string? passphrase)
    {
        var made = clinic.Make(passphrase);
        foreach (var file in Directory.GetFiles(made.Path, "*", SearchOption.AllDirectories))
        {
            File.Move(file, file + ".away");
            Assert.That(IsFound(made.Path, passphrase), Is.True, $"{file} is gone");
            File.Move(file + ".away", file);
        }

        File.WriteAllText(Path.Combine(made.Path, "keys", "more.xml"), "<key/>");
        Assert.That(BackupFixture.Verify(made.Path, passphrase).Problems, Is.EqualTo(new[] { "keys/more.xml doesn't belong to this backup." }));
    }

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(SealedFile.ChunkLength + SealedFile.TagLength)]
    public void An_encrypted_file_that_was_cut_is_found_also_between_two_chunks(int by)
    {
        var (path, photo) = MakeSealed();
        var whole = File.ReadAllBytes(photo);
        // Where the second chunk of three ends, and before.
        var end = by > 16 ? SealedFile.HeaderLength + (2 * (SealedFile.ChunkLength + SealedFile.TagLength)) : whole.Length - by;
        File.WriteAllBytes(photo, whole[..end]);

        Assert.That(IsFound(path, BackupFixture.Passphrase), Is.True);
        Assert.That(() => Read(photo), Throws.InstanceOf<BackupException>().With.Message.Contains("cut"), "by the file itself, whatever the manifest says");
    }

    [Test]
    public void Swapped_chunks_are_found()
    {
        var (path, photo) = MakeSealed();
        var bytes = File.ReadAllBytes(photo);
        const int Length = SealedFile.ChunkLength + SealedFile.TagLength;
        var first = bytes.AsSpan(SealedFile.HeaderLength, Length).ToArray();
        bytes.AsSpan(SealedFile.HeaderLength + Length, Length).CopyTo(bytes.AsSpan(SealedFile.HeaderLength));
        first.CopyTo(bytes.AsSpan(SealedFile.HeaderLength + Length));
        File.WriteAllBytes(photo, bytes);

        Assert.That(IsFound(path, BackupFixture.Passphrase), Is.True);
        Assert.That(() => Read(photo), Throws.InstanceOf<BackupException>());
    }

    [Test]
    public void An_encrypted_file_under_another_ones_name_is_found()
    {
        var (_, photo) = MakeSealed();
        using var file = File.OpenRead(photo);

        Assert.That(() => SealedFile.Reader(file, Key(), "files/aa/other").ReadByte(), Throws.InstanceOf<BackupException>());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(SealedFile.ChunkLength - 1)]
    [TestCase(SealedFile.ChunkLength)]
    [TestCase(SealedFile.ChunkLength + 1)]
    [TestCase(2 * SealedFile.ChunkLength)]
    public void What_was_encrypted_is_read_again_whatever_its_length(int length)
    {
        var plain = new byte[length];
        Random.Shared.NextBytes(plain);
        var key = BackupKey.Make(BackupFixture.Passphrase);
        using var stored = new MemoryStream();
        using (var writer = SealedFile.Writer(stored, key, "files/x")) writer.Write(plain);

        using var read = new MemoryStream();
        SealedFile.Reader(new MemoryStream(stored.ToArray()), key, "files/x").CopyTo(read);

        Assert.That(stored.ToArray(), Has.Length.EqualTo(SealedFile.LengthOf(length)));
        Assert.That(read.ToArray(), Is.EqualTo(plain));
    }

    [Test]
    public void A_wrong_passphrase_and_none_are_said()
    {
        var made = clinic.Make(BackupFixture.Passphrase);

        Assert.That(() => BackupFixture.Verify(made.Path, "seven clouds over Graz"), Throws.InstanceOf<BackupException>().With.Message.Contains("passphrase isn't the one"));
        Assert.That(() => BackupFixture.Verify(made.Path), Throws.InstanceOf<BackupException>().With.Message.Contains("needs its passphrase"));
        Assert.That(BackupFixture.Verify(made.Path, BackupFixture.Passphrase.Normalize(System.Text.NormalizationForm.FormD)).Ok, Is.True);
    }

    [Test]
    public void An_encrypted_manifest_that_was_summed_anew_by_somebody_else_is_found()
    {
        var made = clinic.Make(BackupFixture.Passphrase);
        var manifest = BackupFolder.Open(made.Path).Manifest;
        File.Delete(Path.Combine(made.Path, BackupManifest.FileName));
        File.Delete(Path.Combine(made.Path, BackupFolder.CheckName));
        BackupFolder.Seal(made.Path, manifest with { AuditHead = new(1, new string('1', 64)) }, BackupKey.Make("a forger's passphrase"));

        Assert.That(() => BackupFixture.Verify(made.Path, BackupFixture.Passphrase), Throws.InstanceOf<BackupException>().With.Message.Contains("isn't as it was written"));
    }

    [Test]
    public void A_newer_format_is_said_to_be_newer()
    {
        var made = clinic.Make();
        var path = Path.Combine(made.Path, BackupManifest.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"format\": 1", "\"format\": 2, \"more\": true", StringComparison.Ordinal));

        Assert.That(() => BackupFixture.Verify(made.Path), Throws.InstanceOf<BackupException>().With.Message.Contains("newer version of smp"));
        Assert.That(clinic.Shelf.List().Single(), Has.Property("State").EqualTo(BackupState.Damaged).And.Property("Problem").Contains("newer"));
    }

    [TestCase("../../../../etc/cron.d/x")]
    [TestCase("/etc/passwd")]
    [TestCase("keys/../clinic.db")]
    [TestCase("keys/..")]
    [TestCase("files/ab/cd")]
    public void A_manifest_never_names_a_path_out_of_the_data_folder(string path)
    {
        var made = clinic.Make();
        var manifest = BackupFolder.Open(made.Path).Manifest;
        File.Delete(Path.Combine(made.Path, BackupManifest.FileName));
        File.Delete(Path.Combine(made.Path, BackupFolder.CheckName));
        BackupFolder.Seal(made.Path, manifest with { Files = [.. manifest.Files, new(path, 1, new string('0', 64))] }, key: null);

        Assert.That(() => BackupFixture.Verify(made.Path), Throws.InstanceOf<BackupException>().With.Message.Contains("what can't be in a backup"));
    }

    [Test]
    public async Task A_row_that_refers_to_nothing_is_found()
    {
        // As a program that isn't ours might leave it.
        await clinic.Store.DisposeAsync();
        using (var raw = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(clinic.Data, "clinic.db")};Pooling=False;Foreign Keys=False"))
            raw.Execute("DROP TRIGGER core__trail_patient_allergies_i; INSERT INTO patient_allergies (patient_id, substance) VALUES (999, 'Latex')");

        var made = clinic.Make();

        Assert.That(BackupFixture.Verify(made.Path).Problems, Is.EqualTo(new[] { "A row of patient_allergies refers to one of patients that isn't there." }));
    }

    [Test]
    public async Task A_clinic_whose_audit_trail_was_meddled_with_can_be_restored_and_says_so()
    {
        await clinic.Store.DisposeAsync();
        using (var raw = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(clinic.Data, "clinic.db")};Pooling=False"))
            raw.Execute("DROP TRIGGER core__trail_staff_i; INSERT INTO staff (id, name, role) VALUES (1, 'Nobody', 'Administrator')");
        var made = clinic.Make();
        string[] said =
        [
            "The triggers that audit staff are missing or were changed.", "staff 1 is there, and the trail doesn't know it: it was inserted past the store.",
        ];

        var report = BackupFixture.Verify(made.Path);
        Assert.That((report.Ok, report.Problems.Count), Is.EqualTo((false, 0)));
        Assert.That(report.Audit, Is.EqualTo(said));
        Assert.That(BackupRestore.Run(made.Path, clinic.Elsewhere, null).Audit, Is.EqualTo(said));
    }

    [Test]
    public void A_passphrase_for_a_backup_that_needs_none_is_refused()
    {
        var made = clinic.Make();

        Assert.That(() => BackupFixture.Verify(made.Path, BackupFixture.Passphrase), Throws.InstanceOf<BackupException>().With.Message.Contains("isn't encrypted"));
    }

    [Test]
    public void A_manifest_that_names_a_file_twice_is_damaged_and_keeps_no_other_backup_from_being_made()
    {
        var made = clinic.Make();
        var backup = BackupFolder.Open(made.Path);
        File.Delete(Path.Combine(made.Path, BackupManifest.FileName));
        File.Delete(Path.Combine(made.Path, BackupFolder.CheckName));
        BackupFolder.Seal(made.Path, backup.Manifest with { Files = [.. backup.Manifest.Files, backup.Manifest.Files[^1]] }, key: null);

        Assert.That(clinic.Shelf.List().Single().State, Is.EqualTo(BackupState.Damaged));
        Assert.That(BackupFixture.Verify(clinic.Make().Path).Ok);
    }

    [Test]
    public void A_damaged_page_that_was_damaged_before_the_backup_is_found()
    {
        var made = clinic.Make();
        var copy = Path.Combine(made.Path, "clinic.db");
        using (var file = File.Open(copy, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = SqliteFile.PageSize * 5;
            file.Write(new byte[SqliteFile.PageSize]);
        }

        using var damaged = new CopiedDatabase(copy);
        Assert.That(damaged.Problems(CancellationToken.None), Is.Not.Empty.And.All.StartsWith("The database is damaged: "));
    }

    private (string Path, string Photo) MakeSealed()
    {
        var made = clinic.Make(BackupFixture.Passphrase);
        return (made.Path, Path.Combine(made.Path, FileVault.PathOf(clinic.After.Sha256) + SealedFile.Extension));
    }

    private BackupKey Key() => BackupFolder.Open(clinic.Shelf.List()[0].Path).Unlock(BackupFixture.Passphrase)!;

    private void Read(string photo)
    {
        using var file = File.OpenRead(photo);
        SealedFile.Reader(file, Key(), FileVault.PathOf(clinic.After.Sha256)).CopyTo(Stream.Null);
    }

    private static bool IsFound(string path, string? passphrase)
    {
        try
        {
            return !BackupFixture.Verify(path, passphrase).Ok;
        }
        catch (BackupException)
        {
            return true;
        }
    }
}
