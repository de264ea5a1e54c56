using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>The one session that writes, with its audit trail.</summary>
internal sealed class WriterSession(SqliteSession session, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> control = new(StringComparer.Ordinal);

    public SqliteSession Session => session;

    /// <summary>The trail; null before the migration that makes its tables.</summary>
    public AuditTrail? Trail { get; private set; }

    /// <summary>Runs one of the few statements that begin and end transactions and units, prepared once.</summary>
    public void Execute(string sql)
    {
        if (!control.TryGetValue(sql, out var statement)) control[sql] = statement = new SqliteStatement(session, sql);
        statement.Run();
    }

    /// <summary>Begins the trail, in the unit that is under way, where its tables are. Returns whether it has begun.</summary>
    public bool BeginTrail()
    {
        if (!IsThere()) return false;
        Trail = new AuditTrail(session, time);
        Trail.BeginUnit();
        return true;
    }

    /// <summary>The migration that made its tables was taken back.</summary>
    public void EndTrail()
    {
        Trail?.Dispose();
        Trail = null;
    }

    /// <summary>Goes on with a trail that was begun before.</summary>
    public void ResumeTrail()
    {
        if (IsThere()) Trail = new AuditTrail(session, time);
    }

    public void Dispose()
    {
        Trail?.Dispose();
        foreach (var statement in control.Values) statement.Dispose();
        session.Dispose();
    }

    private bool IsThere()
    {
        using var table = new SqliteStatement(session, "SELECT 1 FROM sqlite_schema WHERE name = 'core__audit_seals'");
        var there = table.Step();
        table.Reset();
        return there;
    }
}
