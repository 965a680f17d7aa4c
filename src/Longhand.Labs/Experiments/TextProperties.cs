namespace Longhand.Labs.Experiments;

/// <summary>Things that are true of a place in a text and that a reader must remember to know, one number for each character.</summary>
/// <param name="Name">What it says, to stand after "follows": "how far into the line it is".</param>
/// <param name="Key">For programs.</param>
/// <param name="Of">The numbers of a text.</param>
internal sealed record TextProperty(string Name, string Key, Func<string, double[]> Of)
{
    public static IReadOnlyList<TextProperty> All { get; } =
    [
        new("how far into the line it is", "line", text => Since(text, c => c == '\n')),
        new("how long the word is so far", "word", text => Since(text, c => !char.IsLetter(c))),
        new("how long ago the last sentence ended", "sentence", text => Since(text, c => c is '.' or '!' or '?', most: 100)),
        new("whether a quotation is open", "quotation", Quoted),
        new("whether a bracket is open", "bracket", text => Between(text, '(', ')')),
        new("whether it is in a word of capitals", "capitals", Capitals),
    ];

    private static double[] Since(string text, Func<char, bool> restarts, double most = double.PositiveInfinity)
    {
        double[] since = new double[text.Length];
        double count = 0;
        for (int i = 0; i < text.Length; i++) since[i] = count = restarts(text[i]) ? 0 : Math.Min(count + 1, most);
        return since;
    }

    private static double[] Between(string text, char open, char close)
    {
        double[] inside = new double[text.Length];
        double state = 0;
        for (int i = 0; i < text.Length; i++) inside[i] = state = text[i] == open ? 1 : text[i] == close ? 0 : state;
        return inside;
    }

    // A mark that opens and closes alike; an empty line ends whatever was left open.
    private static double[] Quoted(string text)
    {
        double[] inside = new double[text.Length];
        double state = 0;
        for (int i = 0; i < text.Length; i++)
        {
            inside[i] = state = text[i] == '"' ? 1 - state : text[i] == '\n' && i > 0 && text[i - 1] == '\n' ? 0 : state;
        }
        return inside;
    }

    // Two capitals in a row begin it and a small letter ends it: in these texts, titles and the names of speakers.
    private static double[] Capitals(string text)
    {
        double[] inside = new double[text.Length];
        double state = 0;
        for (int i = 0; i < text.Length; i++)
        {
            state = char.IsAsciiLetterLower(text[i]) || text[i] == '\n' ? 0 : i > 0 && char.IsAsciiLetterUpper(text[i]) && char.IsAsciiLetterUpper(text[i - 1]) ? 1 : state;
            inside[i] = state;
        }
        return inside;
    }
}
