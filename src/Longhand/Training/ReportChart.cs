using static Longhand.Training.ReportText;

namespace Longhand.Training;

/// <summary>
/// A chart as inline SVG: a frame of round ticks, curves, dots, dashed levels and one marked point. Colours come from the page's
/// style sheet by class, so one drawing serves light, dark and paper. What lies outside the axes is clipped, not squeezed in.
/// </summary>
internal sealed class ReportChart
{
    private const int Left = 68, Right = 28, Top = 14, Bottom = 46;
    private const int Columns = 450;

    private readonly int _width, _height;
    private readonly string _name, _xTitle, _yTitle;
    private readonly ReportAxis _x, _y;
    private readonly StringWriter _inside = new() { NewLine = "\n" };
    private readonly StringWriter _above = new() { NewLine = "\n" };

    // The name tells the chart to those who cannot see it, and identifies its clipping region on the page: letters only.
    public ReportChart(string name, string xTitle, string yTitle, int width, int height, ReportAxis x, ReportAxis y)
    {
        (_name, _xTitle, _yTitle, _width, _height, _x, _y) = (name, xTitle, yTitle, width, height, x, y);
    }

    /// <summary>A line through the points, broken where a value is missing; a lone point becomes a dot.</summary>
    public void Curve(string style, IReadOnlyList<ReportPoint> points)
    {
        _inside.Write($"<path class=\"{style}\" d=\"");
        bool drawing = false;
        foreach (ReportPoint p in ReportCurve.Thin(points, Columns))
        {
            if (!p.IsDrawable)
            {
                drawing = false;
                continue;
            }
            // "h.01" gives a point without neighbours the length a round line end needs to show.
            _inside.Write(drawing ? $"L{Px(p.X)} {Py(p.Y)}" : $"M{Px(p.X)} {Py(p.Y)}h.01");
            drawing = true;
        }
        _inside.WriteLine("\"/>");
    }

    public void Dots(string style, IReadOnlyList<ReportPoint> points)
    {
        foreach (ReportPoint p in points.Where(p => p.IsDrawable))
        {
            _above.WriteLine($"<circle class=\"{style}\" cx=\"{Px(p.X)}\" cy=\"{Py(p.Y)}\" r=\"3\"/>");
        }
    }

    /// <summary>A dashed line across the chart, with its meaning at the right end.</summary>
    public void Level(double value, string label)
    {
        if (!(value >= _y.Low && value <= _y.High))
        {
            return;
        }
        // Close under the upper edge there is no room for a label above its line.
        double py = Vertical(value);
        double baseline = py - Top < 18 ? py + 16 : py - 6;
        _inside.WriteLine($"<path class=\"level\" d=\"M{Left} {Py(value)}H{_width - Right}\"/>");
        _above.WriteLine($"<text class=\"note\" x=\"{_width - Right - 6}\" y=\"{Coordinate(baseline)}\" text-anchor=\"end\">{Escape(label)}</text>");
    }

    /// <summary>A ring around one point and a label above it, kept inside the frame.</summary>
    public void Mark(ReportPoint p, string label)
    {
        double px = Horizontal(p.X), py = Vertical(p.Y);
        string anchor = px > _width - 140 ? "end" : px < Left + 90 ? "start" : "middle";
        double at = anchor == "end" ? Math.Min(px + 8, _width - Right - 6) : anchor == "start" ? Math.Max(px - 8, Left + 6) : px;
        double baseline = py - Top < 30 ? py + 26 : py - 14;
        _above.WriteLine($"<circle class=\"best\" cx=\"{Px(p.X)}\" cy=\"{Py(p.Y)}\" r=\"7\"/>");
        _above.WriteLine($"<text class=\"note strong\" x=\"{Coordinate(at)}\" y=\"{Coordinate(baseline)}\" text-anchor=\"{anchor}\">{Escape(label)}</text>");
    }

    public void Write(TextWriter html)
    {
        int right = _width - Right, bottom = _height - Bottom;
        html.WriteLine($"<svg viewBox=\"0 0 {_width} {_height}\" role=\"img\" aria-label=\"{Escape(_name)}\">");
        html.WriteLine($"<clipPath id=\"{_name}\"><rect x=\"{Left}\" y=\"{Top - 2}\" width=\"{right - Left}\" height=\"{bottom - Top + 4}\"/></clipPath>");
        foreach ((double value, string label) in _y.Ticks())
        {
            string at = Py(value);
            html.WriteLine($"<path class=\"grid\" d=\"M{Left} {at}H{right}\"/>");
            html.WriteLine($"<text x=\"{Left - 8}\" y=\"{at}\" dy=\".35em\" text-anchor=\"end\">{label}</text>");
        }
        foreach ((double value, string label) in _x.Ticks())
        {
            string at = Px(value);
            html.WriteLine($"<path class=\"tick\" d=\"M{at} {bottom}v5\"/>");
            html.WriteLine($"<text x=\"{at}\" y=\"{bottom + 19}\" text-anchor=\"middle\">{label}</text>");
        }
        html.WriteLine($"<path class=\"axis\" d=\"M{Left} {Top}V{bottom}H{right}\"/>");
        html.WriteLine($"<text class=\"title\" x=\"{(Left + right) / 2}\" y=\"{_height - 6}\" text-anchor=\"middle\">{Escape(_xTitle + _x.Unit)}</text>");
        html.WriteLine($"<text class=\"title\" transform=\"translate(14 {(Top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(_yTitle + _y.Unit)}</text>");
        html.WriteLine($"<g clip-path=\"url(#{_name})\">");
        html.Write(_inside.ToString());
        html.WriteLine("</g>");
        html.Write(_above.ToString());
        html.WriteLine("</svg>");
    }

    private double Horizontal(double value) => Left + _x.Share(value) * (_width - Left - Right);

    // Far outside, coordinates would overflow what a browser draws exactly; the clipping hides where they are cut.
    private double Vertical(double value) => _height - Bottom - Math.Clamp(_y.Share(value), -2, 3) * (_height - Top - Bottom);

    private string Px(double value) => Coordinate(Horizontal(value));

    private string Py(double value) => Coordinate(Vertical(value));
}
