namespace Smp.Runtime.Packages;

/// <summary>A package or a folder can't be installed. Nothing of it was left behind.</summary>
/// <param name="reasons">Everything that speaks against it, a sentence each.</param>
public sealed class PackageException(params IReadOnlyList<string> reasons) : Exception(string.Join(" ", reasons))
{
    /// <summary>Everything that speaks against it, a sentence each.</summary>
    public IReadOnlyList<string> Reasons => reasons;
}
