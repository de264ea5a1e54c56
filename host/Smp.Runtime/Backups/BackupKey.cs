using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Backups;

/// <summary>
/// What a passphrase opens. One slow derivation gives a master key; from that come a key for each file, so that no two files ever share
/// a key and a nonce, and one for the manifest.
/// </summary>
internal sealed class BackupKey
{
    public const int Iterations = 600_000;
    public const int SaltLength = 16;

    // More would only keep somebody busy who opens a manifest that was tampered with.
    private const int MostIterations = 20_000_000;
    private readonly byte[] master;

    private BackupKey(byte[] master, int iterations, byte[] salt) => (this.master, IterationsUsed, Salt) = (master, iterations, salt);

    public int IterationsUsed { get; }

    public byte[] Salt { get; }

    /// <summary>As a manifest says it.</summary>
    public BackupEncryption Said => new(IterationsUsed, Convert.ToHexStringLower(Salt), Convert.ToHexStringLower(Derive("check")[..16]));

    /// <summary>A key for a new backup.</summary>
    public static BackupKey Make(string passphrase) => Derive(passphrase, Iterations, RandomNumberGenerator.GetBytes(SaltLength));

    /// <summary>The key of a backup that is there.</summary>
    /// <exception cref="BackupException">The passphrase is another one, or the manifest was changed.</exception>
    public static BackupKey Open(string passphrase, BackupEncryption said)
    {
        if (TryOpen(passphrase, said) is { } key) return key;
        throw new BackupException("The passphrase isn't the one that this backup was encrypted with.");
    }

    /// <inheritdoc cref="Open"/>
    /// <returns>Null when the passphrase is another one.</returns>
    public static BackupKey? TryOpen(string passphrase, BackupEncryption said)
    {
        byte[] salt, check;
        try
        {
            (salt, check) = (Convert.FromHexString(said.Salt), Convert.FromHexString(said.Check));
        }
        catch (FormatException)
        {
            salt = check = [];
        }

        if (said.Iterations is < Iterations or > MostIterations || salt.Length != SaltLength || check.Length != 16)
            throw new BackupException($"Its {BackupManifest.FileName} is damaged: what it says about its encryption can't be.");
        var key = Derive(passphrase, said.Iterations, salt);
        return CryptographicOperations.FixedTimeEquals(key.Derive("check").AsSpan(0, 16), check) ? key : null;
    }

    /// <summary>Authenticates a manifest.</summary>
    public byte[] Sign(byte[] manifest) => HMACSHA256.HashData(Derive("manifest"), manifest);

    /// <summary>The key of one file, by the random name in its header.</summary>
    public byte[] ForFile(ReadOnlySpan<byte> id)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, key, salt: id, info: "smp backup file"u8);
        return key;
    }

    private static BackupKey Derive(string passphrase, int iterations, byte[] salt) => new(
        // Composed, so that a passphrase typed on another system is the same.
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)), salt, iterations, HashAlgorithmName.SHA256, 32),
        iterations, salt);

    private byte[] Derive(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, master, 32, Encoding.ASCII.GetBytes($"smp backup {purpose}"));
}
