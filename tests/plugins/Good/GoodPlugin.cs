using Dapper;
using Good.Library;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Good;

public sealed class GoodPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<Calls>()
        .AddHandler<LotRecalled, Calls>()
        .AddWorklist<DueCalls>();

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapGet("/calls", async (Calls calls, int? limit) => await calls.ListAsync(Keyset.Limit(limit))).Demand("test.good.view");
        routes.Pages.MapGet("/calls.txt", () => TypedResults.Text("calls"));
    }

    public override string ToString() => Lengths.Describe(3);
}

public sealed record Call(long Id, long PatientId, DateOnly Due);

public sealed class Calls(IStore<GoodPlugin> store, ITimeline timeline, ICurrentActor actor, ISettings<GoodPlugin> settings) : IEventHandler<LotRecalled>
{
    public Task<Page<Call>> ListAsync(int limit) => store.ReadAsync(async connection =>
    {
        var rows = await connection.QueryAsync<Call>("SELECT id, patient_id, due FROM test_good__calls LIMIT @limit", new { limit });
        return Keyset.ToPage([.. rows], limit, call => [$"{call.Id}"]);
    });

    public async Task<long> AddAsync(NewCall call)
    {
        if (!actor.May("test.good.view")) throw Refuse.Forbidden($"{actor.Actor.Name} may not.");
        var checks = new Checks();
        checks.That(call.PatientId > 0, nameof(call.PatientId), $"Who?");
        checks.Throw();
        return await store.WriteAsync(new Act("Planned a call") with { Reason = call.Reason }, async unit =>
        {
            await timeline.WriteAsync(unit, new(call.PatientId, unit.Now, "note", $"Call in {settings.Get<int>("days")} days"));
            return await store.Join(unit).ExecuteScalarAsync<long>("INSERT INTO test_good__calls (patient_id) VALUES (@PatientId) RETURNING id", call);
        });
    }

    public Task HandleAsync(LotRecalled @event, IUnitOfWork unit, CancellationToken token) =>
        unit.PublishAsync(new NewCall { PatientId = 1, Reason = @event.ToString() }, token);
}

public sealed record NewCall
{
    public required long PatientId { get; init; }

    public string? Reason { get; init; }
}

public sealed class DueCalls(Calls calls, IClinicClock clock) : IWorklistSource
{
    public string Permission => "test.good.view";

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        try
        {
            var page = await calls.ListAsync(query.Limit);
            return [.. page.Items.Select(call => new WorklistEntry($"Call {call.PatientId}", "", "/test.good", clock.Today, Urgency.Notice, call.PatientId))];
        }
        catch (RefusedException e) when (e.Kind == RefusalKind.Missing)
        {
            return e.Message.Length == 0 ? [] : [new(e.Sentence.Format, $"{e.Errors.Count}", "/", query.Today, Urgency.Danger)];
        }
    }
}
