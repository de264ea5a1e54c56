namespace Smp.Runtime.Packages;

/// <summary>How large a plugin's package may be. What a package says of itself isn't believed: its files are counted as they are unpacked.</summary>
internal sealed record PackageLimits
{
    /// <summary>The limits of every clinic.</summary>
    public static PackageLimits Default { get; } = new();

    /// <summary>Bytes of the package itself. Default 64 MB.</summary>
    public long Package { get; init; } = Packages.MostBytes;

    /// <summary>Files and folders in it. Default 2,000.</summary>
    public int Entries { get; init; } = 2_000;

    /// <summary>Bytes of one file. Default 64 MB.</summary>
    public long File { get; init; } = 64_000_000;

    /// <summary>Bytes of all files together. Default 256 MB.</summary>
    public long Total { get; init; } = 256_000_000;

    /// <summary>How many times its own size a package may unpack to, above <see cref="RatioFrom"/>. Default 50; code is 2 to 4, text 5 to 10.</summary>
    public int Ratio { get; init; } = 50;

    /// <summary>Bytes of all files together up to which the ratio doesn't matter: small texts are packed well. Default 4 MB.</summary>
    public long RatioFrom { get; init; } = 4_000_000;
}
