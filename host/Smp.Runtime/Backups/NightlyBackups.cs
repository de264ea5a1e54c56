using Microsoft.Extensions.Logging;
using Smp.Runtime.Core.Settings;

namespace Smp.Runtime.Backups;

/// <summary>Makes a backup each night while the clinic is open, or soon after it opens when it was closed at that hour.</summary>
internal sealed class NightlyBackups(ClinicBackups backups, SettingsBook settings, TimeProvider time, ILogger<NightlyBackups> log) : IAsyncDisposable
{
    /// <summary>How long after one that couldn't be made the next is tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource stopping = new();
    private (string Folder, DateTimeOffset? At)? last;
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;
    private Task loop = Task.CompletedTask;

    /// <summary>Looks each minute whether one is due.</summary>
    public void Start() => loop = Task.Run(LoopAsync);

    /// <summary>Makes a backup if one is due; true when one was made. A failure is logged, and tried again after <see cref="Patience"/>.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken token)
    {
        var now = time.GetUtcNow();
        if (!settings.Backups.Nightly || now < notBefore) return false;
        try
        {
            // Looked up once for each folder: reading every manifest each minute would be work for nothing.
            var folder = backups.Folder;
            if (last?.Folder != folder) last = (folder, backups.LastNightly());
            if (!IsDue(last.Value.At, now, settings.Backups.Hour, settings.Zone)) return false;
            last = (folder, (await backups.BackupNightlyAsync(token)).CreatedAt);
            return true;
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            notBefore = now + Patience;
            log.LogError(error, "The nightly backup could not be made. It is tried again in {Patience}", Patience);
            return false;
        }
    }

    /// <summary>Whether the last one is older than the last time that the clock showed the hour.</summary>
    public static bool IsDue(DateTimeOffset? last, DateTimeOffset now, int hour, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var wall = local.Date.AddHours(hour);
        if (wall > local) wall = wall.AddDays(-1);
        // In the night in which clocks go forward the hour may not come: the next one does.
        while (zone.IsInvalidTime(wall)) wall = wall.AddMinutes(30);
        return last is null || last < new DateTimeOffset(wall, zone.GetUtcOffset(wall));
    }

    /// <summary>Ends the loop; a backup that is being made is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token)) await RunOnceAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The clinic closes.
        }
    }
}
