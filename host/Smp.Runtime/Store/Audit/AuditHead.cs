namespace Smp.Runtime.Store.Audit;

/// <summary>Where the audit chain ends. Kept outside the database, it shows a trail that was cut off or made anew.</summary>
/// <param name="Seal">The last seal's number; 0 in a clinic in which nothing has been done.</param>
/// <param name="Hash">Its SHA-256 in lower-case hexadecimal; 64 zeros for seal 0.</param>
public sealed record AuditHead(long Seal, string Hash)
{
    /// <summary>The head of an empty chain.</summary>
    public static AuditHead None { get; } = new(0, new string('0', 64));
}
