using System.Globalization;

namespace Smp.Sdk.Web;

/// <summary>
/// The five views of a head. Borders are written once, as points that a curve runs through, and zones are made of borders: so two
/// neighbours share theirs to the last digit. A name with a minus runs backwards; one with a star is its mirror image.
/// After an @ stands where the zone's figure is written, where its centroid isn't the place.
/// </summary>
internal static class ScalpDrawing
{
    /// <summary>Width of every view, in its own units.</summary>
    public const int Width = 220;

    /// <summary>Height of every view, in its own units.</summary>
    public const int Height = 260;

    private const string Front = """
        top 72,33 90,24 110,21 130,24 148,33
        side 148,33 163,52 171,80
        cheek 171,80 175,110 173,142
        burn 173,142 165,140
        burnin 165,140 166,128 163,116
        peakin 163,116 153,108 149,101
        peakup 149,101 151,92 145,82
        hair 75,82 90,75 110,73 130,75 145,82
        band 69,64 88,56 110,54 132,56 151,64
        corner 145,82 151,64
        frontal 151,64 148,33
        peakback 163,116 164,102 162,80
        upper 162,80 151,64
        lower 171,80 162,80
        = Frontal top -frontal -band frontal*
        = FrontalHairline band -corner -hair corner*
        = ParietalLeft side lower upper frontal
        = TemporalPeakLeft -peakup -peakin peakback upper -corner
        = TemporalLeft cheek burn burnin peakback -lower
        ~ 173,142 170,168 160,194 142,218 124,230 110,232 96,230 78,218 60,194 50,168 47,142
        ~ 174,118 183,114 186,126 182,146 175,158 171,160
        ~ 46,118 37,114 34,126 38,146 45,158 49,160
        ~ 124,128 136,122 152,127
        ~ 96,128 84,122 68,127
        ~ 102,172 106,177 110,178 114,177 118,172
        ~ 92,199 101,197 110,199 119,197 128,199
        ~ 146,213 149,234 166,246
        ~ 74,213 71,234 54,246
        """;

    private const string Top = """
        hair 66,80 88,67 110,63 132,67 154,80
        peak 154,80 163,78 170,83
        band 68,99 88,86 110,82 132,86 152,99
        corner 154,80 152,99
        peakside 170,83 177,100 179,110
        peakback 179,110 166,101 152,99
        frontal 152,99 150,130
        mid 70,130 90,134 110,135 130,134 150,130
        midside 150,130 150,152 146,170
        vertex 74,170 90,162 110,159 130,162 146,170
        vertexside 146,170 144,190 134,205
        back 86,205 98,210 110,212 122,210 134,205
        slant 134,205 144,213 148,221
        rear 72,221 90,232 110,235 130,232 148,221
        rim 148,221 172,196 181,160
        rimside 181,160 184,136 179,110
        temple 179,110 174,136 181,160
        = FrontalHairline band -corner -hair corner* @110,73
        = TemporalPeakRight peak peakside peakback -corner
        = Frontal band frontal -mid -frontal*
        = MidScalp mid midside -vertex -midside*
        = Vertex vertex vertexside -back -vertexside*
        = ParietalRight -peakback temple -rim -slant -vertexside -midside -frontal
        = TemporalRight -rimside -temple
        = Occipital back slant -rear -slant*
        ~ 50,83 62,62 84,45 110,40 136,45 158,62 170,83
        ~ 101,42 105,30 110,27 115,30 119,42
        ~ 183,128 192,130 194,144 190,156 182,157
        ~ 37,128 28,130 26,144 30,156 38,157
        """;

