using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Files;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Files;

/// <summary>Files lie beside the database by what is in them, on disk before anything refers to them.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileVaultTests
{
    private const string Jpeg = "image/jpeg";
    private readonly string data = Directory.CreateTempSubdirectory("smp-vault-").FullName;
    private readonly ServiceProvider none = new ServiceCollection().BuildServiceProvider();
    private StoreEngine store = null!;
    private FileVault vault = null!;

    [SetUp]
    public async Task Open()
    {
        store = new(Path.Combine(data, "clinic.db"), new() { RunUnitsTwice = true }, TimeProvider.System, NullLogger<StoreEngine>.Instance);
        await store.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        vault = new(data, store);
    }

    [TearDown]
    public async Task Remove()
    {
        await store.DisposeAsync();
        await none.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task What_was_put_and_recorded_is_read_again_by_its_hash()
    {
        var file = await AddAsync("a scalp, before");

        Assert.That(file, Is.EqualTo(new StoredFile(HashOf("a scalp, before"), 15, Jpeg)));
        Assert.That(await vault.FindAsync(file.Sha256), Is.EqualTo(file));
        Assert.That(await ReadAsync(file.Sha256), Is.EqualTo("a scalp, before"));
        Assert.That(File.Exists(PathOf(file)), "under the first two digits and the hash");
    }

    [Test]
    public async Task The_same_file_twice_is_kept_once_under_the_first_ones_media_type()
    {
        var first = await AddAsync("the same");
        var second = await vault.PutAsync(Content("the same"), "image/png", 100);
        await RecordAsync(second);

        Assert.That(await vault.FindAsync(second.Sha256), Is.EqualTo(first));
        Assert.That(Everything(), Is.EqualTo(new[] { PathOf(first) }));
    }

    [Test]
    public void One_that_is_too_long_is_refused_and_leaves_nothing()
    {
        Assert.That(async () => await vault.PutAsync(new MemoryStream(new byte[3 * 1024 * 1024]), Jpeg, 2 * 1024 * 1024),
            Throws.InstanceOf<RefusedException>().With.Message.EqualTo("At most 2 MB; this is longer."));

        Assert.That(Everything(), Is.Empty);
    }

    [Test]
    public void A_file_that_stops_coming_leaves_nothing()
    {
        Assert.That(async () => await vault.PutAsync(new Breaking(), Jpeg, 1_000_000), Throws.InstanceOf<IOException>());

        Assert.That(Everything(), Is.Empty);
    }

    [Test]
    public async Task What_arrived_by_half_before_a_crash_is_removed_at_the_next_start()
    {
        var kept = await AddAsync("kept");
        await File.WriteAllTextAsync(Path.Combine(data, "files", "arriving", "half"), "ha");

        vault = new(data, store);

        Assert.That(Everything(), Is.EqualTo(new[] { PathOf(kept) }));
        Assert.That(await ReadAsync(kept.Sha256), Is.EqualTo("kept"));
    }

    [Test]
    public async Task A_missing_file_is_named_with_where_it_should_lie_and_where_it_may_be_found()
    {
        var file = await AddAsync("soon gone");
        File.Delete(PathOf(file));

        Assert.That(async () => await vault.OpenReadAsync(file.Sha256), Throws.InstanceOf<FileMissingException>()
            .With.Message.Contains($"files/{file.Sha256[..2]}/{file.Sha256} is missing").And.Message.Contains("last backup")
            .And.Property("Sha256").EqualTo(file.Sha256));
    }

    [Test]
    public async Task One_that_was_cut_is_not_given_out()
    {
        var file = await AddAsync("cut soon");
        await File.WriteAllTextAsync(PathOf(file), "cut");

        Assert.That(async () => await vault.OpenReadAsync(file.Sha256), Throws.InstanceOf<FileMissingException>()
            .With.Message.Contains("it has 3 bytes and should have 8"));
    }

    [Test]
    public async Task Who_brings_a_damaged_file_again_makes_it_whole()
    {
        var file = await AddAsync("made whole");
        await File.WriteAllTextAsync(PathOf(file), "made hole!");

        await AddAsync("made whole");

        Assert.That(await ReadAsync(file.Sha256), Is.EqualTo("made whole"));
    }

    [Test]
    public async Task One_that_was_never_put_can_not_be_recorded()
    {
        var never = new StoredFile(HashOf("never"), 5, Jpeg);

        Assert.That(async () => await RecordAsync(never), Throws.InstanceOf<FileMissingException>());
        Assert.That(await vault.FindAsync(never.Sha256), Is.Null);
    }

    [Test]
    public async Task A_unit_that_fails_records_nothing()
    {
        var file = await vault.PutAsync(Content("not recorded"), Jpeg, 100);

        Assert.That(async () => await WriteAsync(async unit =>
        {
            await vault.RecordAsync(unit, file);
            throw Refuse.Because($"No.");
        }), Throws.InstanceOf<RefusedException>());
        Assert.That(async () => await vault.OpenReadAsync(file.Sha256), Throws.InstanceOf<RefusedException>().With.Message.Contains(file.Sha256));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("")]
    public void What_is_no_hash_leads_nowhere(string sha256)
    {
        Assert.That(async () => await vault.OpenReadAsync(sha256), Throws.InstanceOf<RefusedException>());
        Assert.That(async () => await RecordAsync(new(sha256, 1, Jpeg)), Throws.InstanceOf<ArgumentException>());
    }

    [TestCase("jpeg")]
    [TestCase("image/\n")]
    public void What_is_no_media_type_is_refused(string mediaType) =>
        Assert.That(async () => await vault.PutAsync(Content("x"), mediaType, 100), Throws.InstanceOf<ArgumentException>());

    [Test, Platform("Unix")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Only_the_clinics_user_can_read_them()
    {
        var file = await AddAsync("private");

        Assert.That(File.GetUnixFileMode(PathOf(file)), Is.EqualTo(Disk.OwnFile));
        Assert.That(File.GetUnixFileMode(Path.Combine(data, "files")), Is.EqualTo(Disk.OwnFolder));
        Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(PathOf(file))!), Is.EqualTo(Disk.OwnFolder));
    }

    private async Task<StoredFile> AddAsync(string content)
    {
        var file = await vault.PutAsync(Content(content), Jpeg, 1000);
        await RecordAsync(file);
        return file;
    }

    private Task<bool> RecordAsync(StoredFile file) => WriteAsync(async unit =>
    {
        await vault.RecordAsync(unit, file);
        return true;
    });

    private Task<bool> WriteAsync(Func<IUnitOfWork, Task<bool>> unit) =>
        store.WriteAsync(Rights.Core, new("Tested"), Actor.System, none, unit, CancellationToken.None);

    private async Task<string> ReadAsync(string sha256)
    {
        await using var stream = await vault.OpenReadAsync(sha256);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private string PathOf(StoredFile file) => Path.Combine(data, "files", file.Sha256[..2], file.Sha256);

    private string[] Everything() => Directory.Exists(Path.Combine(data, "files"))
        ? Directory.GetFiles(Path.Combine(data, "files"), "*", SearchOption.AllDirectories)
        : [];

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A connection that breaks after the first bytes.</summary>
    private sealed class Breaking : MemoryStream
    {
        private bool begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (begun) throw new IOException("The connection broke.");
            begun = true;
            buffer.Span[..10].Clear();
            return new(10);
        }
    }
}
