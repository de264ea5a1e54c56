using System.Reflection;

namespace Smp.Runtime.Loading;

/// <summary>What a look at a plugin's assembly found.</summary>
/// <param name="EntryType">The full name of the class that it begins with; null when anything speaks against it.</param>
/// <param name="Reasons">Everything that speaks against it, a sentence each.</param>
internal sealed record AssemblyReport(string? EntryType, IReadOnlyList<string> Reasons);

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
    public AssemblyReport Check(string folder, string assembly)
    {
        var path = Path.GetFullPath(assembly, Path.GetFullPath(folder));
        using var main = AssemblyFile.Open(path, out var reason);
        if (main is null) return new(null, [reason!]);
        try
        {
            if (NotOfThisFramework(main) is { } newer) return new(null, [newer]);
            var reasons = Copies(path).Concat(Files(main)).ToList();
            var (entry, missing) = new EntryPoint(main.Reader).Find(main.Name);
            if (missing is not null) reasons.Add(missing);
            return reasons.Count == 0 ? new(entry, []) : new(null, reasons);
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
    private List<string> Files(AssemblyFile main)
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
        reasons.AddRange(References(main, isOwn: true, own, path => { if (seen.Add(path)) next.Enqueue(path); }));
        while (next.TryDequeue(out var path))
        {
            using var file = AssemblyFile.Open(path, out var reason);
            if (file is null) reasons.Add(reason!);
            else reasons.AddRange(References(file, file.References.Any(reference => SharedAssemblies.IsSdk(reference.Name)), own, path => { if (seen.Add(path)) next.Enqueue(path); }));
        }

        return reasons;
    }

    private List<string> References(AssemblyFile file, bool isOwn, PrivateAssemblies own, Action<string> follow)
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
            else if (isOwn) reasons.Add($"{file.Name} needs {name}.dll (version {version}), which is neither in the plugin's folder nor in the host.");
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
