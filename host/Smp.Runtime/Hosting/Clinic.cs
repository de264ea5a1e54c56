using System.Data.Common;
using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Api;
using Smp.Runtime.Backups;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Orders;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Documents;
using Smp.Runtime.Files;
using Smp.Runtime.Health;
using Smp.Runtime.Identity;
using Smp.Runtime.Packages;
using Smp.Runtime.Plugins;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Hosting;

/// <summary>An open clinic: its data, its modules, and the shell that serves requests. One for each host.</summary>
public sealed class Clinic : IAsyncDisposable
{
    private static readonly TimeSpan HeadsKept = TimeSpan.FromMinutes(15);
    private readonly ILogger<Clinic> log;
    private readonly PluginBook plugins;
    private readonly ShellHost shells;
    private readonly PluginGate gate = new();
    private readonly KeptHeads heads;
    private readonly IDisposable unhandled;
    private ITimer? keeping;
    private readonly NightlyBackups nightly;
    private readonly JobRunner jobs;

    private Clinic(ClinicOptions options, DataFolder folder, IServiceProvider root, IShellFace face)
    {
        Options = options;
        Time = root.GetRequiredService<TimeProvider>();
        log = root.GetRequiredService<ILogger<Clinic>>();
        Store = new StoreEngine(folder.Database, options.Store, Time, root.GetRequiredService<ILogger<StoreEngine>>());
        heads = new KeptHeads(folder.Heads);
        Files = new FileVault(folder.Path, Store);
        Printer = new BrowserPrinter(options.Browser ?? Browsers.Find(), folder.Printing, root.GetRequiredService<ILogger<BrowserPrinter>>());
        RequestKey = new RequestKey(folder.Keys);
        Settings = new SettingsBook(Store, root.GetRequiredService<IDataProtectionProvider>());
        Backups = new ClinicBackups(folder.Path, Settings, Time, root.GetRequiredService<ILogger<ClinicBackups>>());
        Progress = new LifeProgress(Time);
        Guard = new MigrationGuard(Store, Backups, Progress);
        nightly = new NightlyBackups(Backups, Settings, Time, root.GetRequiredService<ILogger<NightlyBackups>>());
        Packages = new PackageShelf(folder, options, Time, root.GetRequiredService<ILogger<PackageShelf>>());
        PackageRecords = new PackageRecords(Store, folder);
        plugins = new PluginBook(options, folder, Store, PackageRecords);
        Health = new ClinicHealth([.. options.BundledPlugins, folder.Plugins], Time, root.GetRequiredService<IMeterFactory>(), root.GetRequiredService<ILogger<ClinicHealth>>());
        unhandled = UnhandledExceptions.Ask(Health.TakeUnhandled);
        shells = new ShellHost(Health, root.GetRequiredService<ILogger<ShellHost>>());
        jobs = new JobRunner(Store, shells, Health, Time, root.GetRequiredService<ILogger<JobRunner>>());
        Life = new PluginLife(plugins, new ShellBuilder(this, root, face), shells, gate, Guard, Progress, log);
    }

    /// <summary>How it was opened.</summary>
    public ClinicOptions Options { get; }

    /// <summary>The clinic's settings.</summary>
    public SettingsBook Settings { get; }

    /// <summary>How every plugin stands.</summary>
    public IReadOnlyList<PluginStatus> Plugins => plugins.Statuses;

    /// <summary>The modules that the clinic has on and that owe their guards, whether they run or not.</summary>
    public IReadOnlyList<OwedGuards> OwedGuards => plugins.OwedGuards;

    /// <summary>Which plugins there are; for what changes them.</summary>
    internal PluginBook Book => plugins;

    /// <summary>Changes what runs.</summary>
    internal PluginLife Life { get; }

    /// <summary>How the plugins fare.</summary>
    public ClinicHealth Health { get; }

    /// <summary>Its backups.</summary>
    public ClinicBackups Backups { get; }

    internal StoreEngine Store { get; }

    internal MigrationGuard Guard { get; }

    /// <summary>How far what is being done with a module has come.</summary>
    internal LifeProgress Progress { get; }

    internal FileVault Files { get; }

    internal BrowserPrinter Printer { get; }

    internal RequestKey RequestKey { get; }

    internal PackageShelf Packages { get; }

    internal PackageRecords PackageRecords { get; }

    internal TimeProvider Time { get; }

    internal IdentityMemory Identity { get; } = new();

    /// <summary>What the current shell contains.</summary>
    public ShellContents Contents => shells.Current.Contents;

