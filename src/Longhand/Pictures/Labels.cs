using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// Texts beside points, each on the side where it covers least of the other points and of the texts before it, within the frame of a chart.
/// Where all sides are taken something is covered all the same: no text is left out.
/// </summary>
internal sealed class Labels(double left, double top, double right, double bottom)
{
    // A text's height and how far its middle lies from the point's, to the side and up or down.
    private const double Height = 14, Aside = 9, Above = 9, Mark = 5;

    // To try in this order: right and left, a little higher than the point, as high, lower and higher; over and under it.
    private static readonly (int Side, double Up)[] s_places =
        [(1, 0.5), (-1, 0.5), (1, 0), (-1, 0), (1, -0.8), (-1, -0.8), (1, 1.3), (-1, 1.3), (0, 1.6), (0, -1.6)];

    private readonly List<(double X, double Y, string Text)> _wanted = [];

    public void Add(double x, double y, string text) => _wanted.Add((x, y, text));

    public void Write(TextWriter svg)
    {
        List<Box> taken = [.. _wanted.Select(w => new Box(w.X - Mark, w.Y - Mark, w.X + Mark, w.Y + Mark))];
        foreach ((double x, double y, string text) in _wanted)
        {
            double width = Legend.WidthOf(text);
            (int side, double up) = s_places.MinBy(p => Covered(Around(x, y, width, p.Side, p.Up), taken));
            taken.Add(Around(x, y, width, side, up));
            string anchor = side > 0 ? "start" : side < 0 ? "end" : "middle";
            svg.WriteLine($"<text class=\"note\" x=\"{Coordinate(x + (side * Aside))}\" y=\"{Coordinate(y - (up * Above))}\" dy=\".35em\" text-anchor=\"{anchor}\">{Escape(text)}</text>");
        }
    }

    private static Box Around(double x, double y, double width, int side, double up)
    {
        double start = side > 0 ? x + Aside : side < 0 ? x - Aside - width : x - (width / 2), middle = y - (up * Above);
        return new Box(start, middle - (Height / 2), start + width, middle + (Height / 2));
    }

    // What lies outside the frame counts most: there a text may be cut off.
    private double Covered(Box box, List<Box> taken) =>
        taken.Sum(box.Common) + (10 * (box.Area - box.Common(new Box(left, top, right, bottom))));

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public double Area => (Right - Left) * (Bottom - Top);

        public double Common(Box other) =>
            Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
    }
}
