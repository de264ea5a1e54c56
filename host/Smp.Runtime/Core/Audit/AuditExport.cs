using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>Writes the audit trail out, a line of JSON for each unit of work, in batches: however long it is, little of it is in memory.</summary>
public sealed class AuditExport(IStore<CorePlugin> store, IClinicClock clock)
{
    private const int Units = 100;
    private const int Rows = 200;

    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Checks a span of days before anything is written.</summary>
    /// <exception cref="RefusedException">It ends before it begins.</exception>
    public void Check(DateOnly? from, DateOnly? to) => new AuditFilter { From = from, To = to }.Bounds(clock);

    /// <summary>
    /// Writes what is sealed at this moment, the oldest first: each unit of work with its changes on a line of its own, and the chain's head on the
    /// last, <c>{"head": "NUMBER:HASH"}</c>. Without that line it isn't whole.
    /// </summary>
    /// <param name="from">From this day of the clinic on.</param>
    /// <param name="to">To this day of the clinic, which is a part of it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="token">Gives up.</param>
    public async Task WriteAsync(DateOnly? from, DateOnly? to, PipeWriter output, CancellationToken token)
    {
        var (at, until) = new AuditFilter { From = from, To = to }.Bounds(clock);
        // What comes meanwhile isn't a part of it: it ends with this seal.
        var end = await store.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<End>(
            "SELECT number, lower(hex(hash)) AS hash, last_unit FROM core__audit_seals ORDER BY number DESC LIMIT 1"), token) ?? new(0, new('0', 64), 0);
        await using var json = new Utf8JsonWriter(output, Written);
        for (var id = 0L; ;)
        {
            var batch = await BatchAsync(at, id, until, end.LastUnit, token);
            foreach (var (unit, rows) in batch) await WriteAsync(json, output, unit, rows, token);
            if (batch.Count < Units) break;
            (at, id) = (Moments.Text(batch[^1].Unit.At), batch[^1].Unit.Id);
        }

        json.WriteStartObject();
        json.WriteString("head", $"{end.Number}:{end.Hash}");
        json.WriteEndObject();
        await EndLineAsync(json, output, token);
    }

    // With the changes of each as far as one batch of them goes.
    private Task<List<(AuditUnit Unit, IReadOnlyList<ChangeRow> Rows)>> BatchAsync(string at, long id, string until, long last, CancellationToken token) =>
        store.ReadAsync(async connection =>
        {
            var units = await connection.QueryAsync<AuditUnit>($"""
                SELECT {AuditBook.Columns} FROM core__audit_units u {AuditBook.PerformedBy}
                WHERE (u.at, u.id) > (@at, @id) AND u.at < @until AND u.id <= @last ORDER BY u.at, u.id LIMIT {Units}
                """, new { at, id, until, last });
            List<(AuditUnit, IReadOnlyList<ChangeRow>)> batch = [];
            foreach (var unit in units) batch.Add((unit, await AuditBook.ReadAsync(connection, unit.Id, 0, Rows)));
            return batch;
        }, token);

    private async Task WriteAsync(Utf8JsonWriter json, PipeWriter output, AuditUnit unit, IReadOnlyList<ChangeRow> rows, CancellationToken token)
    {
        WriteHeader(json, unit);
        while (rows.Count > 0)
        {
            foreach (var row in rows) Write(json, row);
            await json.FlushAsync(token);
            await output.FlushAsync(token);
            if (rows.Count < Rows) break;
            var after = rows[^1].Id;
            rows = await store.ReadAsync(connection => AuditBook.ReadAsync(connection, unit.Id, after, Rows), token);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await EndLineAsync(json, output, token);
    }

    private static async Task EndLineAsync(Utf8JsonWriter json, PipeWriter output, CancellationToken token)
    {
        await json.FlushAsync(token);
        json.Reset();
        output.Write("\n"u8);
        await output.FlushAsync(token);
    }

    private static void WriteHeader(Utf8JsonWriter json, AuditUnit unit)
    {
        json.WriteStartObject();
        json.WriteNumber("id", unit.Id);
        json.WriteString("at", Moments.Text(unit.At));
        json.WriteString("module", unit.Module);
        json.WriteString("act", unit.Act);
        json.WriteString("actorKind", unit.ActorKind.ToString());
        json.WriteString("actor", unit.Actor);
        Number(json, "staffId", unit.StaffId);
        Number(json, "performedBy", unit.PerformedBy);
        json.WriteString("performedByName", unit.PerformedByName);
        json.WriteString("reason", unit.Reason);
        json.WriteBoolean("reasonErased", unit.ReasonErased);
        json.WriteString("request", unit.Request);
        json.WriteStartArray("changes");
    }

    private static void Write(Utf8JsonWriter json, ChangeRow row)
    {
        json.WriteStartObject();
        json.WriteNumber("row", row.Id);
        json.WriteString("table", row.Object);
        json.WriteString("change", row.Kind.ToString());
        json.WriteString("key", row.Key);
        Number(json, "patientId", row.PatientId);
        Payload(json, "old", row.Old);
        Payload(json, "new", row.New);
        Number(json, "erasedBy", row.ErasedBy);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static void Payload(Utf8JsonWriter json, string name, string? payload)
    {
        json.WritePropertyName(name);
        if (payload is null) json.WriteNullValue();
        else if (IsJson(payload)) json.WriteRawValue(payload, skipInputValidation: true);
        // Written into the file past the store.
        else json.WriteStringValue(payload);
    }

    private static bool IsJson(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed record End(long Number, string Hash, long LastUnit);
}