    private const string Side = """
        brow 54,68 58,58 64,49
        crown 64,49 79,34 102,25
        summit 102,25 124,21 148,27
        whorl 148,27 171,41 187,70
        occiput 187,70 196,96 195,126 186,154
        neck 186,154 180,170 178,188
        hem 178,188 166,192 152,188
        nape 152,188 148,172 145,155
        napeline 186,154 166,160 145,155
        behind 145,155 144,142 140,126
        ear 140,126 134,114 122,111 112,118 110,134
        burnback 110,134 109,144 109,153
        burn 109,153 99,153
        burnfront 99,153 98,136 86,116
        peakin 86,116 74,108 68,99
        peakup 68,99 77,90 78,79
        hair 78,79 66,75 54,68
        band 64,49 78,57 92,63
        corner 78,79 92,63
        upper 92,63 98,62 108,61
        frontal 102,25 107,42 108,61
        mid 108,61 126,59 143,63
        midback 148,27 147,46 143,63
        vertex 143,63 150,78 163,88
        vertexback 187,70 176,82 163,88
        parietal 163,88 158,100 156,112
        temple 156,112 128,93 99,89
        peaktop 99,89 97,76 92,63
        peakback 86,116 95,104 99,89
        drop 156,112 150,122 140,126
        = FrontalHairline brow band -corner hair
        = Frontal crown frontal -upper -band
        = MidScalp summit midback -mid -frontal
        = Vertex whorl vertexback -vertex -midback
        = ParietalLeft upper mid vertex parietal temple peaktop
        = TemporalPeakLeft corner -peaktop -peakback peakin peakup
        = TemporalLeft -temple drop ear burnback burn burnfront peakback @126,102
        = Occipital occiput napeline behind -drop -parietal -vertexback
        = Nape neck hem nape -napeline
        ~ 54,68 46,84 42,100 41,112 44,120 37,134 25,151 27,157 37,160 34,168 33,172 38,176 35,182 38,190 37,202 44,212 58,214 84,206 106,194 117,176 119,166
        ~ 112,124 120,116 132,119 136,131 131,146 125,160 118,167 113,161 112,148
        ~ 119,128 127,127 128,136 121,143 121,150
        ~ 50,121 58,118 68,120
        ~ 54,132 60,130 66,134
        ~ 37,176 43,177 48,180
        ~ 28,157 34,155 37,150
        ~ 86,206 90,224 88,246
        ~ 178,188 179,212 190,240
        """;

    private const string Back = """
        top 78,29 94,23 110,21 126,23 142,29
        mid 78,29 94,39 110,42 126,39 142,29
        vertexside 142,29 149,56 140,84
        vertex 80,84 95,95 110,98 125,95 140,84
        side 142,29 165,56 173,98
        wing 140,84 149,91 157,95
        wingtip 157,95 165,98 173,98
        ear 173,98 175,120 171,142
        temple 157,95 160,118 155,138
        earback 171,142 163,142 155,138
        jaw 171,142 167,158 159,170
        napeline 61,170 84,178 110,180 136,178 159,170
        neck 159,170 151,184 148,202
        hem 72,202 90,208 110,206 130,208 148,202
        = MidScalp top -mid
        = Vertex mid vertexside -vertex -vertexside*
        = ParietalRight side -wingtip -wing -vertexside
        = TemporalRight wingtip ear earback -temple
        = Occipital vertex wing temple -earback jaw -napeline -jaw* earback* -temple* -wing*
        = Nape napeline neck -hem -neck*
        ~ 174,112 184,108 188,121 184,142 177,155 170,152
        ~ 46,112 36,108 32,121 36,142 43,155 50,152
        ~ 148,202 149,226 166,246
        ~ 72,202 71,226 54,246
        """;

    /// <summary>The views, in the order in which they are shown.</summary>
    public static IReadOnlyList<ScalpView> Views { get; } =
    [
        Read(ScalpSide.Front, Front, paired: true, flip: false),
        Read(ScalpSide.Top, Top, paired: true, flip: false),
        Read(ScalpSide.LeftSide, Side, paired: false, flip: false),
        Read(ScalpSide.RightSide, Side, paired: false, flip: true),
        Read(ScalpSide.Back, Back, paired: true, flip: false),
    ];

