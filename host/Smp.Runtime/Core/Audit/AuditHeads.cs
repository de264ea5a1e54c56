using System.Globalization;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Core.Audit;

/// <summary>Heads of the audit chain as they are printed, kept and given back: <c>NUMBER:HASH</c>.</summary>
public static class AuditHeads
{
    /// <summary>A head as it is printed.</summary>
    public static string Text(AuditHead head) => string.Create(CultureInfo.InvariantCulture, $"{head.Seal}:{head.Hash}");

    /// <summary>Reads a head back; null when it isn't one.</summary>
    public static AuditHead? Parse(string text) =>
        text.Split(':') is [var number, { Length: 64 } hash] && hash.All(char.IsAsciiHexDigit)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seal)
            ? new(seal, hash.ToLowerInvariant())
            : null;
}
