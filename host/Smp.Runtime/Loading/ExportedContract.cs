using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>An assembly of interfaces and events that a plugin shares with those that name it under <c>requires</c> or <c>optional</c>.</summary>
/// <param name="Assembly">Its file name; it lies beside the manifest.</param>
/// <param name="Version">Its assembly version, three numbers. The first one counts up with a change that breaks those who use it.</param>
public sealed record ExportDefinition(string Assembly, Version Version)
{
    /// <summary>Its simple name.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Assembly);
}

/// <summary>An export as it lies in the folder of a version.</summary>
/// <param name="Plugin">Whose it is.</param>
/// <param name="PluginVersion">The plugin's version.</param>
/// <param name="Definition">What its manifest says of it.</param>
/// <param name="Folder">The version's folder.</param>
internal sealed record ContractFile(string Plugin, string PluginVersion, ExportDefinition Definition, string Folder)
{
    public string FilePath => Path.Combine(Folder, Definition.Assembly);
}

/// <summary>
/// Whether a plugin fits what others export, judged from the files alone: what it was built with, and every type and member of it that it uses. Nothing
/// is loaded.
/// </summary>
internal static class ContractCheck
{
    /// <summary>Why the plugin doesn't fit, as a sentence that names both; null when it does.</summary>
    /// <param name="manifest">The plugin's.</param>
    /// <param name="folder">Its version's folder.</param>
    /// <param name="contracts">The exports of what it requires, and of what is optional to it and there.</param>
    /// <param name="alone">Whether something that is optional to it isn't there, whose exports are then unknown.</param>
    /// <param name="references">What its assembly refers to that doesn't come from the host.</param>
    public static string? Objection(
        PluginManifest manifest, string folder, IReadOnlyCollection<ContractFile> contracts, bool alone, IReadOnlyList<(string Name, Version Version)> references)
    {
        foreach (var (name, version) in references.Where(r => r.Name != manifest.Exports?.Name))
        {
            if (contracts.FirstOrDefault(c => c.Definition.Name == name) is { } contract)
            {
                using var main = AssemblyFile.Open(Path.Combine(folder, manifest.Assembly), out var unreadable);
                if ((main is null ? unreadable : Misfit(main, name, version, contract)) is { } misfit) return misfit;
            }
            else if (!alone && contracts.Count + manifest.Requires.Count > 0 && !File.Exists(Path.Combine(folder, name + ".dll")))
            {
                return $"{manifest.Assembly} needs {name}.dll (version {version}), which is neither in the plugin's folder nor in the host, and nothing that it requires exports it.";
            }
        }

        return null;
    }

    private static string? Misfit(AssemblyFile main, string name, Version version, ContractFile contract)
    {
        var export = contract.Definition.Version;
        var fits = version.Major == export.Major && new Version(version.Major, version.Minor, Math.Max(version.Build, 0)) <= export;
        if (!fits)
            return $"{main.Name} was built with {name} {version.ToString(3)}; {contract.Plugin} {contract.PluginVersion} exports {export}. Install a version of one of them that fits the other.";
        using var file = AssemblyFile.Open(contract.FilePath, out var reason);
        if (file is null) return $"What {contract.Plugin} {contract.PluginVersion} exports can't be used: {reason}";
        try
        {
            var missing = Missing(main.Reader, name, file.Reader);
            return missing.Count == 0 ? null
                : $"{main.Name} uses what {name} {export} of {contract.Plugin} {contract.PluginVersion} doesn't have: {string.Join("; ", missing.Distinct())}. Install a version of one of them that fits the other.";
        }
        catch (Exception e) when (AssemblyFile.IsDamage(e))
        {
            return $"{main.Name} or {file.Name} is damaged: {e.Message}";
        }
    }

    private static List<string> Missing(MetadataReader user, string name, MetadataReader contract)
    {
        var surface = new AssemblySurface();
        surface.Read(name, contract);
        var parents = new Parents(contract, name, surface);
        List<string> missing = [];
        foreach (var type in MemberReferences.Types(user))
        {
            if (type.Assembly == name && !surface.HasType(name, type.FullName)) missing.Add(type.Written);
        }

        foreach (var member in MemberReferences.Members(user))
        {
            if (member.Type.Assembly != name || surface.Of(name, member.Type.FullName) is not { Forwarded: false } members) continue;
            if (!members.Exact.Contains(MemberReferences.Exact(user, member)) && !parents.MayHave(member.Type.FullName, member.Name)) missing.Add(MemberReferences.Written(user, member));
        }

        return missing;
    }

    // A reference may name a derived type for a member that a base declares. What bases outside of the assembly have isn't known here.
    private sealed class Parents
    {
        private readonly Dictionary<string, (List<string> Own, bool Others)> of = new(StringComparer.Ordinal);
        private readonly string assembly;
        private readonly AssemblySurface surface;

        public Parents(MetadataReader reader, string assembly, AssemblySurface surface)
        {
            (this.assembly, this.surface) = (assembly, surface);
            foreach (var handle in reader.TypeDefinitions)
            {
                var type = reader.GetTypeDefinition(handle);
                List<EntityHandle> all = [type.BaseType];
                foreach (var each in type.GetInterfaceImplementations()) all.Add(reader.GetInterfaceImplementation(each).Interface);
                var own = new List<string>();
                var others = false;
                foreach (var parent in all.Select(p => p.Kind == HandleKind.TypeSpecification ? MemberReferences.GenericOf(reader, (TypeSpecificationHandle)p) : p))
                {
                    if (parent.IsNil) continue;
                    if (parent.Kind == HandleKind.TypeDefinition) own.Add(SignatureNames.FullName(reader, (TypeDefinitionHandle)parent));
                    else others |= parent.Kind != HandleKind.TypeReference || SignatureNames.FullName(reader, (TypeReferenceHandle)parent) is not ("System.Object" or "System.ValueType" or "System.Enum");
                }

                of[SignatureNames.FullName(reader, handle)] = (own, others);
            }
        }

        public bool MayHave(string type, string member)
        {
            if (typeof(object).GetMember(member).Length > 0) return true;
            var seen = new HashSet<string>(StringComparer.Ordinal) { type };
            var next = new Queue<string>([type]);
            while (next.TryDequeue(out var at))
            {
                if (at != type && surface.Of(assembly, at)?.Names.Contains(member) == true) return true;
                if (!of.TryGetValue(at, out var parents)) continue;
                if (parents.Others && member != ".ctor") return true;
                foreach (var parent in parents.Own.Where(seen.Add)) next.Enqueue(parent);
            }

            return false;
        }
    }
}
