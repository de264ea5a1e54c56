using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Backups;
using Smp.Runtime.Core;
using Smp.Runtime.Files;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Backups;

/// <summary>A data folder with a database, a key and two photos, whose store is open, and a folder for its backups.</summary>
internal sealed class BackupFixture : IAsyncDisposable
{
    public const string Passphrase = "seven clouds over Vienna";

    private readonly ServiceProvider none = new ServiceCollection().BuildServiceProvider();
    private readonly string root = Directory.CreateTempSubdirectory("smp-backup-").FullName;

    private BackupFixture()
    {
        Disk.MakeFolder(Path.Combine(Data, "keys"));
        File.WriteAllText(Path.Combine(Data, "keys", "key-1.xml"), "<key>secret</key>");
        Store = new(Path.Combine(Data, "clinic.db"), new(), TimeProvider.System, NullLogger<StoreEngine>.Instance);
        Files = new(Data, Store);
        Writer = new(Data);
    }

    public string Data => Path.Combine(root, "data");

    public string Target => Path.Combine(root, "backups");

    public string Elsewhere => Path.Combine(root, "elsewhere");

    public StoreEngine Store { get; }

    public FileVault Files { get; }

    public BackupWriter Writer { get; }

    public BackupShelf Shelf => new(Target);

    public StoredFile Before { get; private set; } = null!;

    public StoredFile After { get; private set; } = null!;

    /// <summary>When the next backup is made; each is a minute after the one before.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);

    public static async Task<BackupFixture> OpenAsync()
    {
        var fixture = new BackupFixture();
        await fixture.Store.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        fixture.Before = await fixture.AddPhotoAsync("before");
        // Longer than a chunk, so that an encrypted one has several.
        fixture.After = await fixture.AddPhotoAsync(new string('a', 2_500_000));
        return fixture;
    }

    public BackupMade Make(string? passphrase = null, BackupKind kind = BackupKind.Manual, string label = "")
    {
        var made = Writer.Make(new(Target, kind, label, passphrase), Now, CancellationToken.None);
        Now += TimeSpan.FromMinutes(1);
        return made;
    }

    public static BackupReport Verify(string path, string? passphrase = null) => BackupCheck.Run(path, passphrase);

    public async Task<StoredFile> AddPhotoAsync(string content)
    {
        var file = await Files.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), "image/jpeg", 10_000_000);
        await WriteAsync(unit => Files.RecordAsync(unit, file));
        return file;
    }

    /// <summary>One unit: two rows that belong together, in two tables.</summary>
    public Task AddPairAsync(string name) => WriteAsync(async unit =>
    {
        await unit.Connection.ExecuteAsync("INSERT INTO core__settings (plugin, name, value) VALUES ('pairs', @name, '1')", new { name });
        await unit.Connection.ExecuteAsync("INSERT INTO core__plugins (id, version, enabled, changed_by, changed_at) VALUES (@name, '1', 0, '', '')", new { name });
    });

    public Task WriteAsync(Func<IUnitOfWork, Task> write) => Store.WriteAsync(Rights.Core, new("Tested"), Actor.System, none, async unit =>
    {
        await write(unit);
        return true;
    }, CancellationToken.None);

    public string Vault(StoredFile file) => Path.Combine(Data, FileVault.PathOf(file.Sha256));

    public static void Flip(string path, long at)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var was = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(was ^ 0x20));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await none.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }
}
