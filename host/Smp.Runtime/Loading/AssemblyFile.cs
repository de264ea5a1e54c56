using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;

namespace Smp.Runtime.Loading;

/// <summary>An assembly's file, opened to be read and not to be run.</summary>
internal sealed class AssemblyFile : IDisposable
{
    private readonly PEReader file;

    private AssemblyFile(string path, PEReader file)
    {
        Path = path;
        this.file = file;
        Reader = file.GetMetadataReader();
        var references = new List<(string, Version)>();
        foreach (var handle in Reader.AssemblyReferences)
        {
            var reference = Reader.GetAssemblyReference(handle);
            references.Add((Reader.GetString(reference.Name), reference.Version));
        }

        References = references;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public MetadataReader Reader { get; }

    public IReadOnlyList<(string Name, Version Version)> References { get; }

    /// <summary>Opens a file; where it is no assembly that could be loaded, says why.</summary>
    public static AssemblyFile? Open(string path, out string? reason)
    {
        var name = System.IO.Path.GetFileName(path);
        PEReader? file = null;
        try
        {
            var stream = File.OpenRead(path);
            var length = stream.Length;
            file = new(stream);
            reason = Flaw(name, file.PEHeaders, length);
            if (reason is null) return new(path, file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = $"{name} isn't in the folder.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"{name} can't be read: {e.Message}";
        }
        catch (Exception e) when (IsDamage(e))
        {
            reason = $"{name} is damaged or no .NET assembly: {e.Message}";
        }

        file?.Dispose();
        return null;
    }

    /// <summary>Whether an exception is one that reading damaged metadata throws.</summary>
    public static bool IsDamage(Exception e) =>
        e is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException or FormatException;

    /// <summary>The target framework, null where the file doesn't say.</summary>
    public FrameworkName? TargetFramework()
    {
        foreach (var handle in Reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = Reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            var parent = Reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (parent.Kind != HandleKind.TypeReference
                || SignatureNames.FullName(Reader, (TypeReferenceHandle)parent) != typeof(TargetFrameworkAttribute).FullName) continue;
            var value = Reader.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            return value.ReadSerializedString() is { Length: > 0 } text ? new(text) : null;
        }

        return null;
    }

    public void Dispose() => file.Dispose();

    // The runtime maps a file by what its headers say: one that is shorter can take the whole process down when it is loaded.
    private static string? Flaw(string name, PEHeaders headers, long length)
    {
        if (headers.SectionHeaders.Any(section => (long)section.PointerToRawData + section.SizeOfRawData > length))
            return $"{name} is cut off: it has {length} bytes, fewer than its headers say. Copy it again.";
        return headers.MetadataSize == 0 ? $"{name} is a program or library of the operating system, not a .NET assembly." : null;
    }
}
