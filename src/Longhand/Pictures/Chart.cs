using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// The frame that every chart is drawn in, as inline SVG: round ticks, curves, marks, pictures, dashed levels, a legend. Colours come
/// from the page's style sheet by class, so one drawing serves light, dark and paper. What lies outside the axes is clipped, not squeezed in.
/// </summary>
internal sealed class Chart
{
    private const int Left = 76, Right = 28, Bottom = 46;
    private const int Columns = 450;

    private readonly int _width, _height, _top;
    private readonly string _id, _about, _xTitle, _yTitle;
    private readonly Axis _x, _y;
    private readonly Legend? _legend;
    private readonly Labels _labels;
    private readonly StringWriter _behind = new() { NewLine = "\n" };
    private readonly StringWriter _inside = new() { NewLine = "\n" };
    private readonly StringWriter _above = new() { NewLine = "\n" };
    private readonly StringWriter _notes = new() { NewLine = "\n" };

    /// <param name="id">Identifies its clipping region on the page: letters, digits and hyphens only.</param>
    /// <param name="about">Tells the chart to those who cannot see it.</param>
    /// <param name="xTitle">What is counted from left to right.</param>
    /// <param name="yTitle">What is counted upwards.</param>
    /// <param name="width">Of the drawing, in units of its own.</param>
    /// <param name="height">In the same units.</param>
    /// <param name="x">From left to right.</param>
    /// <param name="y">Upwards.</param>
    /// <param name="legend">Above the frame; it takes its height from the frame's.</param>
    public Chart(string id, string about, string xTitle, string yTitle, int width, int height, Axis x, Axis y, Legend? legend = null)
    {
        (_id, _about, _xTitle, _yTitle, _width, _height, _x, _y) = (id, about, xTitle, yTitle, width, height, x, y);
        _legend = legend;
        _top = 14 + (legend?.Height ?? 0);
        _labels = new Labels(Left, _top, width - Right, height - Bottom);
    }

    /// <summary>How wide a legend may be.</summary>
    public static int LegendWidth(int width) => width - Left - Right;

    /// <summary>The height that makes a unit as long upwards as it is to the right.</summary>
    public static int EvenHeight(int width, Axis x, Axis y, Legend? legend) =>
        (int)Math.Round((width - Left - Right) * (y.High - y.Low) / (x.High - x.Low)) + Bottom + 14 + (legend?.Height ?? 0);

