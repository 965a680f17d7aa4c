namespace Longhand.Cli.Display;

/// <summary>
/// A curve of one text line, made of eight heights of block. It remembers a run of any length in a fixed room: when that is full,
/// neighbours are merged into their mean, and each entry then stands for twice as many values.
/// </summary>
internal sealed class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int Room = 256;

    private readonly List<double> _means = new(Room);
    private double _sum;
    private int _count;
    private int _each = 1;

    /// <summary>Adds the next value; NaN and infinities are left out.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }
        _sum += value;
        if (++_count < _each)
        {
            return;
        }
        _means.Add(_sum / _count);
        (_sum, _count) = (0, 0);
        if (_means.Count == Room)
        {
            for (int i = 0; i < Room / 2; i++)
            {
                _means[i] = (_means[2 * i] + _means[2 * i + 1]) / 2;
            }
            _means.RemoveRange(Room / 2, Room / 2);
            _each *= 2;
        }
    }

    /// <summary>The curve in at most <paramref name="width"/> blocks, the lowest value at the bottom and the highest at the top.</summary>
    public string Draw(int width)
    {
        int columns = Math.Min(width, _means.Count);
        if (columns <= 0)
        {
            return "";
        }
        double[] heights = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            int from = _means.Count * c / columns, to = _means.Count * (c + 1) / columns;
            heights[c] = _means.Skip(from).Take(to - from).Average();
        }
        double low = heights.Min(), range = heights.Max() - low;
        return string.Concat(heights.Select(h => Blocks[range > 0 ? (int)Math.Round((h - low) / range * (Blocks.Length - 1)) : 0]));
    }
}
