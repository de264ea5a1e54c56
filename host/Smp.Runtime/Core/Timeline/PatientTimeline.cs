using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Timeline;

/// <summary>A line of a patient's timeline.</summary>
/// <param name="Id">Key.</param>
/// <param name="At">When it happened.</param>
/// <param name="Plugin">The module that wrote it.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Text">What happened.</param>
/// <param name="Href">Where to read more.</param>
/// <param name="Actor">Who wrote it.</param>
public sealed record TimelineLine(long Id, DateTimeOffset At, string Plugin, string Icon, string Text, string? Href, string Actor);

/// <summary>The patients' timelines: written by modules in their units of work, read by the host.</summary>
public sealed class PatientTimeline(IStore<CorePlugin> store) : ITimeline
{
    /// <inheritdoc/>
    public async Task WriteAsync(IUnitOfWork unit, TimelineEntry entry, CancellationToken token = default) =>
        await StoreEngine.Join(Rights.Core, unit).ExecuteAsync("""
            INSERT INTO core__timeline (patient_id, at, plugin, icon, text, href, actor, recorded_at)
            VALUES (@PatientId, @At, @plugin, @Icon, @Text, @Href, @Name, @Now)
            """, new
        {
            entry.PatientId, entry.At, plugin = StoreEngine.OwnerOf(unit), entry.Icon, entry.Text, entry.Href, unit.Actor.Name, unit.Now,
        });

    /// <summary>One page of a patient's timeline, newest first.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<TimelineLine>> PageAsync(long patientId, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await store.ReadAsync(connection => connection.QueryAsync<TimelineLine>("""
            SELECT id, at, plugin, icon, text, href, actor FROM core__timeline
            WHERE patient_id = @patientId AND (at, id) < (@at, @id)
            ORDER BY at DESC, id DESC LIMIT @limit + 1
            """, new { patientId, at = key[0], id = Keyset.Key(key[1]), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, line => [Keyset.Of(line.At), Keyset.Of(line.Id)]);
    }
}