    /// <summary>A line through the points, broken where a value is missing; a lone point becomes a dot.</summary>
    public void Line(string style, IReadOnlyList<Point> points)
    {
        _inside.Write($"<path class=\"{style}\" d=\"");
        bool drawing = false;
        foreach (Point p in Curve.Thin(points, Columns))
        {
            if (!HasPlace(p))
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

    /// <summary>Many short lines of one look, behind everything else: contours.</summary>
    public void Segments(string style, IReadOnlyList<(Point From, Point To)> segments)
    {
        _behind.Write($"<path class=\"{style}\" d=\"");
        foreach ((Point from, Point to) in segments)
        {
            _behind.Write($"M{Px(from.X)} {Py(from.Y)}L{Px(to.X)} {Py(to.Y)}");
        }
        _behind.WriteLine("\"/>");
    }

    /// <summary>A picture stretched over a part of the chart, behind everything else.</summary>
    public void Image(string address, (double Low, double High) x, (double Low, double High) y)
    {
        (double left, double right, double top, double bottom) = (Horizontal(x.Low), Horizontal(x.High), Vertical(y.High), Vertical(y.Low));
        _behind.WriteLine($"<image href=\"{address}\" x=\"{Coordinate(left)}\" y=\"{Coordinate(top)}\" width=\"{Coordinate(right - left)}\" "
            + $"height=\"{Coordinate(bottom - top)}\" preserveAspectRatio=\"none\"/>");
    }

    /// <summary>An upright bar between two places, from the foot of the chart or the line of 0 to a height.</summary>
    public void Bar(string style, double from, double to, double height)
    {
        double foot = Vertical(Math.Clamp(0, _y.Low, _y.High)), top = Vertical(height);
        _inside.WriteLine($"<rect class=\"{style}\" x=\"{Px(from)}\" y=\"{Coordinate(Math.Min(foot, top))}\" "
            + $"width=\"{Coordinate(Horizontal(to) - Horizontal(from))}\" height=\"{Coordinate(Math.Abs(foot - top))}\"/>");
    }

    public void Dots(string style, IReadOnlyList<Point> points)
    {
        foreach (Point p in points.Where(HasPlace))
        {
            _above.WriteLine($"<circle class=\"{style}\" cx=\"{Px(p.X)}\" cy=\"{Py(p.Y)}\" r=\"3\"/>");
        }
    }

    /// <summary>One shape at each of the points that lie in the frame.</summary>
    public void Marks(string style, int look, IEnumerable<Point> points)
    {
        string strokes = string.Concat(points.Where(IsInside).Select(p => $"M{Px(p.X)} {Py(p.Y)}{Mark.Shape(look)}"));
        if (strokes.Length > 0)
        {
            _above.WriteLine($"<path class=\"{style}\" d=\"{strokes}\"/>");
        }
    }

    /// <summary>A text beside a point, on the side where there is room.</summary>
    public void Label(Point p, string text)
    {
        if (IsInside(p))
        {
            _labels.Add(Horizontal(p.X), Vertical(p.Y), text);
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
        double baseline = py - _top < 18 ? py + 16 : py - 6;
        _inside.WriteLine($"<path class=\"level\" d=\"M{Left} {Py(value)}H{_width - Right}\"/>");
        _notes.WriteLine($"<text class=\"note\" x=\"{_width - Right - 6}\" y=\"{Coordinate(baseline)}\" text-anchor=\"end\">{Escape(label)}</text>");
    }

    /// <summary>A dashed line from top to bottom, with its meaning at the top.</summary>
    /// <param name="value">Where.</param>
    /// <param name="label">What is there.</param>
    /// <param name="row">0 for the topmost line of text; labels of neighbours go into different rows.</param>
    public void Upright(double value, string label, int row)
    {
        if (!(value >= _x.Low && value <= _x.High))
        {
            return;
        }
        double px = Horizontal(value);
        bool isLeft = px > _width - Right - 12 - Legend.WidthOf(label);
        _inside.WriteLine($"<path class=\"level\" d=\"M{Px(value)} {_top}V{_height - Bottom}\"/>");
        _notes.WriteLine($"<text class=\"note\" x=\"{Coordinate(isLeft ? px - 6 : px + 6)}\" y=\"{_top + 14 + (18 * row)}\" text-anchor=\"{(isLeft ? "end" : "start")}\">{Escape(label)}</text>");
    }

    /// <summary>A ring around one point and a label above it, kept inside the frame.</summary>
    public void Ring(Point p, string label)
    {
        double px = Horizontal(p.X), py = Vertical(p.Y);
        string anchor = px > _width - 140 ? "end" : px < Left + 90 ? "start" : "middle";
        double at = anchor == "end" ? Math.Min(px + 8, _width - Right - 6) : anchor == "start" ? Math.Max(px - 8, Left + 6) : px;
        double baseline = py - _top < 30 ? py + 26 : py - 14;
        _above.WriteLine($"<circle class=\"best\" cx=\"{Px(p.X)}\" cy=\"{Py(p.Y)}\" r=\"7\"/>");
        _notes.WriteLine($"<text class=\"note strong\" x=\"{Coordinate(at)}\" y=\"{Coordinate(baseline)}\" text-anchor=\"{anchor}\">{Escape(label)}</text>");
    }

    public void Write(TextWriter html)
    {
        int right = _width - Right, bottom = _height - Bottom;
        html.WriteLine($"<svg viewBox=\"0 0 {_width} {_height}\" role=\"img\" aria-label=\"{Escape(_about)}\">");
        html.WriteLine($"<clipPath id=\"{_id}\"><rect x=\"{Left}\" y=\"{_top - 2}\" width=\"{right - Left}\" height=\"{bottom - _top + 4}\"/></clipPath>");
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
        html.WriteLine($"<path class=\"axis\" d=\"M{Left} {_top}V{bottom}H{right}\"/>");
        html.WriteLine($"<text class=\"title\" x=\"{(Left + right) / 2}\" y=\"{_height - 6}\" text-anchor=\"middle\">{Escape(_xTitle + _x.Unit)}</text>");
        html.WriteLine($"<text class=\"title\" transform=\"translate(14 {(_top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(_yTitle + _y.Unit)}</text>");
        html.WriteLine($"<g clip-path=\"url(#{_id})\">");
        html.Write(_behind.ToString());
        html.Write(_inside.ToString());
        html.WriteLine("</g>");
        html.Write(_above.ToString());
        html.Write(_notes.ToString());
        _labels.Write(html);
        _legend?.Write(html, Left, 4);
        html.WriteLine("</svg>");
    }

    private bool HasPlace(Point p) => p.IsDrawable && _x.CanShow(p.X) && _y.CanShow(p.Y);

    private bool IsInside(Point p) => HasPlace(p) && _x.Share(p.X) is >= -0.001 and <= 1.001 && _y.Share(p.Y) is >= -0.001 and <= 1.001;

    // Far outside, coordinates would overflow what a browser draws exactly; the clipping hides where they are cut.
    private double Horizontal(double value) => Left + Math.Clamp(_x.Share(value), -2, 3) * (_width - Left - Right);

    private double Vertical(double value) => _height - Bottom - Math.Clamp(_y.Share(value), -2, 3) * (_height - _top - Bottom);

    private string Px(double value) => Coordinate(Horizontal(value));

    private string Py(double value) => Coordinate(Vertical(value));
}
