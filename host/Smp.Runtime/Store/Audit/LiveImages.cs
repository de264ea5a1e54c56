using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// The last image of every row, as the trail is read from its beginning. Each change must begin from the image before it, and in the end the
/// tables must be the last images: what was changed past the store shows, also when the store changed the row again afterwards. Has a session of
/// its own, so that it can run beside the rest of the verification.
/// </summary>
internal sealed class LiveImages(SqliteSession session, AuditFindings findings)
{
    // Nobody knows it beforehand, so nobody can make an image that only looks the same.
    private readonly long seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly Dictionary<string, Table> tables = [];
    private Table? current;

    /// <summary>Follows every row through what was sealed of the trail, and compares what it had last with what there is.</summary>
    public void Compare(CancellationToken token)
    {
        using (var rows = new SqliteStatement(session,
            $"SELECT {AuditRecords.RowColumns} FROM core__audit_rows WHERE id <= (SELECT max(last_row) FROM core__audit_seals) ORDER BY id"))
        {
            while (rows.Step())
            {
                token.ThrowIfCancellationRequested();
                Follow(rows);
            }
        }

        CompareWithTables(token);
    }

    private void Follow(SqliteStatement row)
    {
        var name = row.Bytes(2);
        if (current is null || !name.SequenceEqual(current.Utf8)) current = Of(Encoding.UTF8.GetString(name));
        var change = (char)row.Bytes(3)[0];
        if (change == 'R')
        {
            Rename(current, row.Text(4)!);
            return;
        }

        var key = row.IsInteger(4) ? new Key(row.Integer(4), null) : new Key(0, row.Text(4));
        var erased = !row.IsNull(9);
        if (!erased && change is 'U' or 'D' or 'B' && !Follows(current, key, row, change))
        {
            findings.Report(AuditFault.LiveRow, $"{current.Name} {row.Text(4)}",
                $"When row {row.Integer(0)} of the trail was written, {current.Name} {row.Text(4)} wasn't as the trail had it: it had been changed past the store.");
        }

        if (change == 'D') current.Images.Remove(key);
        else current.Images[key] = erased ? default : new Image(Hash(row.Bytes(8)), row.Integer(0));
    }

    private void CompareWithTables(CancellationToken token)
    {
        foreach (var table in AuditTriggers.Tables(session))
        {
            token.ThrowIfCancellationRequested();
            var images = Of(table.Name).Images;
            using var rows = new SqliteStatement(session, $"SELECT {table.Key("t")}, {table.Image("t")} FROM {AuditedTable.Quote(table.Name)} AS t");
            while (rows.Step())
            {
                var key = rows.IsInteger(0) ? new Key(rows.Integer(0), null) : new Key(0, rows.Text(0));
                if (!images.Remove(key, out var last))
                    findings.Report(AuditFault.LiveRow, $"{table.Name} {key}", $"{table.Name} {key} is there, and the trail doesn't know it: it was inserted past the store.");
                else if (!last.IsErased && last.Hash != Hash(rows.Bytes(1)))
                    findings.Report(AuditFault.LiveRow, $"{table.Name} {key}", $"{table.Name} {key} isn't what row {last.Row} of the trail says: it was changed past the store.");
            }
        }

        foreach (var table in tables.Values)
        {
            foreach (var key in table.Images.Keys)
                findings.Report(AuditFault.LiveRow, $"{table.Name} {key}", $"{table.Name} {key} is gone, and the trail doesn't say so: it was deleted past the store.");
        }
    }

    private bool Follows(Table table, Key key, SqliteStatement row, char change)
    {
        if (!table.Images.TryGetValue(key, out var before))
        {
            // In the trail's first unit the rows that were there before it; later, one that nobody wrote down.
            return change == 'B' && row.Integer(1) == 1;
        }

        // An image that was erased can't be compared.
        if (before.IsErased) return true;
        return change == 'B'
            ? Hash(row.Bytes(8)) == before.Hash || SameWhereBoth(before.Row, row.Text(8)!)
            : Hash(row.Bytes(7)) == before.Hash;
    }

    private Table Of(string name)
    {
        if (!tables.TryGetValue(name, out var table)) tables[name] = table = new(name);
        return table;
    }

    private void Rename(Table table, string to)
    {
        var renamed = Of(to);
        foreach (var (key, image) in table.Images) renamed.Images[key] = image;
        table.Images.Clear();
    }

    private ulong Hash(ReadOnlySpan<byte> image) => XxHash3.HashToUInt64(image, seed);

    // A statement that adds, drops or renames a column changes no value: what both images have must be the same.
    private bool SameWhereBoth(long row, string image)
    {
        using var find = new SqliteStatement(session, "SELECT new FROM core__audit_rows WHERE id = ?1");
        if (!find.Bind(1, row).Step() || find.Text(0) is not { } text) return true;
        find.Reset();
        using var before = JsonDocument.Parse(text);
        using var now = JsonDocument.Parse(image);
        var (old, its) = (before.RootElement, now.RootElement);
        return old.EnumerateObject().All(p => !its.TryGetProperty(p.Name, out var value) || value.GetRawText() == p.Value.GetRawText());
    }

    private sealed class Table(string name)
    {
        public string Name => name;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        public Dictionary<Key, Image> Images { get; } = [];
    }

    private readonly record struct Key(long Number, string? Text)
    {
        public override string ToString() => Text ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The default is one whose payload was erased.</summary>
    private readonly record struct Image(ulong Hash, long Row)
    {
        public bool IsErased => Row == 0;
    }
}
