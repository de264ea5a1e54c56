using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;
using Smp.Runtime.Packages;
using Smp.Runtime.Tests.Loading;

namespace Smp.Runtime.Tests.Packages;

public sealed class PackageShelfTests
{
    [Test]
    public void A_version_that_goes_while_it_is_looked_at_is_not_installed_and_that_is_no_fault()
    {
        var root = Directory.CreateTempSubdirectory("smp-shelf-").FullName;
        try
        {
            using var data = DataFolder.Take(root);
            var shelf = new PackageShelf(data, new() { DataFolder = root }, TimeProvider.System, NullLogger<PackageShelf>.Instance);
            var (there, away) = (Path.Combine(data.Plugins, "test.good", "1.2.0"), Path.Combine(data.Plugins, "test.good", ".away"));
            Directory.CreateDirectory(there);
            File.WriteAllText(Path.Combine(there, "plugin.json"), PluginsFolder.Manifest("Good", "1.2.0"));
            for (var i = 0; i < 20; i++) File.WriteAllText(Path.Combine(there, $"{i}.txt"), "x");
            var (manifest, files) = (ManifestReader.Read(Path.Combine(there, "plugin.json")).Manifest!, FileHashes.Of(there));
            using var enough = new CancellationTokenSource();
            var moving = Task.Run(() =>
            {
                while (!enough.IsCancellationRequested)
                {
                    Directory.Move(there, away);
                    Directory.Move(away, there);
                }
            });

            try
            {
                HashSet<bool> found = [];
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                for (var i = 0; (found.Count < 2 || i < 2_000) && !limit.IsCancellationRequested; i++) found.Add(shelf.IsInstalled(manifest, files));
                Assert.That(found, Is.EquivalentTo(new[] { true, false }));
            }
            finally
            {
                enough.Cancel();
                moving.Wait();
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
