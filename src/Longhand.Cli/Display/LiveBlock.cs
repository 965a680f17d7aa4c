using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhand.Cli.Display;

/// <summary>
/// The lines at the bottom of a terminal that redraw themselves. Each change goes out in one write (erase, text to keep, new lines),
/// so nothing flickers and nothing is left over. (The library's own live display leaves the tails of longer lines behind
/// text that is printed above it.)
/// </summary>
internal sealed class LiveBlock(IAnsiConsole console)
{
    private int _height;

    /// <summary>Replaces the lines by <paramref name="lines"/>, and leaves <paramref name="above"/> standing over them for good.</summary>
    public void Show(IReadOnlyList<IRenderable> lines, IReadOnlyList<IRenderable>? above = null)
    {
        var frame = new Frame(_height, above ?? [], lines);
        console.Write(frame);
        _height = frame.Height;
    }

    /// <summary>The lines go, and what was above them stays.</summary>
    public void Remove() => Show([]);

    private sealed class Frame(int erase, IReadOnlyList<IRenderable> above, IReadOnlyList<IRenderable> lines) : IRenderable
    {
        public int Height { get; private set; }

        public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var segments = new List<Segment>();
            if (erase > 0)
            {
                // Up to the first of the old lines, then clear to the end of the screen.
                segments.Add(Segment.Control($"\r\u001b[{erase}A\u001b[0J"));
            }
            Append(segments, above, options, maxWidth);
            Height = Append(segments, lines, options, maxWidth);
            return segments;
        }

        private static int Append(List<Segment> segments, IReadOnlyList<IRenderable> items, RenderOptions options, int maxWidth)
        {
            int height = 0;
            foreach (IRenderable item in items)
            {
                foreach (SegmentLine line in Segment.SplitLines(item.Render(options, maxWidth)))
                {
                    segments.AddRange(line);
                    segments.Add(Segment.LineBreak);
                    height++;
                }
            }
            return height;
        }
    }
}
