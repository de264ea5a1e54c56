namespace Smp.Runtime.Documents;

/// <summary>Finds a browser that prints: Chromium, Chrome or Edge.</summary>
public static class Browsers
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "microsoft-edge-stable"];

    private static readonly string[] OnMac =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];

    private static readonly string[] OnWindows = [@"Microsoft\Edge\Application\msedge.exe", @"Google\Chrome\Application\chrome.exe", @"Chromium\Application\chrome.exe"];

    /// <summary>The first one that is installed where it usually is; null when there is none.</summary>
    public static string? Find() => Places().FirstOrDefault(File.Exists);

    private static string[] Places()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SpecialFolder[] roots = [Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86, Environment.SpecialFolder.LocalApplicationData];
            return [.. from root in roots let folder = Environment.GetFolderPath(root) where folder.Length > 0 from name in OnWindows select Path.Combine(folder, name)];
        }

        if (OperatingSystem.IsMacOS()) return OnMac;
        // A path that isn't whole would be looked for wherever the clinic happens to be run.
        return [.. from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':') where Path.IsPathRooted(folder) from name in Names select Path.Combine(folder, name)];
    }
}