    /// <summary>Opens a clinic: brings its data up to date, and starts what modules can run. A module that can't never stops it.</summary>
    /// <param name="options">How to open it.</param>
    /// <param name="folder">Its data folder, taken by this process.</param>
    /// <param name="root">The outer host's services.</param>
    /// <param name="face">What the host adds to each shell.</param>
    /// <exception cref="DataFolderException">The disk or the database is in the way.</exception>
    /// <exception cref="MigrationException">The clinic's data is newer than this host, or can't be brought up to date.</exception>
    public static async Task<Clinic> OpenAsync(ClinicOptions options, DataFolder folder, IServiceProvider root, IShellFace face)
    {
        Clinic? clinic = null;
        try
        {
            clinic = new Clinic(options, folder, root, face);
            clinic.Packages.Sweep();
            clinic.Printer.Sweep();
            var looking = Task.Run(clinic.plugins.Look);
            var migrations = Migration.In(typeof(CorePlugin).Assembly);
            await clinic.Guard.StartAsync();
            await clinic.Guard.BeforeAsync(Rights.Core.PluginId, migrations);
            await clinic.Store.MigrateAsync(Rights.Core, migrations);
            await clinic.Store.MendAsync();
            await clinic.Settings.LoadAsync();
            await looking;
            await clinic.Life.StartAsync();
            clinic.KeepHead();
            clinic.keeping = clinic.Time.CreateTimer(static c => ((Clinic)c!).KeepHead(), clinic, HeadsKept, HeadsKept);
            if (options.Scheduled)
            {
                clinic.nightly.Start();
                clinic.jobs.Start();
            }

            return clinic;
        }
        catch (Exception error)
        {
            if (clinic is not null) await clinic.DisposeAsync();
            if (StoreFault.Of(error, opening: true) is not { } fault) throw;
            throw new DataFolderException($"The clinic in {folder.Path} can't be opened. {fault.AtOpening}", error);
        }
    }

    /// <summary>Verifies the audit trail, against every head that was kept in the data folder and in its backups, and these.</summary>
    /// <param name="more">Heads that were kept elsewhere.</param>
    /// <param name="token">Gives up.</param>
    public Task<AuditReport> VerifyAuditAsync(IReadOnlyList<AuditHead> more, CancellationToken token = default) => Store.VerifyAsync([.. heads.Read(), .. Backups.Heads(), .. more], token);

    /// <summary>Runs a request in the current shell.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var door = gate.DoorOf(context.Request.Path);
        if (door is not null && !door.TryEnter())
        {
            await PluginGate.TurnAwayAsync(context);
            return;
        }

        try
        {
            await shells.InvokeAsync(context);
        }
        finally
        {
            door?.Leave();
        }
    }

    /// <summary>Whether the store answers.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken token)
    {
        try
        {
            return await Store.ReadAsync(Rights.Core, oneMoment: false, c => c.ExecuteScalarAsync<long>("SELECT 1"), token) == 1;
        }
        catch (DbException error)
        {
            log.LogError(error, "The store doesn't answer");
            return false;
        }
    }

    /// <summary>Does something outside of any request, in a scope of the current shell, as the clinic itself.</summary>
    public async Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        Shell shell;
        do shell = shells.Current;
        while (!shell.TryEnter());
        try
        {
            await using var scope = shell.Services.CreateAsyncScope();
            return await work(scope.ServiceProvider);
        }
        finally
        {
            shell.Leave();
        }
    }

    /// <summary>Looks at once for what was ordered.</summary>
    internal void WakeJobs() => jobs.Wake();

    /// <summary>Does what was ordered and is due now. Returns how much of it was done; what failed is due again later.</summary>
    public Task<int> RunJobsAsync(CancellationToken token = default) => jobs.RunDueAsync(token);

    private void KeepHead()
    {
        try
        {
            if (heads.Keep(Store.Head, Time.GetUtcNow())) log.LogInformation("The audit trail ends at seal {Seal}, {Hash}", Store.Head.Seal, Store.Head.Hash);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogError(error, "The audit trail's head can't be kept");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (keeping is not null) await keeping.DisposeAsync();
        await nightly.DisposeAsync();
        await jobs.DisposeAsync();
        await shells.CloseAsync();
        unhandled.Dispose();
        KeepHead();
        await Store.DisposeAsync();
        Life.Dispose();
        Backups.Dispose();
        Identity.Dispose();
        Printer.Dispose();
    }
}
