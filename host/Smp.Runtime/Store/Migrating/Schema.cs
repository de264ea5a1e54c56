using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>Everything in the schema but the trail's triggers and what SQLite makes itself.</summary>
internal static class Schema
{
    public static HashSet<SchemaObject> Of(SqliteSession session)
    {
        HashSet<SchemaObject> objects = [];
        using var list = new SqliteStatement(session, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE substr(name, 1, 7) <> 'sqlite_'");
        while (list.Step())
        {
            var name = list.Text(1)!;
            if (!name.StartsWith(AccessPolicy.TrailPrefix, StringComparison.Ordinal)) objects.Add(new(list.Text(0)!, name, list.Text(2)!, list.Text(3)));
        }

        return objects;
    }
}

/// <summary>A table, index, view or trigger.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table it belongs to; a table's own name.</param>
/// <param name="Sql">How it was made.</param>
internal sealed record SchemaObject(string Type, string Name, string Table, string? Sql);

/// <summary>Whether the tables are as the store left them.</summary>
internal static class SchemaVersion
{
    /// <summary>Remembers that the schema is the store's own work.</summary>
    public static void Keep(SqliteSession session) => session.Execute(
        "INSERT INTO core__audit_schema (id, schema_version) SELECT 1, schema_version FROM pragma_schema_version WHERE true ON CONFLICT (id) DO UPDATE SET schema_version = excluded.schema_version");

    /// <summary>Whether nobody else changed it since.</summary>
    public static bool IsKept(SqliteSession session)
    {
        using var same = new SqliteStatement(session, "SELECT 1 FROM core__audit_schema JOIN pragma_schema_version USING (schema_version)");
        var kept = same.Step();
        same.Reset();
        return kept;
    }
}
