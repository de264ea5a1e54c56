using System.Globalization;
using System.Text;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// Heads of the chain, kept in a file beside the database as time goes by: they show a trail that was cut off or made anew. Whoever
/// can change the one can change the other, so the last head also goes into the log and into each backup.
/// </summary>
/// <param name="path">The file: a line for each head, <c>time seal hash</c>.</param>
internal sealed class KeptHeads(string path)
{
    private AuditHead? last;

    /// <summary>Keeps a head, unless it is the one that was kept last. Returns whether it is new.</summary>
    public bool Keep(AuditHead head, DateTimeOffset at)
    {
        last ??= Read() is [.., var kept] ? kept : AuditHead.None;
        if (head == last || head.Seal == 0) return false;
        Append(string.Create(CultureInfo.InvariantCulture, $"{Moments.Text(at)} {head.Seal} {head.Hash}\n"));
        last = head;
        return true;
    }

    // A line that a full disk cut short would take the next one with it.
    private void Append(string line)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');
        }

        file.Write(Encoding.ASCII.GetBytes(line));
    }

    /// <summary>The heads that were kept, oldest first. A line that was written by half is left out.</summary>
    public IReadOnlyList<AuditHead> Read()
    {
        if (!File.Exists(path)) return [];
        List<AuditHead> heads = [];
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split(' ') is [_, var seal, { Length: 64 } hash] && long.TryParse(seal, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                heads.Add(new(number, hash));
        }

        return heads;
    }
}
