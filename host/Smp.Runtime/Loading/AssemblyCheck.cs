using System.Reflection;

namespace Smp.Runtime.Loading;

/// <summary>What a look at a plugin's assembly found.</summary>
/// <param name="EntryType">The full name of the class that it begins with; null when anything speaks against it.</param>
/// <param name="Reasons">Everything that speaks against it, a sentence each.</param>
internal sealed record AssemblyReport(string? EntryType, IReadOnlyList<string> Reasons)
{
    /// <summary>What the assembly refers to that doesn't come from the host: its own, or what others export.</summary>
    public IReadOnlyList<(string Name, Version Version)> References { get; init; } = [];
}

/// <summary>
/// Decides from the files alone whether this host can run a plugin's assembly. Nothing is loaded and none of the plugin's code runs. Keep
/// one for the host: it reads the SDK once.
/// </summary>
internal sealed class AssemblyCheck(SharedAssemblies shared)
{
    private readonly Lazy<SdkSurface> sdk = new(() => new SdkSurface());

    /// <summary>Looks at the plugin in a folder. Doesn't throw for what is in the files.</summary>
    /// <param name="folder">The folder of one version of the plugin.</param>
    /// <param name="assembly">The file name of its assembly.</param>
    public AssemblyReport Check(string folder, string assembly) => Check(folder, assembly, mayUseExports: false);

    /// <summary>Looks at the plugin in a folder, and at what it exports. What it uses of others' exports is judged together with them (<see cref="ContractCheck"/>).</summary>
    public AssemblyReport Check(string folder, PluginManifest manifest)
    {
        var report = Check(folder, manifest.Assembly, mayUseExports: manifest.Requires.Count + manifest.Optional.Count > 0);
        if (manifest.Exports is not { } export) return report;
        var reasons = report.Reasons.Concat(Export(Path.GetFullPath(folder), export, manifest)).ToList();
        return reasons.Count == 0 ? report : new(null, reasons);
    }

    private List<string> Export(string folder, ExportDefinition export, PluginManifest manifest)
    {
        if (shared.Contains(export.Name)) return [$"{export.Assembly} is exported under a name that the host has an assembly of. Give it another."];
        using var file = AssemblyFile.Open(Path.Combine(folder, export.Assembly), out var reason);
        if (file is null) return [reason!];
        try
        {
            var version = file.Reader.GetAssemblyDefinition().Version;
            List<string> reasons = [];
            if (!file.Reader.StringComparer.Equals(file.Reader.GetAssemblyDefinition().Name, export.Name)) reasons.Add($"{export.Assembly} holds an assembly of another name.");
            if (new Version(version.Major, version.Minor, version.Build) != export.Version)
                reasons.Add($"{export.Assembly} has the version {version.ToString(3)}, and plugin.json exports it as {export.Version}. Both must be the same.");
            foreach (var (name, needed) in file.References)
            {
                if (shared.VersionOf(name) is { } had)
                {
                    if (needed > had) reasons.Add($"{export.Assembly} was built with {name} {needed}; this host has {had}.");
                }
                else if (manifest.Requires.Count == 0)
                {
                    reasons.Add($"{export.Assembly} is exported and uses {name}.dll. What is exported uses nothing but what comes from the host and what its plugin requires.");
                }
            }

            if (Unknown(file) is { } unknown) reasons.Add(unknown);
            reasons.AddRange(ProcessWideMembers.Reasons(file.Name, file.Reader, own: true));
            return reasons;
        }
        catch (Exception e) when (AssemblyFile.IsDamage(e))
        {
            return [$"{export.Assembly} is damaged: {e.Message}"];
        }
    }

    private AssemblyReport Check(string folder, string assembly, bool mayUseExports)
    {
        var path = Path.GetFullPath(assembly, Path.GetFullPath(folder));
        using var main = AssemblyFile.Open(path, out var reason);
        if (main is null) return new(null, [reason!]);
        try
        {
            if (NotOfThisFramework(main) is { } newer) return new(null, [newer]);
            var reasons = Copies(path).Concat(Files(main, mayUseExports)).ToList();
            var (entry, missing) = new EntryPoint(main.Reader).Find(main.Name);
            if (missing is not null) reasons.Add(missing);
            return reasons.Count > 0 ? new(null, reasons) : new(entry, []) { References = [.. main.References.Where(r => !shared.Contains(r.Name))] };
        }
        catch (Exception e) when (AssemblyFile.IsDamage(e))
        {
            return new(null, [$"{main.Name} is damaged: {e.Message}"]);
        }
    }

