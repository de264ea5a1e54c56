using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace GuardThrows;

/// <summary>Fails, in the way that the title of the procedure names.</summary>
public sealed class GuardThrowsPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddGuard<FailingGuard>();
}

public sealed class FailingGuard(IStore<GuardThrowsPlugin> store) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        var title = question.Procedure.Title;
        if (title.Contains("throws", StringComparison.Ordinal)) throw new InvalidOperationException("The crystal ball is cloudy.");
        if (title.Contains("null", StringComparison.Ordinal)) return null!;
        if (title.Contains("codeless", StringComparison.Ordinal)) return [new(GuardGrade.Warn, "", $"Something.")];
        if (title.Contains("writes", StringComparison.Ordinal) && unit is not null)
            await store.Join(unit).ExecuteAsync("INSERT INTO test_guardthrows__marks (words) VALUES ('was here')");
        if (title.Contains("around", StringComparison.Ordinal) && unit is not null)
            await store.WriteAsync(new Act("Went around the unit"), other => other.Connection.ExecuteAsync("INSERT INTO test_guardthrows__marks (words) VALUES ('was here')"), token);
        return [];
    }
}
