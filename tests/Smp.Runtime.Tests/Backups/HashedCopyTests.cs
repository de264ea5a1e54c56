using System.Security.Cryptography;
using Smp.Runtime.Backups;

namespace Smp.Runtime.Tests.Backups;

[Parallelizable]
public sealed class HashedCopyTests
{
    [TestCase(1)]
    [TestCase(HashedCopy.Part)]
    [TestCase(HashedCopy.Part + 1)]
    [TestCase(2 * HashedCopy.Part + 4096)]
    public void A_hash_in_parts_is_the_same_made_side_by_side_and_one_after_the_other(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            var expected = Convert.ToHexStringLower(SHA256.HashData([.. bytes.Chunk(HashedCopy.Part).SelectMany(SHA256.HashData)]));

            Assert.That(HashedCopy.RunInParts(path, CancellationToken.None), Is.EqualTo(((long)length, expected)));
            using var stream = new MemoryStream(bytes);
            Assert.That(HashedCopy.Run(stream, null, null, CancellationToken.None, inParts: true), Is.EqualTo(((long)length, expected)));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
