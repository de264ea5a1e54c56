using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store.Audit;

/// <summary>How the records of the trail are read and hashed: the same when they are sealed and when they are verified.</summary>
internal static class AuditRecords
{
    public const string RowColumns = "id, unit, object, change, key, patient_id, salt, old, new, erased_by, payload_hash";

    public const string UnitColumns =
        "id, at, plugin, act, actor_kind, actor, staff_id, performed_by, request, first_row, last_row, reason_hash, reason, reason_salt";

    /// <summary>The hash of a row at <see cref="RowColumns"/>, over the salted hash of its payload or, where that was erased, over what was kept of it.</summary>
    public static void HashRow(AuditHash hash, SqliteStatement row, Span<byte> into)
    {
        Span<byte> payload = stackalloc byte[AuditHash.Length];
        payload.Clear();
        if (row.IsNull(9)) HashPayload(hash, row.Bytes(6), row.IsNull(7), row.Bytes(7), row.IsNull(8), row.Bytes(8), payload);
        else if (row.Bytes(10) is { Length: AuditHash.Length } kept) kept.CopyTo(payload);
        hash.Begin("row"u8).Integer(row.Integer(0)).Integer(row.Integer(1)).Text(row.Bytes(2)).Text(row.Bytes(3));
        if (row.IsInteger(4)) hash.Integer(row.Integer(4));
        else hash.Text(row.Bytes(4));
        hash.Integer(row.IntegerOrNull(5)).Blob(payload).Finish(into);
    }

    /// <summary>The hash of a payload: all that is left of it when it is erased.</summary>
    public static void HashPayload(
        AuditHash hash, ReadOnlySpan<byte> salt, bool noOld, ReadOnlySpan<byte> old, bool noNew, ReadOnlySpan<byte> now, Span<byte> into)
    {
        hash.Begin("payload"u8).Blob(salt);
        if (noOld) hash.Null();
        else hash.Text(old);
        if (noNew) hash.Null();
        else hash.Text(now);
        hash.Finish(into);
    }

    /// <summary>The hash of a unit's header at <see cref="UnitColumns"/>.</summary>
    public static void HashUnit(AuditHash hash, SqliteStatement unit, Span<byte> into)
    {
        hash.Begin("unit"u8).Integer(unit.Integer(0));
        for (var column = 1; column <= 5; column++) hash.Text(unit.Bytes(column));
        hash.Integer(unit.IntegerOrNull(6)).Integer(unit.IntegerOrNull(7));
        OptionalText(hash, unit, 8);
        hash.Integer(unit.Integer(9)).Integer(unit.Integer(10));
        if (unit.IsNull(11)) hash.Null();
        else hash.Blob(unit.Bytes(11));
        hash.Finish(into);
    }

    /// <summary>The hash of a reason, which the unit's header holds in place of the words.</summary>
    public static void HashReason(AuditHash hash, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> reason, Span<byte> into) =>
        hash.Begin("reason"u8).Blob(salt).Text(reason).Finish(into);

    /// <summary>The hash of a seal, over the one before and all that it seals.</summary>
    public static void HashSeal(
        AuditHash hash, ReadOnlySpan<byte> before, long number, ReadOnlySpan<byte> at, Seal seal, ReadOnlySpan<byte> hashes, Span<byte> into) =>
        hash.Begin("seal"u8).Blob(before).Integer(number).Text(at)
            .Integer(seal.FirstUnit).Integer(seal.LastUnit).Integer(seal.FirstRow).Integer(seal.LastRow).Blob(hashes).Finish(into);

    private static void OptionalText(AuditHash hash, SqliteStatement statement, int column)
    {
        if (statement.IsNull(column)) hash.Null();
        else hash.Text(statement.Bytes(column));
    }
}

/// <summary>What one seal covers.</summary>
internal readonly record struct Seal(long FirstUnit, long LastUnit, long FirstRow, long LastRow);
