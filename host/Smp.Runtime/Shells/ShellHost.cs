using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Health;

namespace Smp.Runtime.Shells;

/// <summary>Holds the current shell, sends each request into it, and swaps it for another without losing one.</summary>
internal sealed class ShellHost(ClinicHealth health, ILogger<ShellHost> log)
{
    private static readonly TimeSpan HostedLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly HashSet<string> NoPlugins = [];
    private readonly Dictionary<string, StillRunning> unstopped = [];
    private Shell? current;
    private Task retiring = Task.CompletedTask;

    public Shell Current => Volatile.Read(ref current) ?? throw new InvalidOperationException("The clinic isn't open yet.");

    /// <summary>Runs a request in the current shell. A shell that is swapped meanwhile finishes it all the same.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        Shell shell;
        do shell = Current;
        while (!shell.TryEnter());

        // Registered first, so it runs last: after everything that completes the response in the shell.
        context.Response.OnCompleted(static state =>
        {
            ((Shell)state).Leave();
            return Task.CompletedTask;
        }, shell);
        await using var cut = shell.Stopping.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        var outer = context.RequestServices;
        // The inner pipeline routes for itself; what the outer one found would be kept otherwise.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        await using var scope = shell.Services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await shell.Pipeline(context);
        }
        finally
        {
            context.RequestServices = outer;
        }
    }

    /// <summary>Puts a shell in place of the current one. Never two of a hosted service run at a time.</summary>
    /// <exception cref="PluginFailure">A hosted service didn't start, or its predecessor didn't stop; the old shell goes on serving.</exception>
    public async Task SwapAsync(Shell next)
    {
        var old = Volatile.Read(ref current);
        try
        {
            if (old is not null) await StopAsync(old);
            foreach (var plugin in next.Contents.Plugins)
            {
                if (StillOf(plugin.Id) is { } still)
                    throw new PluginFailure(plugin.Id, $"Its service {still.Service} was told to stop and still runs, and two of it must not run at a time. Restart the clinic.") { IsPassing = true };
            }

            health.Begin(next.Contents.Plugins, old?.Contents.Plugins ?? []);
            await next.StartHostedAsync(HostedLimit, apart: NoPlugins, Failed);
        }
        catch
        {
            await StopAsync(next);
            await next.DisposeAsync();
            if (old is not null) await ResumeAsync(old);
            throw;
        }

        Volatile.Write(ref current, next);
        if (old is not null) retiring = Task.WhenAll(retiring, RetireAsync(old));
    }

    private async Task StopAsync(Shell shell)
    {
        foreach (var still in await shell.StopHostedAsync(HostedLimit, Complain)) unstopped[still.Plugin] = still;
    }

    private StillRunning? StillOf(string plugin) => unstopped.TryGetValue(plugin, out var still) && !still.Ended.IsCompleted ? still : null;

    private async Task ResumeAsync(Shell shell)
    {
        try
        {
            await shell.StartHostedAsync(HostedLimit, apart: unstopped.Keys.Where(p => StillOf(p) is not null).ToHashSet(), Failed);
        }
        catch (PluginFailure failure)
        {
            // What kept the next shell from starting is what counts; the shell after it is built without this plugin too, if need be.
            log.LogError(failure, "The module {Plugin} was not started again: {Reason}", failure.Plugin, failure.Message);
        }
    }

    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref current, null) is { } last)
        {
            await StopAsync(last);
            await RetireAsync(last);
        }

        await retiring;
    }

    private async Task RetireAsync(Shell shell)
    {
        try
        {
            await shell.RetireAsync(Grace);
        }
        catch (Exception error)
        {
            log.LogError(error, "Shell {Number} could not be disposed", shell.Number);
        }
    }

    private void Failed(string plugin, string service, Exception error)
    {
        log.LogError(error, "{Service} of the module {Plugin} failed while it ran, and runs no more", service, plugin);
        health.Gauge(plugin, PluginCall.HostedService).Failed(service, error);
    }

    private void Complain(string service, Exception error) => log.LogWarning(error, "{Service} did not stop", service);
}
