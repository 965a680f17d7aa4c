using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>A part of a page's section.</summary>
public abstract record Block
{
    /// <summary>Whether the page must carry the sliders' script.</summary>
    internal virtual bool HasSlider => false;

    internal abstract void Write(TextWriter html, string id);
}

/// <summary>Paragraphs, separated by empty lines; what stands between two backticks is set as code. Everything else is shown as it is.</summary>
public sealed record Prose(string Text) : Block
{
    private const int Longest = 20_000;

    internal override void Write(TextWriter html, string id)
    {
        foreach (string paragraph in Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            html.WriteLine($"<p>{Marked(paragraph)}</p>");
        }
    }

    internal static string Marked(string text)
    {
        string[] parts = text.Split('`');
        // A backtick without a partner is a letter like others.
        return parts.Length % 2 == 0
            ? Escape(text, Longest)
            : string.Concat(parts.Select((part, i) => i % 2 == 0 ? Escape(part, Longest) : $"<code>{Escape(part, Longest)}</code>"));
    }
}

/// <summary>A picture and a line under it that says what to see.</summary>
public sealed record Figure(Picture Picture, string Caption) : Block
{
    // Makes the letters of a drawing, 13 units, as large as those of its caption.
    private const double RemPerUnit = 0.95 / 13;

    internal override bool HasSlider => Picture is Slider;

    internal override void Write(TextWriter html, string id)
    {
        // A wide chart keeps a size that can be read on a narrow screen, and scrolls in its box; a small picture is not blown up to the page.
        Picture shown = Picture is Slider { Frames: [.., var last] } ? last.Picture : Picture;
        bool isWide = shown is ChartPicture { Width: > 600 } or BarChart { Width: > 600 } or HeatMap { Width: > 600 };
        string room = shown switch
        {
            ChartPicture { Width: <= 600 } => " class=\"narrow\"",
            HeatMap map => $" style=\"max-width: {Number(RemPerUnit * map.Width, 1)}rem\"",
            _ => "",
        };
        html.WriteLine($"<figure>\n<div class=\"plot{(isWide ? " wide" : "")}\">\n<div{room}>");
        Picture.Write(html, id);
        html.WriteLine($"</div></div>\n<figcaption>{Prose.Marked(Caption)}</figcaption>\n</figure>");
    }
}

/// <summary>Figures side by side, where the screen has room.</summary>
public sealed record Pair(params IReadOnlyList<Figure> Figures) : Block
{
    internal override bool HasSlider => Figures.Any(f => f.HasSlider);

    internal override void Write(TextWriter html, string id)
    {
        html.WriteLine("<div class=\"pair\">");
        foreach ((int i, Figure figure) in Figures.Index())
        {
            figure.Write(html, FormattableString.Invariant($"{id}-{i}"));
        }
        html.WriteLine("</div>");
    }
}

/// <summary>Rows of texts under a header; the first column names the row, the others are numbers unless they are said to be text.</summary>
public sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, string Caption = "") : Block
{
    /// <summary>The columns, counted from 0, whose cells begin at the left, as running text does.</summary>
    public IReadOnlyList<int> TextColumns { get; init; } = [];

    internal override void Write(TextWriter html, string id)
    {
        string caption = Caption.Length > 0 ? $"<caption>{Prose.Marked(Caption)}</caption>" : "";
        html.WriteLine($"<div class=\"numbers\"><table>{caption}\n<thead><tr>{string.Concat(Header.Select((h, i) => $"<th scope=\"col\"{Side(i)}>{Escape(h)}</th>"))}</tr></thead>\n<tbody>");
        foreach (IReadOnlyList<string> row in Rows)
        {
            html.WriteLine($"<tr>{string.Concat(row.Select((cell, i) => $"<td{Side(i)}>{Prose.Marked(cell)}</td>"))}</tr>");
        }
        html.WriteLine("</tbody></table></div>");
    }

    private string Side(int column) => TextColumns.Contains(column) ? " class=\"text\"" : "";
}

/// <summary>A part of a page under a heading of its own.</summary>
public sealed record Section(string Title, params IReadOnlyList<Block> Blocks);

/// <summary>A number in large letters, with its name above and its meaning below.</summary>
public sealed record Headline(string Name, string Value, string Meaning = "");
