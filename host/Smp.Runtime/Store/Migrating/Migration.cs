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
    /// <summary>SHA-256 of the text with line ends as LF, so that a checkout's line ends make no difference.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations embedded in an assembly, in order.</summary>
    /// <exception cref="MigrationException">A name isn't <c>NNNN_words.sql</c>, or a number is missing or there twice.</exception>
    public static IReadOnlyList<Migration> In(Assembly assembly)
    {
        const string Folder = "Migrations/";
        var found = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource =>
            {
                var name = resource[Folder.Length..];
                if (name.Length < 10 || name[4] != '_' || !int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    throw new MigrationException($"The migration {name} should be named like 0001_lots.sql.");
                using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                return new Migration(number, name, text.ReadToEnd());
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
