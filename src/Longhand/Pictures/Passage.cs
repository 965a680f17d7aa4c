using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// A text in letters of equal width, with its own line ends; each character may stand on a coloured ground: blue above zero and orange
/// below, in nine steps, the further from zero the stronger. For what a model writes, and for what something in it says of a text.
/// </summary>
public sealed class Passage : Picture
{
    private const int Steps = 4, Longest = 20_000;

    public required string Text { get; init; }

    /// <summary>For each UTF-16 unit of the text from the first on, −1 to 1; missing ones have no colour, as those that are no number.</summary>
    public IReadOnlyList<double> Grounds { get; init; } = [];

    internal override void Write(TextWriter html, string id)
    {
        html.Write($"<pre class=\"passage\" role=\"group\" aria-label=\"{Escape(About)}\">");
        if (Text.StartsWith('\n'))
        {
            html.Write('\n');                                // HTML drops the first line end of a <pre>
        }
        for (int i = 0, end; i < Text.Length; i = end)
        {
            int step = StepOf(i);
            end = i + 1;
            while (end < Text.Length && (StepOf(end) == step || char.IsLowSurrogate(Text[end])))
            {
                end++;
            }
            string run = Escape(Text[i..end], Longest);
            html.Write(step == 0 ? run : $"<span class=\"{(step > 0 ? "b" : "o")}{Math.Abs(step)}\">{run}</span>");
        }
        html.WriteLine("</pre>");
    }

    private int StepOf(int i) => i < Grounds.Count && double.IsFinite(Grounds[i]) ? (int)Math.Round(Steps * Math.Clamp(Grounds[i], -1, 1)) : 0;
}