    private static ScalpView Read(ScalpSide side, string drawing, bool paired, bool flip)
    {
        var borders = new Dictionary<string, Point[]>();
        var zones = new List<ScalpArea>();
        var lines = new List<string>();
        foreach (var words in drawing.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')))
        {
            if (words[0] == "~") lines.Add(Open(Mirror(Points(words[1..]), flip)));
            else if (words[0] != "=") borders[words[0]] = Points(words[1..]);
            else
            {
                var zone = Enum.Parse<ScalpZone>(words[1]);
                zones.Add(Area(flip ? Other(zone) : zone, words[2..], flip));
                if (paired && Other(zone) != zone) zones.Add(Area(Other(zone), words[2..], true));
            }
        }

        return new(side, zones, lines);

        ScalpArea Area(ScalpZone zone, string[] names, bool mirrored)
        {
            var parts = names.Where(n => n[0] != '@').Select(n => Mirror(Border(n), mirrored)).ToList();
            var centre = names[^1][0] == '@' ? Mirror(Points([names[^1][1..]]), mirrored)[0].Pair : Centre([.. parts.SelectMany(p => p.SkipLast(1))]);
            return new(zone, Open(parts[0]) + string.Concat(parts.Skip(1).Select(Curve)) + "Z", [.. parts.Select(p => (p[0].ToString(), p[^1].ToString()))], centre);
        }

        Point[] Border(string name)
        {
            var points = Mirror(borders[name.Trim('-', '*')], name.EndsWith('*'));
            return name.StartsWith('-') ? [.. points.Reverse()] : points;
        }
    }

    // The centroid, where a figure of two or three digits fits around it.
    private static (double X, double Y)? Centre(Point[] outline)
    {
        if (outline.Max(p => p.X) - outline.Min(p => p.X) < 26 || outline.Max(p => p.Y) - outline.Min(p => p.Y) < 14) return null;

        double twice = 0, x = 0, y = 0;
        for (var i = 0; i < outline.Length; i++)
        {
            var (from, to) = (outline[i], outline[(i + 1) % outline.Length]);
            var cross = from.X * to.Y - to.X * from.Y;
            (twice, x, y) = (twice + cross, x + (from.X + to.X) * cross, y + (from.Y + to.Y) * cross);
        }

        return (Math.Round(x / (3 * twice), 1), Math.Round(y / (3 * twice), 1));
    }

    private static Point[] Points(string[] words) =>
        [.. words.Select(w => w.Split(',')).Select(p => new Point(double.Parse(p[0], CultureInfo.InvariantCulture), double.Parse(p[1], CultureInfo.InvariantCulture)))];

    private static Point[] Mirror(Point[] points, bool mirrored) => mirrored ? [.. points.Select(p => p with { X = Width - p.X })] : points;

    private static ScalpZone Other(ScalpZone zone) => zone switch
    {
        ScalpZone.TemporalPeakLeft => ScalpZone.TemporalPeakRight,
        ScalpZone.TemporalPeakRight => ScalpZone.TemporalPeakLeft,
        ScalpZone.ParietalLeft => ScalpZone.ParietalRight,
        ScalpZone.ParietalRight => ScalpZone.ParietalLeft,
        ScalpZone.TemporalLeft => ScalpZone.TemporalRight,
        ScalpZone.TemporalRight => ScalpZone.TemporalLeft,
        _ => zone,
    };

    private static string Open(Point[] points) => $"M{points[0]}{Curve(points)}";

    // Catmull-Rom through the points: the same curve in either direction.
    private static string Curve(Point[] points) => string.Concat(Enumerable.Range(0, points.Length - 1).Select(i =>
    {
        var (before, from, to, after) = (points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
        return $"C{from.Toward(before, to)} {to.Toward(after, from)} {to}";
    }));

    private readonly record struct Point(double X, double Y)
    {
        public (double X, double Y) Pair => (X, Y);

        public Point Toward(Point behind, Point ahead) => new(X + (ahead.X - behind.X) / 6, Y + (ahead.Y - behind.Y) / 6);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X:0.#},{Y:0.#}");
    }
}
