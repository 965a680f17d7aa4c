using System.Globalization;
using System.Text;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>The share of the peak as each size doubles, as a picture (SVG) that needs nothing else: a cliff would be seen at once.</summary>
internal static class ScaleChart
{
    private const double Width = 640, Height = 300, Left = 56, Right = 96, Top = 20, Bottom = 40;

    // Colours that people who confuse red and green tell apart (Okabe and Ito, 2008); the dashes serve those who see none.
    private static readonly (string Colour, string Dashes)[] s_strokes = [("#0072b2", "none"), ("#d55e00", "6 3"), ("#009e73", "2 3")];

    public static string Of(IReadOnlyList<ScalePoint> points)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<title>Share of the machine's peak in training, as one size grows</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int percent = 0; percent <= 100; percent += 20)
        {
            double y = Y(percent / 100.0);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{percent}%</text>\n");
        }
        int most = points.Count == 0 ? 1 : points.Max(p => p.Value);
        for (int size = 1; size <= most; size *= 4)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(size, most):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{size}</text>\n");
        }
        foreach ((int i, IGrouping<string, ScalePoint> series) in points.GroupBy(p => p.Series).Index())
        {
            (string colour, string dashes) = s_strokes[i % s_strokes.Length];
            string line = string.Join(' ', series.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Value, most):0.#},{Y(p.ShareOfPeak):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>\n");
            foreach (ScalePoint p in series)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(p.Value, most):0.#}\" cy=\"{Y(p.ShareOfPeak):0.#}\" r=\"3\" fill=\"{colour}\"/>\n");
            }
            double key = Top + 8 + (i * 20);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Width - Right + 10} {key}h24\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 40}\" y=\"{key + 4}\">{series.Key}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    // Sizes double from point to point, so the axis counts doublings.
    private static double X(int size, int most) => Left + ((Width - Left - Right) * Math.Log2(size) / Math.Max(1, Math.Log2(most)));

    private static double Y(double share) => Top + ((Height - Top - Bottom) * (1 - Math.Clamp(share, 0, 1)));
}
