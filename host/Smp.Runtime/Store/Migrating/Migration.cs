using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Store;

/// <summary>A numbered step of a plugin's schema: <c>Migrations/0001_lots.sql</c>, embedded in its assembly.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Folder = "Migrations/";
    private const string Mark = "-- smp: breaking";

    /// <summary>Whether the version before can't run on what it leaves behind: its first line is <c>-- smp: breaking</c>.</summary>
    public bool IsBreaking { get; } = Sql.AsSpan().TrimStart().StartsWith(Mark, StringComparison.Ordinal)
        && Sql.AsSpan().TrimStart()[Mark.Length..] is var rest && (rest.IsEmpty || rest[0] is '\r' or '\n');

    /// <summary>SHA-256 of the text with line ends as LF, so that a checkout's line ends make no difference.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations embedded in an assembly, in order.</summary>
    /// <exception cref="MigrationException">A name isn't <c>NNNN_words.sql</c>, or a number is missing or there twice.</exception>
    public static IReadOnlyList<Migration> In(Assembly assembly)
    {
        return In(assembly.GetManifestResourceNames().Where(IsOne).Select(resource =>
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            return (resource, text.ReadToEnd());
        }));
    }

    /// <summary>Whether a resource of this name is a migration.</summary>
    public static bool IsOne(string resource) => resource.StartsWith(Folder, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal);

    /// <summary>Puts embedded migrations in order.</summary>
    /// <exception cref="MigrationException">A name isn't <c>NNNN_words.sql</c>, or a number is missing or there twice.</exception>
    public static IReadOnlyList<Migration> In(IEnumerable<(string Resource, string Sql)> resources)
    {
        var found = resources
            .Select(resource =>
            {
                var name = resource.Resource[Folder.Length..];
                if (name.Length < 10 || name[4] != '_' || !int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    throw new MigrationException($"The migration {name} should be named like 0001_lots.sql.");
                return new Migration(number, name, resource.Sql);
            })
            .OrderBy(m => m.Number)
            .ToList();
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Number != i + 1)
                throw new MigrationException($"Migrations count from 0001 without gaps; {found[i].Name} stands where {i + 1:0000} should.");
        }

        return found;
    }
}

/// <summary>A plugin's tables can't be brought up to date; nothing was changed.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
