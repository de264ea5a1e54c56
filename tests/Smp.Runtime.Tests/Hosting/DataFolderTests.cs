using Smp.Runtime.Hosting;

namespace Smp.Runtime.Tests.Hosting;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DataFolderTests
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"smp-folder-{Guid.NewGuid():N}");

    [TearDown]
    public void Remove()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void One_owner_at_a_time()
    {
        using (DataFolder.Take(folder))
            Assert.That(() => DataFolder.Take(folder), Throws.InstanceOf<DataFolderException>().With.Message.Contains("another process"));

        using var again = DataFolder.Take(folder);
        Assert.That(again.Database, Does.EndWith("clinic.db"));
    }

    [Test, Platform("Unix")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_its_user_can_look_into_a_folder_that_was_made()
    {
        using var taken = DataFolder.Take(folder);

        Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public void A_path_that_is_a_file_is_refused_in_words()
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");

        Assert.That(() => DataFolder.Take(file), Throws.InstanceOf<DataFolderException>().With.Message.Contains(file));
    }

    [Test]
    public void The_socket_of_a_deep_folder_is_short_enough()
    {
        var deep = Path.Combine(folder, new string('x', 150));

        Assert.That(DataFolder.SocketOf(deep), Has.Length.LessThan(100));
    }
}
