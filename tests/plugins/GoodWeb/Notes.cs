using Dapper;
using Microsoft.Extensions.Options;
using Smp.Sdk;

namespace GoodWeb;

public sealed class Notes(IStore<GoodWebPlugin> store)
{
    public Task<IReadOnlyList<string>> ListAsync() => store.ReadAsync<IReadOnlyList<string>>(async connection =>
        [.. await connection.QueryAsync<string>("SELECT words FROM test_web__notes ORDER BY id")]);

    public Task<int> RecallAsync() => store.WriteAsync(new Act("Recalled a lot"), async unit =>
    {
        await unit.Connection.ExecuteAsync("INSERT INTO test_web__notes (words) VALUES ('recalled')");
        await unit.PublishAsync(new LotRecalled(1, "A-1", "A needle", []));
        return 1;
    });
}

public sealed class NotesToRead(IClinicClock clock, IOptions<NoteOptions> options) : IWorklistSource
{
    public string Permission => "test.web.view";

    public Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
        Task.FromResult<IReadOnlyList<WorklistEntry>>([new(options.Value.Due, "", "/test.web/notes", clock.Today, Urgency.Notice)]);
}
