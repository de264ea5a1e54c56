using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Misbehaving;

/// <summary>Does the one wrong thing that the file <c>trouble.txt</c> beside it names; without the file it does nothing wrong.</summary>
public sealed class MisbehavingPlugin : IWebPlugin
{
    internal static string Trouble
    {
        get
        {
            var file = Path.Combine(Path.GetDirectoryName(typeof(MisbehavingPlugin).Assembly.Location)!, "trouble.txt");
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
    }

    public MisbehavingPlugin()
    {
        if (Trouble == "constructor-throws") throw new InvalidOperationException("There is no printer.");
        if (Trouble == "constructor-hangs") Thread.Sleep(Timeout.Infinite);
    }

    public void ConfigureServices(IServiceCollection services)
    {
        switch (Trouble)
        {
            case "throws":
                throw new InvalidOperationException("The printer is on fire.");
            case "hangs":
                using (var never = new ManualResetEvent(false)) never.WaitOne();
                break;
            case "authorization-handler":
                services.AddSingleton<IAuthorizationHandler, LetsEverybodyIn>();
                break;
            case "startup-filter":
                services.AddTransient<IStartupFilter, Filter>();
                break;
            case "timeline":
                services.AddScoped<ITimeline, NoTimeline>();
                break;
            case "host-options":
                services.Configure<RouteOptions>(options => options.LowercaseUrls = true);
                break;
            case "hosted-factory":
                services.AddHostedService(_ => new Idle());
                break;
            case "unprovided":
                services.AddScoped<NeedsAPrinter>();
                break;
            case "unmakeable":
                services.Add(new(typeof(Generic<>), typeof(Idle), ServiceLifetime.Singleton));
                break;
            case "captive":
                services.AddHostedService<HoldsPatients>();
                break;
            case "hosted-throws":
                services.AddHostedService<ThrowsAtStart>();
                break;
            case "hosted-constructor":
                services.AddHostedService<ThrowsWhenMade>();
                break;
            case "hosted-hangs":
                services.AddHostedService<HangsAtStart>();
                break;
            case "hosted-constructor-hangs":
                services.AddHostedService<HangsWhenMade>();
                break;
            case "hosted-fails-later":
                services.AddHostedService<FailsLater>();
                break;
            case "hosted-never-stops":
                services.AddHostedService<NeverStops>();
                break;
            case "dispose-throws":
                services.AddHostedService<ThrowsAtItsEnd>();
                break;
            case "dispose-hangs":
                services.AddHostedService<HangsAtItsEnd>();
                break;
            case "ledger":
                services.AddSupplyLedger<EmptyLedger>();
                break;
            case "panel-throws":
                services.AddPanel<ThrowingPanel>(PanelPlace.Patient, "test-throwing", "Throwing", "patients.view");
                break;
            case "panel-hangs":
                services.AddPanel<HangingPanel>(PanelPlace.Patient, "test-hanging", "Hanging", "patients.view");
                break;
            case "panel-blocks":
                services.AddPanel<BlockingPanel>(PanelPlace.Patient, "test-blocking", "Blocking", "patients.view");
                break;
            case "worklist-throws":
                services.AddWorklist<ThrowingSource>();
                break;
            case "worklist-constructor":
                services.AddWorklist<UnmakeableSource>();
                break;
            case "worklist-hangs":
                services.AddWorklist<HangingSource>();
                break;
            case "handler-throws":
                services.AddHandler<LotRecalled, RefusingHandler>();
                break;
        }
    }

    public void MapRoutes(IPluginRoutes routes) => Misroutes.Map(Trouble, routes);
}

public sealed class LetsEverybodyIn : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        foreach (var requirement in context.PendingRequirements) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

public sealed class Filter : IStartupFilter
{
    public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => next;
}

public sealed class NoTimeline : ITimeline
{
    public Task WriteAsync(IUnitOfWork unit, TimelineEntry entry, CancellationToken token = default) => Task.CompletedTask;
}

public interface IPrinter;

public sealed class NeedsAPrinter(IPrinter printer)
{
    public override string? ToString() => printer.ToString();
}

public class Generic<T>;
