using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Backups;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Tests.Backups;

[Parallelizable]
public sealed class HashedCopyTests
{
    [TestCase(1)]
    [TestCase(HashedCopy.Part)]
    [TestCase(HashedCopy.Part + 1)]
    [TestCase(2 * HashedCopy.Part + 4096)]
    public async Task A_hash_in_parts_is_the_same_made_side_by_side_and_one_after_the_other(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            var expected = Convert.ToHexStringLower(SHA256.HashData([.. bytes.Chunk(HashedCopy.Part).SelectMany(SHA256.HashData)]));

            var parts = new PartHashes(path, CancellationToken.None);
            parts.WrittenTo(length - 1);

            Assert.That(await parts.FinishAsync(), Is.EqualTo(((long)length, expected)));
            using var stream = new MemoryStream(bytes);
            Assert.That(HashedCopy.Run(stream, null, null, CancellationToken.None, inParts: true), Is.EqualTo(((long)length, expected)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task A_copy_that_is_summed_while_it_is_made_is_of_one_moment_and_has_the_hash_that_it_has_afterwards()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (source, copy) = (Path.Combine(folder, "source.db"), Path.Combine(folder, "copy.db"));
        try
        {
            using var writer = new SqliteConnection($"Data Source={source};Pooling=false");
            writer.Open();
            Execute(writer, """
                PRAGMA journal_mode = WAL;
                CREATE TABLE pairs (id INTEGER PRIMARY KEY, one INTEGER, filler BLOB, two INTEGER);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO pairs SELECT i, 0, randomblob(3600), 0 FROM n;
                """);
            var parts = new PartHashes(copy, CancellationToken.None);
            List<long> told = [];
            OnlineBackup.Copy(source, copy, written =>
            {
                told.Add(written);
                parts.WrittenTo(written);
                // Rows that are copied already, and rows that aren't yet.
                Execute(writer, "UPDATE pairs SET one = one + 1, two = two + 1 WHERE id % 1000 = 7; INSERT INTO pairs (one, two) VALUES (1, 1)");
            });
            var (length, sha256) = await parts.FinishAsync();

            using var whole = File.OpenRead(copy);
            Assert.Multiple(() =>
            {
                Assert.That(told, Has.Count.GreaterThan(4).And.Ordered);
                Assert.That(length, Is.GreaterThan(2 * HashedCopy.Part));
                Assert.That(HashedCopy.Run(whole, null, null, CancellationToken.None, inParts: true), Is.EqualTo((length, sha256)));
            });
            using var copied = OnlineBackup.OpenCopy(copy);
            using var count = new SqliteCommand("SELECT count(*) || ' ' || sum(one) || ' ' || sum(two) FROM pairs", copied);
            Assert.That(count.ExecuteScalar(), Is.EqualTo("50000 0 0"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static void Execute(SqliteConnection connection, string sql)
        {
            using var command = new SqliteCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }
}
