using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Health;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>
/// Asks the guards of every module that the clinic has on. What protects never depends on the protector's health: one that throws, is slow, or isn't
/// there at all answers stop.
/// </summary>
internal sealed class GuardBoard(
    ProcedureGuards guards, ShellContents shell, Clinic clinic, StoreEngine engine, PluginRights rights, IServiceScopeFactory scopes, IServiceProvider scope,
    ILogger<GuardBoard> log)
{
    /// <summary>How long a guard may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long all of them may take inside a unit of work: its budget is 5 seconds, and what comes after needs some of it.</summary>
    public static readonly TimeSpan PatienceInUnit = TimeSpan.FromSeconds(3);

    private const int MaxAnswers = 20;

    /// <summary>Asks all of them at once, to show what they say.</summary>
    public async Task<GuardReport> AskAsync(GuardQuestion question, CancellationToken token)
    {
        var answers = await Task.WhenAll(guards.Types.Select(type => AskAsync(type, question, token)));
        return Report(question.Stage, answers.SelectMany(a => a));
    }

    /// <summary>Asks them one after the other inside a unit of work, whose connection they share; several questions share the time.</summary>
    public async Task<IReadOnlyList<GuardReport>> AskAsync(IUnitOfWork unit, IReadOnlyList<GuardQuestion> questions, CancellationToken token)
    {
        var began = Environment.TickCount64;
        List<GuardReport> reports = [];
        foreach (var question in questions)
        {
            List<GuardFinding> findings = [];
            foreach (var type in guards.Types)
            {
                var left = PatienceInUnit - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
                findings.AddRange(await AskAsync(unit, type, question, left < Patience ? left : Patience, token));
            }

            reports.Add(Report(question.Stage, findings));
        }

        return reports;
    }

    private Task<IReadOnlyList<GuardFinding>> AskAsync(Type type, GuardQuestion question, CancellationToken token) => AnswersOfAsync(type, async gauge =>
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        var asking = Task.Run(() => InScopeAsync(type, guard => guard.AskAsync(question, null, patience.Token)), CancellationToken.None);
        try
        {
            return await asking.WaitAsync(Patience, token);
        }
        catch (Exception) when (!asking.IsCompleted)
        {
            gauge?.Lost(asking);
            throw;
        }
    }, token);

    private Task<IReadOnlyList<GuardFinding>> AskAsync(IUnitOfWork unit, Type type, GuardQuestion question, TimeSpan limit, CancellationToken token) =>
        AnswersOfAsync(type, _ => limit > TimeSpan.Zero
            ? engine.LendAsync(unit, rights.Of(type.Assembly), limit,
                (lent, patience) => InScopeAsync(type, guard => guard.AskAsync(question, lent, patience)), token)
            : throw new TimeoutException(), token);

    // A scope of its own: what a slow guard still holds is nobody else's.
    private async Task<IReadOnlyList<GuardAnswer>> InScopeAsync(Type type, Func<IProcedureGuard, Task<IReadOnlyList<GuardAnswer>>> ask)
    {
        await using var own = scopes.CreateAsyncScope();
        own.ServiceProvider.GetRequiredService<RequestContext>().CopyFrom(scope.GetRequiredService<RequestContext>());
        return [.. await ask(ProcedureGuards.Make(own.ServiceProvider, type))];
    }

    private async Task<IReadOnlyList<GuardFinding>> AnswersOfAsync(Type type, Func<CallGauge?, Task<IReadOnlyList<GuardAnswer>>> ask, CancellationToken token)
    {
        var (module, name) = shell.OwnerOf(type) is { } owner ? (owner.Id, owner.Manifest.Name) : ("core", "Clinic");
        var gauge = module == "core" ? null : clinic.Health.Gauge(module, PluginCall.Guard);
        var began = CallGauge.Begin();
        try
        {
            if (gauge is { IsStuck: true }) throw new TimeoutException($"{type.Name} was asked several times and never came back.");
            var answers = await ask(gauge);
            if (answers.Count > MaxAnswers || answers.Any(a => !IsSound(a)))
                throw new InvalidOperationException($"{type.Name} gave an answer without a code or a sentence, or more than {MaxAnswers}.");
            return [.. answers.Select(a => new GuardFinding(module, name, a))];
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException && !token.IsCancellationRequested)
        {
            log.LogError(error, "The guard {Guard} of {Module} gave no answer in time", type.Name, module);
            gauge?.Failed(type.Name, error);
            return [Stop(module, name, $"guard-slow:{module}", $"{name} took too long to say whether this may go ahead. Try again in a moment.")];
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            log.LogError(error, "The guard {Guard} of {Module} failed", type.Name, module);
            gauge?.Failed(type.Name, error);
            return [Stop(module, name, $"guard-failed:{module}", $"{name} couldn’t say whether this may go ahead: it failed, and the log has why.")];
        }
        finally
        {
            gauge?.Ended(began);
        }
    }

    private GuardReport Report(GuardStage stage, IEnumerable<GuardFinding> said)
    {
        // By this shell, not by how modules stand: one that was turned on a moment ago and doesn't run here yet is missing here.
        var missing = clinic.OwedGuards.Where(o => !shell.Plugins.Any(p => p.Id == o.Module)).Select(o => Stop(
            o.Module, o.Name, $"module-not-running:{o.Module}",
            $"The module {o.Name} is on but not running, so nobody knows what it would say. Have an administrator look at it."));
        return new(stage,
            [.. said.Concat(missing).OrderByDescending(f => f.Answer.Grade).ThenBy(f => f.Module, StringComparer.Ordinal).ThenBy(f => f.Answer.Code, StringComparer.Ordinal)],
            [.. guards.Types.Select(t => $"{shell.OwnerOf(t)?.Id ?? "core"}/{ProcedureGuards.NameOf(t)}")]);
    }

    private static GuardFinding Stop(string module, string name, string code, FormattableString sentence) =>
        new(module, name, new(GuardGrade.Stop, code, sentence));

    private static bool IsSound(GuardAnswer? answer) =>
        answer is { Code.Length: > 0 and <= 50, Sentence: not null } && Enum.IsDefined(answer.Grade);
}
