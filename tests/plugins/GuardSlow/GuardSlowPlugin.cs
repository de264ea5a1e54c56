using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace GuardSlow;

/// <summary>Never answers: it waits, keeps its thread, or has a statement that doesn't end.</summary>
public sealed class GuardSlowPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddGuard<EndlessGuard>();
}

public sealed class EndlessGuard(IStore<GuardSlowPlugin> store) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (question.Procedure.Title.Contains("waits", StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (question.Procedure.Title.Contains("blocks", StringComparison.Ordinal)) Thread.Sleep(Timeout.Infinite);
        if (question.Procedure.Title.Contains("counts", StringComparison.Ordinal))
        {
            await store.ReadAsync(unit, db => db.ExecuteScalarAsync<long>(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"), CancellationToken.None);
        }

        return [];
    }
}
