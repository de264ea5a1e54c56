using System.Diagnostics;
using System.Globalization;
using Dapper;
using Smp.Runtime.Files;
using Smp.Runtime.Hosting;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;

namespace Smp.Runtime.Doctor;

/// <summary>Looks the whole clinic over: what needs doing, and how it is done.</summary>
public sealed class ClinicDoctor(Clinic clinic)
{
    // Above this a look at every page takes too long for an open clinic; verifying a backup looks at the copy.
    private const long LargeDatabase = 1L << 30;

    /// <summary>Looks at everything. A large clinic takes some seconds for each million of changes that were ever made.</summary>
    public async Task<Diagnosis> LookAsync(CancellationToken token)
    {
        var data = clinic.Options.DataFolder;
        var now = clinic.Time.GetUtcNow();
        return Diagnosis.Of(
        [
            .. MachineChecks.Of(data, clinic.Backups.Folder, now),
            Modules(), Versions(), Health(), await DatabaseAsync(Path.Combine(data, "clinic.db"), token), await TablesAsync(token), await AuditAsync(token), await FilesAsync(data, token),
            await ClockAsync(now, token), Memory(), Printer(),
        ]);
    }

    private Finding Modules()
    {
        var troubled = clinic.Plugins.Where(p => p.IsTrouble).ToList();
        return troubled.Count > 0
            ? new("modules", false, string.Join(" ", troubled.Select(p => $"{p.Name} {p.Version} is {p.State}: {p.Reason}")))
            : new("modules", true, $"{clinic.Plugins.Count(p => p.State == PluginState.Enabled)} running, {clinic.Plugins.Count(p => p.State is PluginState.Disabled or PluginState.Discovered)} turned off.");
    }

    private Finding Versions()
    {
        var held = clinic.Plugins.SelectMany(p => p.Versions.Where(v => v.Held).Select(v => $"{p.Id} {v.Version}")).ToList();
        return new("versions", true, held.Count == 0
            ? "No version of a module is held in memory but those that run."
            : $"Held in memory until the clinic is started again, some 1 MB each: {string.Join(", ", held)}.");
    }

    private Finding Health()
    {
        var troubled = clinic.Health.Troubled;
        if (troubled.Count == 0) return new("health", true, "No module has failed at anything since the clinic was opened.");
        var said = string.Join(" ", troubled.Select(p => string.Create(CultureInfo.InvariantCulture,
            $"{p.Plugin} failed {(p.Faults == 1 ? "once" : $"{p.Faults} times")}, lastly at {p.LastFaults[0].What} ({p.LastFaults[0].Message}).{(p.QuarantineProposed is { } why ? $" {why} Quarantine it or turn it off until its publisher has looked at it." : "")}")));
        return new("health", !troubled.Any(p => p.QuarantineProposed is not null), said);
    }

    // Nothing stops without it: what would be printed is shown, for whoever reads it to print.
    private Finding Printer() => new("printer", true, clinic.Printer is { Available: true, Browser: var browser }
        ? $"Documents are printed to PDF by {browser}."
        : "There is no browser to print documents to PDF with. Install Chromium, Chrome or Edge, or name one: smp serve --browser PATH.");

    // What a module leaks shows here: it can't be told apart from what others need.
    private static Finding Memory()
    {
        using var process = Process.GetCurrentProcess();
        var (held, there) = (process.WorkingSet64, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var said = $"The process holds {Sizes.Say(held)} of {Sizes.Say(there)}, {Sizes.Say(GC.GetTotalMemory(forceFullCollection: false))} of it objects, and has run since {Moments.Text(new(process.StartTime))}.";
        return held < there / 4 * 3
            ? new("memory", true, said)
            : new("memory", false, $"{said} Something leaks: turn the modules off one after the other to find out which, and start the clinic again.");
    }

    private async Task<Finding> DatabaseAsync(string path, CancellationToken token)
    {
        if (new FileInfo(path).Length > LargeDatabase) return new("database", true, "Its pages are looked at when a backup is verified: smp backup verify");
        var problems = await clinic.Store.CheckPagesAsync(token);
        return problems.Count == 0
            ? new("database", true, "Every page of it is whole.")
            : new("database", false, $"It is damaged: {problems[0]}. Restore the last backup into a new folder: smp backup list, smp backup restore");
    }

    private async Task<Finding> TablesAsync(CancellationToken token)
    {
        var applied = (await clinic.Store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.QueryAsync<Applied>(
            "SELECT plugin, count(*) AS migrations FROM core__migrations GROUP BY plugin ORDER BY plugin"), token)).AsList();
        return new("tables", true, $"Brought up to date by migrations: {string.Join(", ", applied.Select(a => $"{a.Plugin} {a.Migrations}"))}.");
    }

    private async Task<Finding> AuditAsync(CancellationToken token)
    {
        var report = await clinic.VerifyAuditAsync([], token);
        return report.Ok
            ? new("audit", true, $"The trail is whole, {report.Units} units of work with {report.Rows} changes, and the data is as it says. Its head: {report.Head.Seal}:{report.Head.Hash}")
            : new("audit", false, $"{report.Problems[0].Text}{(report.Found > 1 ? $" And {report.Found - 1} more." : "")} See all: smp audit verify");
    }

    private async Task<Finding> FilesAsync(string data, CancellationToken token)
    {
        var files = (await clinic.Store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.QueryAsync<Kept>("SELECT sha256, length FROM core__files"), token)).AsList();
        var missing = files.Where(f => new FileInfo(Path.Combine(data, FileVault.PathOf(f.Sha256))) is var file && (!file.Exists || file.Length != f.Length)).ToList();
        return missing.Count == 0
            ? new("files", true, $"{files.Count} photos and documents, none missing.")
            : new("files", false, $"{missing.Count} of {files.Count} photos and documents are missing or cut short, {FileVault.PathOf(missing[0].Sha256)} among them. Copy them from a backup into the same place.");
    }

    private async Task<Finding> ClockAsync(DateTimeOffset now, CancellationToken token)
    {
        var last = await clinic.Store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.ExecuteScalarAsync<string?>(
            "SELECT at FROM core__audit_seals ORDER BY number DESC LIMIT 1"), token);
        return last is not null && string.CompareOrdinal(last, Moments.Text(now)) > 0
            ? new("clock", false, $"It says {Moments.Text(now)}, and something was done at {last} already. Set the machine's clock right.")
            : new("clock", true, $"It says {Moments.Text(now)}; the clinic's time zone is {clinic.Settings.Zone.Id}.");
    }

    private sealed record Applied(string Plugin, long Migrations);

    private sealed record Kept(string Sha256, long Length);
}
