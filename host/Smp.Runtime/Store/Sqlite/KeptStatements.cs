using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// The prepared statements of one session, by rights and text, so that one that was compiled for one plugin never runs for another. The one unused
/// for longest goes when there are too many.
/// </summary>
internal sealed class KeptStatements(SqliteConnection connection, int most)
{
    private readonly List<SessionRights> owners = [];
    private long clock;
    private int count;

    /// <summary>What these rights have here.</summary>
    public SessionRights Of(Rights rights, bool readOnly)
    {
        var mode = readOnly ? AccessMode.Look : AccessMode.Work;
        foreach (var known in owners)
        {
            if (known.Policy.Mode == mode && known.Policy.Rights.Equals(rights)) return known;
        }

        var its = new SessionRights(new AccessPolicy(rights, mode));
        owners.Add(its);
        return its;
    }

    /// <summary>A statement of this text that nobody else uses now; prepared before, if it ran before with these rights.</summary>
    public KeptStatement Rent(SessionRights owner, string sql)
    {
        if (owner.Statements.TryGetValue(sql, out var known) && !known.InUse)
        {
            known.InUse = true;
            return known;
        }

        var command = connection.CreateCommand();
        command.CommandText = sql;
        return new KeptStatement(owner, command) { InUse = true };
    }

    /// <summary>Takes one back that ran without an error.</summary>
    public void Return(KeptStatement statement)
    {
        statement.Command.Parameters.Clear();
        statement.InUse = false;
        statement.Used = ++clock;
        if (statement.IsKept) return;
        if (!statement.Owner.Statements.TryAdd(statement.Command.CommandText, statement))
        {
            statement.Command.Dispose();
            return;
        }

        statement.IsKept = true;
        if (++count > most) DropOldest();
    }

    /// <summary>Lets go of one that failed.</summary>
    public void Drop(KeptStatement statement)
    {
        statement.Command.Dispose();
        if (!statement.IsKept) return;
        statement.Owner.Statements.Remove(statement.Command.CommandText);
        statement.IsKept = false;
        count--;
    }

    /// <summary>Lets go of all that aren't in use: the schema changed.</summary>
    public void Clear()
    {
        foreach (var statement in owners.SelectMany(o => o.Statements.Values).ToList())
        {
            statement.IsKept = false;
            if (!statement.InUse) statement.Command.Dispose();
        }

        owners.Clear();
        count = 0;
    }

    private void DropOldest()
    {
        var oldest = owners.SelectMany(o => o.Statements.Values).Where(s => !s.InUse).MinBy(s => s.Used);
        if (oldest is not null) Drop(oldest);
    }
}

/// <summary>One owner's policy and statements on one session.</summary>
internal sealed class SessionRights(AccessPolicy policy)
{
    public AccessPolicy Policy => policy;

    public Dictionary<string, KeptStatement> Statements { get; } = new(StringComparer.Ordinal);
}

/// <summary>A prepared statement.</summary>
internal sealed class KeptStatement(SessionRights owner, SqliteCommand command)
{
    public SessionRights Owner => owner;

    public SqliteCommand Command => command;

    /// <summary>What its columns are called, asked for once: Dapper asks each time.</summary>
    public string[]? Columns { get; set; }

    public bool InUse { get; set; }

    public bool IsKept { get; set; }

    public long Used { get; set; }
}