    private static string? NotOfThisFramework(AssemblyFile main)
    {
        if (main.TargetFramework() is not { } target || target.Identifier == ".NETStandard") return null;
        var host = new Version(Environment.Version.Major, Environment.Version.Minor);
        if (target.Identifier != ".NETCoreApp") return $"{main.Name} is made for {target.Identifier} {target.Version}; this host runs .NET {host}.";
        return target.Version > host ? $"{main.Name} is made for .NET {target.Version}, newer than this host's .NET {host}. Update the host, or install a version for .NET {host}." : null;
    }

    // A shared assembly is never loaded from the folder, so a copy there is at best dead weight and at worst what the plugin was tested with.
    private IEnumerable<string> Copies(string main) =>
        from file in Directory.EnumerateFiles(Path.GetDirectoryName(main)!, "*.dll").Order(StringComparer.Ordinal)
        where shared.Contains(Path.GetFileNameWithoutExtension(file))
        select $"{Path.GetFileName(file)} lies in the plugin's folder, but every plugin takes it from the host. Publish the plugin without it (ExcludeAssets=\"runtime\" on its reference).";

    // The plugin's assembly, and from there everything of its folder that is referred to.
    private List<string> Files(AssemblyFile main, bool mayUseExports)
    {
        var reasons = new List<string>();
        PrivateAssemblies own;
        List<string> lost;
        try
        {
            own = new(main.Path);
            lost = [.. own.Lost.Where(file => !shared.Contains(Path.GetFileNameWithoutExtension(file)))];
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return [$"{Path.ChangeExtension(main.Name, ".deps.json")} doesn't fit the folder: {e.Message.ReplaceLineEndings(" ")}"];
        }

        if (lost.Count > 0) return [$"{string.Join(", ", lost)} should lie beside {main.Name}, as its deps.json says. Copy the plugin again."];

        var seen = new HashSet<string>(StringComparer.Ordinal) { main.Path };
        var next = new Queue<string>();
        reasons.AddRange(References(main, isOwn: true, own, mayUseExports, path => { if (seen.Add(path)) next.Enqueue(path); }));
        while (next.TryDequeue(out var path))
        {
            using var file = AssemblyFile.Open(path, out var reason);
            if (file is null) reasons.Add(reason!);
            else reasons.AddRange(References(file, file.References.Any(reference => SharedAssemblies.IsSdk(reference.Name)), own, mayUseExports, path => { if (seen.Add(path)) next.Enqueue(path); }));
        }

        return reasons;
    }

    private List<string> References(AssemblyFile file, bool isOwn, PrivateAssemblies own, bool mayUseExports, Action<string> follow)
    {
        var reasons = new List<string>();
        foreach (var (name, version) in file.References)
        {
            if (shared.VersionOf(name) is { } had)
            {
                if (version > had) reasons.Add($"{file.Name} was built with {name} {version}; this host has {had}. Update the host, or install a version of the plugin for it.");
            }
            else if (own.Find(new AssemblyName { Name = name }) is { } path) follow(path);

            // A library may name an assembly that it never comes to use; the plugin's own code is taken at its word.
            else if (isOwn && !mayUseExports) reasons.Add($"{file.Name} needs {name}.dll (version {version}), which is neither in the plugin's folder nor in the host.");
        }

        if (isOwn && Unknown(file) is { } unknown) reasons.Add(unknown);
        reasons.AddRange(ProcessWideMembers.Reasons(file.Name, file.Reader, isOwn));
        return reasons;
    }

    private string? Unknown(AssemblyFile file)
    {
        var missing = new List<string>();
        foreach (var type in MemberReferences.Types(file.Reader).Where(type => SharedAssemblies.IsSdk(type.Assembly)))
            if (!sdk.Value.HasType(type.Assembly, type.FullName)) missing.Add(type.Written);

        foreach (var member in MemberReferences.Members(file.Reader))
        {
            var (type, name, _) = member;
            if (SharedAssemblies.IsSdk(type.Assembly) && sdk.Value.HasType(type.Assembly, type.FullName)
                && !sdk.Value.HasMember(type.Assembly, type.FullName, name, MemberReferences.Exact(file.Reader, member)))
                missing.Add(MemberReferences.Written(file.Reader, member));
        }

        return missing.Count == 0 ? null
            : $"{file.Name} uses what this host's SDK {shared.SdkVersion} doesn't have: {string.Join("; ", missing.Distinct())}. Update the host, or install a version of the plugin for SDK {shared.SdkVersion}.";
    }
}
