using System.Globalization;
using System.Text;
using QRCoder;

namespace Smp.Consents.Documents;

/// <summary>QR codes as SVG.</summary>
internal static class QrSvg
{
    /// <summary>The code of a text, with the quiet zone of four modules around it (ISO/IEC 18004).</summary>
    /// <param name="text">What it says.</param>
    /// <param name="title">What it is, encoded already.</param>
    public static string Of(string text, string title)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (!rows[y][x]) continue;
                var begin = x;
                while (x + 1 < rows[y].Count && rows[y][x + 1]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{begin} {y}h{x - begin + 1}v1H{begin}z");
            }
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rows.Count} {rows.Count}" role="img" shape-rendering="crispEdges"><title>{title}</title><path fill="#fff" d="M0 0h{rows.Count}v{rows.Count}H0z"/><path d="{path}"/></svg>""");
    }
}
