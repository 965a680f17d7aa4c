namespace Longhand.Text.Corpus;

internal enum PartKind { Literal, Rule, Role, Bound, Choice }

/// <summary>A piece of a template: plain text, a choice on the spot, or a reference to something that gives text.</summary>
internal sealed record Part(PartKind Kind, string Text = "", string Role = "", bool HasArticle = false, bool IsCapital = false)
{
    /// <summary>Of a choice on the spot; empty for everything else.</summary>
    public Template[] Choices { get; init; } = [];
}

/// <summary>One alternative of a rule, parsed from the notation that <see cref="Grammar"/> explains.</summary>
internal sealed class Template
{
    private Template(Part[] parts) => Parts = parts;

    public Part[] Parts { get; }

    /// <exception cref="FormatException">A bracket or brace is not closed.</exception>
    public static Template Parse(string text)
    {
        int position = 0;
        Template template = Parse(text, ref position, isInChoice: false);
        return position == text.Length ? template : throw new FormatException($"Unexpected '{text[position]}' in: {text}");
    }

    private static Template Parse(string text, ref int position, bool isInChoice)
    {
        var parts = new List<Part>();
        int literal = position;
        while (position < text.Length && !(isInChoice && text[position] is '|' or '}'))
        {
            char c = text[position];
            if (c is not ('[' or '{'))
            {
                position++;
                continue;
            }
            if (position > literal) parts.Add(new Part(PartKind.Literal, text[literal..position]));
            parts.Add(c == '[' ? ParseReference(text, ref position) : ParseChoice(text, ref position));
            literal = position;
        }
        if (position > literal) parts.Add(new Part(PartKind.Literal, text[literal..position]));
        return new Template([.. parts]);
    }

    private static Part ParseChoice(string text, ref int position)
    {
        var choices = new List<Template>();
        do
        {
            position++;                                  // '{' or '|'
            choices.Add(Parse(text, ref position, isInChoice: true));
            if (position == text.Length) throw new FormatException($"A brace is not closed in: {text}");
        }
        while (text[position] == '|');
        position++;
        return new Part(PartKind.Choice) { Choices = [.. choices] };
    }

    private static Part ParseReference(string text, ref int position)
    {
        int end = text.IndexOf(']', position);
        if (end < 0) throw new FormatException($"A bracket is not closed in: {text}");
        string name = text[(position + 1)..end];
        position = end + 1;
        bool capital = name.StartsWith('^');
        if (capital) name = name[1..];
        bool article = name.StartsWith("a ", StringComparison.Ordinal);
        if (article) name = name[2..];
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0) return new Part(PartKind.Role, name[(dot + 1)..], name[..dot], article, capital);
        return name.StartsWith('$')
            ? new Part(PartKind.Bound, name[1..], HasArticle: article, IsCapital: capital)
            : new Part(PartKind.Rule, name, HasArticle: article, IsCapital: capital);
    }
}
