using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Backups;

/// <summary>Verifies the audit trail of a copy, as that of a clinic is verified: every hash and link, and the tables against it.</summary>
internal static class CopiedTrail
{
    /// <summary>What is wrong, a sentence each; the first hundred.</summary>
    /// <param name="database">A database file that nobody writes to.</param>
    public static IReadOnlyList<string> Problems(string database)
    {
        using var session = Open(database);
        using var beside = Open(database);
        // A copy of a clinic from before there was a trail has none.
        using (var trail = new SqliteStatement(session, "SELECT 1 FROM sqlite_schema WHERE name = 'core__audit_seals'"))
        {
            var there = trail.Step();
            trail.Reset();
            if (!there) return [];
        }

        return [.. AuditVerification.Run(session, beside, []).Problems.Select(p => p.Text)];
    }

    private static SqliteSession Open(string database)
    {
        var session = new SqliteSession(OnlineBackup.OpenCopy(database), statementsKept: 0);
        session.Guard();
        return session;
    }
}
