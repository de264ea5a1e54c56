using System.Collections.Frozen;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>What kind of work statements are judged as.</summary>
internal enum AccessMode
{
    /// <summary>A unit of work or a read.</summary>
    Work,

    /// <summary>A look into somebody else's unit of work, which changes nothing.</summary>
    Look,

    /// <summary>A migration, which may also make and change tables of its own.</summary>
    Migration,
}

/// <summary>
/// What the statements of one owner may touch. SQLite asks while it compiles a statement, after names are resolved, so that
/// quoting, aliases, views and comments make no difference. Everything that isn't allowed is denied.
/// </summary>
internal sealed class AccessPolicy(Rights rights, AccessMode mode)
{
    /// <summary>What the names of the triggers that write the audit trail begin with. Nobody else's may.</summary>
    public const string TrailPrefix = "core__trail_";

    private const string TrailRows = "core__audit_rows";
    private static readonly FrozenSet<string> ValueFunctions = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "json_each", "json_tree");
    private static readonly FrozenSet<string> ForbiddenFunctions = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "load_extension", "fts3_tokenizer", "writefile", "readfile", "edit");
    private readonly bool core = rights == Rights.Core;

    /// <summary>Whose.</summary>
    public Rights Rights => rights;

    /// <summary>As what its statements are judged.</summary>
    public AccessMode Mode => mode;

    /// <summary>What was denied last, in words.</summary>
    public string? Denied { get; private set; }

    /// <summary>The table of its own that the statement makes, or gives a trigger.</summary>
    public string? Touches { get; private set; }

    /// <summary>The table of its own that the statement drops.</summary>
    public string? Drops { get; private set; }

    /// <summary>Whether the statement alters a table of its own.</summary>
    public bool Alters { get; private set; }

    /// <summary>Which tables the statement's triggers write to, each as "trigger table"; null when nobody asks.</summary>
    public HashSet<string>? Writes { get; init; }

    /// <summary>Forgets what the last statement was about.</summary>
    public void Begin()
    {
        Denied = null;
        Touches = null;
        Drops = null;
        Alters = false;
    }

    /// <summary>Allows or denies one thing that a statement does.</summary>
    /// <param name="action">One of SQLite's action codes, which also say what the next two are.</param>
    /// <param name="first">A table, index, function, or word.</param>
    /// <param name="second">A column, or the table that the first belongs to.</param>
    /// <param name="database">The database's name; null for what is in none.</param>
    /// <param name="within">
    /// The trigger or view it comes from. A common table expression of that name can forge it for reads, so it opens nothing but
    /// what can't stand in one: the insert into the trail.
    /// </param>
    public bool Judge(int action, string? first, string? second, string? database, string? within)
    {
        var allowed = action switch
        {
            raw.SQLITE_SELECT or raw.SQLITE_RECURSIVE => true,
            raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE when mode == AccessMode.Look => false,
            raw.SQLITE_READ => database != "temp" && MayRead(first!, second!) || mode == AccessMode.Migration && IsSchema(first!),
            raw.SQLITE_INSERT => first == TrailRows && FromTrail(within) || MayWrite(first!) || mode == AccessMode.Migration && first == "sqlite_master",
            // An erasure, and nothing else: the trail's own guards see to that.
            raw.SQLITE_UPDATE when core && first is TrailRows or "core__audit_units" => true,
            raw.SQLITE_UPDATE or raw.SQLITE_DELETE => MayWrite(first!) || mode == AccessMode.Migration && IsSchema(first!),
            raw.SQLITE_FUNCTION => MayCall(second!, within),
            raw.SQLITE_PRAGMA => MayPragma(first!, second),
            _ => mode == AccessMode.Migration && MayDefine(action, first, second),
        };
        if (within is not null && action is raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE) Writes?.Add($"{within} {first}");
        // The first of a statement's denials is the one that names what it reached for.
        if (!allowed) Denied ??= Describe(action, first, second);
        return allowed;
    }

    private static bool FromTrail(string? within) => within?.StartsWith(TrailPrefix, StringComparison.Ordinal) == true;

    private static bool IsSchema(string table) => table is "sqlite_master" or "sqlite_temp_master" or "sqlite_sequence";

    private bool IsOwn(string table) => table.StartsWith(rights.TablePrefix, StringComparison.OrdinalIgnoreCase);

    private bool MayRead(string table, string column)
    {
        if (core) return true;
        if (IsOwn(table) || rights.Reads.Contains(table) || ValueFunctions.Contains(table)) return true;
        // A foreign key asks for the key that it refers to. Where nothing but the key is used, SQLite also names the table without a column.
        if (ContractTables.Names.Contains(table)) return column.Length == 0 || column.Equals(ContractTables.Key, StringComparison.OrdinalIgnoreCase);
        // What is counted without a column is reported by the name it has in the statement, which may be a common table expression's.
        // No table has a name like that: a plugin's has two underscores, and the contract's are known.
        if (column.Length == 0 && !table.Contains("__", StringComparison.Ordinal) && !StartsWith(table, "sqlite_") && !StartsWith(table, "pragma_")) return true;
        return mode == AccessMode.Migration && StartsWith(table, "pragma_quick_check");
    }

    private bool MayWrite(string table) => core
        ? !IsSchema(table) && table is not (TrailRows or "core__audit_units" or "core__audit_seals" or "core__audit_schema")
        : IsOwn(table);

    private bool MayCall(string function, string? within) =>
        !ForbiddenFunctions.Contains(function)
        && (!StartsWith(function, "smp_") || FromTrail(within) || (core && function == "smp_payload"))
        && (!StartsWith(function, "sqlite_") || mode == AccessMode.Migration);

    private bool MayPragma(string name, string? argument) =>
        // FTS5 asks for the first itself; a migration that builds a table anew needs the second, and ALTER TABLE the third.
        (StartsWith(name, "data_version") && argument is null)
        // What follows a patient through every table asks what there is.
        || (core && name.ToUpperInvariant() is ("TABLE_LIST" or "TABLE_XINFO" or "FOREIGN_KEY_LIST"))
        || (mode == AccessMode.Migration && name.ToUpperInvariant() is "DEFER_FOREIGN_KEYS" or "QUICK_CHECK");

    private bool MayDefine(int action, string? first, string? second)
    {
        switch (action)
        {
            case raw.SQLITE_CREATE_TABLE:
                Touches = first;
                return Names(first!);
            case raw.SQLITE_CREATE_VIEW or raw.SQLITE_DROP_VIEW:
                return Names(first!);
            case raw.SQLITE_DROP_TABLE:
                Drops = first;
                return Names(first!);
            case raw.SQLITE_CREATE_TRIGGER:
                Touches = second;
                return Names(first!) && Names(second!);
            case raw.SQLITE_CREATE_INDEX or raw.SQLITE_DROP_INDEX:
                return (Names(first!) || first!.StartsWith("sqlite_autoindex_", StringComparison.Ordinal)) && Names(second!);
            case raw.SQLITE_REINDEX:
                // A part of making an index.
                return Names(first!) || (first!.StartsWith("sqlite_autoindex_", StringComparison.Ordinal) && Names(first["sqlite_autoindex_".Length..]));
            case raw.SQLITE_DROP_TRIGGER:
                // The trail's own go with their table, and not without it.
                return Names(second!) && (Names(first!) || (FromTrail(first) && second == Drops));
            case raw.SQLITE_CREATE_VTABLE or raw.SQLITE_DROP_VTABLE:
                return Names(first!) && second is "fts5";
            case raw.SQLITE_ALTER_TABLE:
                Alters = Names(second!);
                return Alters && first != "temp";
            default:
                return false;
        }
    }

    private bool Names(string name) => core ? !FromTrail(name) : name.StartsWith(rights.TablePrefix, StringComparison.Ordinal);

    private static bool StartsWith(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static string Describe(int action, string? first, string? second) => action switch
    {
        raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE or raw.SQLITE_READ when first is "sqlite_master" or "sqlite_temp_master" => "touch the schema, which only migrations change",
        raw.SQLITE_READ => string.IsNullOrEmpty(second) ? $"read {first}" : $"read {first}.{second}",
        raw.SQLITE_INSERT => $"insert into {first}",
        raw.SQLITE_UPDATE => $"change {first}.{second}",
        raw.SQLITE_DELETE => $"delete from {first}",
        raw.SQLITE_FUNCTION => $"call {second}",
        raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT => $"use {(action == raw.SQLITE_SAVEPOINT ? $"SAVEPOINT ({first})" : first)}: a unit of work is a transaction already",
        raw.SQLITE_PRAGMA => $"use PRAGMA {first}",
        raw.SQLITE_ATTACH => "attach another file",
        raw.SQLITE_DETACH => "detach a file",
        raw.SQLITE_ANALYZE => $"analyse {first}",
        raw.SQLITE_REINDEX => $"reindex {first}",
        raw.SQLITE_ALTER_TABLE => $"alter {second}",
        raw.SQLITE_DROP_TABLE or raw.SQLITE_DROP_INDEX or raw.SQLITE_DROP_TRIGGER or raw.SQLITE_DROP_VIEW or raw.SQLITE_DROP_VTABLE => $"drop {first}",
        raw.SQLITE_CREATE_INDEX or raw.SQLITE_CREATE_TRIGGER => $"make {first} on {second}",
        raw.SQLITE_CREATE_VTABLE => $"make {first} with {second}: only fts5 can be used",
        _ => $"make {first}",
    };
}
