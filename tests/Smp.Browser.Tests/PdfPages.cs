using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Smp.Browser.Tests;

/// <summary>
/// A PDF's pages as pictures, coarse enough that another font of the same size doesn't matter: how dark each piece of half a centimetre is. What was approved lies in <c>Approved/</c>;
/// SMP_APPROVE=1 writes it anew.
/// </summary>
internal static class PdfPages
{
    private const int Dpi = 40, Cell = 8;

    /// <summary>Whether the pages are those that were approved: the same number, and hardly a piece much darker or lighter.</summary>
    public static async Task AreApprovedAsync(byte[] pdf, string name)
    {
        var pages = await GridsAsync(pdf);
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable("SMP_APPROVE") == "1")
        {
            var source = Path.Combine(TestContext.CurrentContext.TestDirectory, "..", "..", "..", "Approved", name + ".txt");
            await File.WriteAllTextAsync(source, string.Join("\n\n", pages.Select(p => string.Join('\n', p.Select(row => string.Concat(row.Select(Letter)))))) + "\n");
            file = source;
        }

        var approved = (await File.ReadAllTextAsync(file)).Trim().Split("\n\n").Select(p => p.Split('\n')).ToList();
        Assert.That(pages, Has.Count.EqualTo(approved.Count), "pages");
        for (var i = 0; i < pages.Count; i++)
        {
            var (off, all) = (0, 0);
            for (var y = 0; y < approved[i].Length; y++)
            {
                for (var x = 0; x < approved[i][y].Length; x++, all++)
                {
                    // A line of text may stand a little higher or lower: the pieces around it count, too.
                    var expected = Around(approved[i].Select(r => r.Select(c => c - 'a').ToArray()).ToArray(), x, y);
                    if (Math.Abs(Around(pages[i].Select(r => r.Select(d => (int)(d * 25)).ToArray()).ToArray(), x, y) - expected) > 1.25) off++;
                }
            }

            Assert.That(off, Is.LessThan(all / 25), $"page {i + 1}: so many of {all} pieces are another picture than the approved one");
        }
    }

    private static double Around(int[][] grid, int x, int y)
    {
        var (sum, count) = (0, 0);
        for (var j = Math.Max(0, y - 2); j <= Math.Min(grid.Length - 1, y + 2); j++)
            for (var i = Math.Max(0, x - 2); i <= Math.Min(grid[j].Length - 1, x + 2); i++, count++) sum += grid[j][i];
        return sum / (double)count;
    }

    private static char Letter(double darkness) => (char)('a' + (int)(darkness * 25));

    private static async Task<List<double[][]>> GridsAsync(byte[] pdf)
    {
        var folder = Directory.CreateTempSubdirectory("smp-pages-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "a.pdf"), pdf);
            using var process = Process.Start(new ProcessStartInfo("pdftoppm", ["-gray", "-r", Dpi.ToString(CultureInfo.InvariantCulture), Path.Combine(folder, "a.pdf"), Path.Combine(folder, "page")]))!;
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, "pdftoppm; install poppler-utils");
            return [.. Directory.GetFiles(folder, "page*.pgm").Order(StringComparer.Ordinal).Select(f => Grid(File.ReadAllBytes(f)))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A PGM: P5, width, height, the largest value, then a byte a pixel.
    private static double[][] Grid(byte[] picture)
    {
        var (words, at) = (new List<string>(), 0);
        while (words.Count < 4)
        {
            var word = new StringBuilder();
            while (!char.IsWhiteSpace((char)picture[at])) word.Append((char)picture[at++]);
            at++;
            words.Add(word.ToString());
        }

        var (width, height) = (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
        return [.. Enumerable.Range(0, height / Cell).Select(y => Enumerable.Range(0, width / Cell).Select(x =>
        {
            var dark = 0;
            for (var j = 0; j < Cell; j++)
                for (var i = 0; i < Cell; i++) dark += 255 - picture[at + (y * Cell + j) * width + x * Cell + i];
            return dark / (255.0 * Cell * Cell);
        }).ToArray())];
    }
}
