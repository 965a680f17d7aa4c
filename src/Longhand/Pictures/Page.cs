using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// A self-contained page: a question as its title, the answer below it, numbers in large letters, sections with text and pictures, and at
/// the end the settings and how to make it again. It fetches nothing; its only script moves sliders, and without it all is still there.
/// Every text is escaped. The same content gives the same bytes, and they are well-formed XML as well.
/// </summary>
public sealed record Page
{
    /// <summary>In large letters at the top.</summary>
    public required string Title { get; init; }

    /// <summary>What was done, in pale letters under the title.</summary>
    public string Lead { get; init; } = "";

    /// <summary>What came out, before everything else.</summary>
    public string Conclusion { get; init; } = "";

    public IReadOnlyList<Headline> Headlines { get; init; } = [];

    public IReadOnlyList<Section> Sections { get; init; } = [];

    /// <summary>Name and value of everything that decided the result.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>The command line that makes this page again; empty leaves it out.</summary>
    public string Command { get; init; } = "";

    /// <summary>Who made the page, for programs: its generator.</summary>
    public string Generator { get; init; } = "longhand";

    /// <summary>The whole page.</summary>
    public string ToHtml()
    {
        var html = new StringWriter { NewLine = "\n" };
        Write(html);
        return html.ToString();
    }

    private void Write(TextWriter html)
    {
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>");
        html.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        html.WriteLine($"<meta {GeneratorMark(Generator)}/>");
        html.WriteLine($"<title>{Escape(Title)} · Longhand</title>");
        html.WriteLine($"<style>\n{Style.Theme}\n{Style.Page}\n{Style.Shapes}\n{Style.Exhibit}\n</style>\n</head>\n<body>\n<h1>{Escape(Title)}</h1>");
        if (Lead.Length > 0)
        {
            html.WriteLine($"<p class=\"lead\">{Prose.Marked(Lead)}</p>");
        }
        if (Conclusion.Length > 0)
        {
            html.WriteLine($"<p class=\"conclusion\">{Prose.Marked(Conclusion)}</p>");
        }
        if (Headlines.Count > 0)
        {
            html.WriteLine("<div class=\"tiles\">");
            foreach (Headline headline in Headlines)
            {
                html.WriteLine($"<div><span>{Escape(headline.Name)}</span><b>{Escape(headline.Value)}</b><small>{Escape(headline.Meaning)}</small></div>");
            }
            html.WriteLine("</div>");
        }
        foreach ((int s, Section section) in Sections.Index())
        {
            html.WriteLine($"<section>\n<h2>{Escape(section.Title)}</h2>");
            foreach ((int b, Block block) in section.Blocks.Index())
            {
                block.Write(html, FormattableString.Invariant($"p{s}-{b}"));
            }
            html.WriteLine("</section>");
        }
        if (Settings.Count > 0 || Command.Length > 0)
        {
            WriteSettings(html);
        }
        if (Sections.Any(s => s.Blocks.Any(b => b.HasSlider)))
        {
            html.WriteLine($"<script>\n{Slider.Script}\n</script>");
        }
        html.WriteLine("</body>\n</html>");
    }

    private void WriteSettings(TextWriter html)
    {
        html.WriteLine("<section>\n<h2>How to make it again</h2>");
        if (Command.Length > 0)
        {
            html.WriteLine($"<pre>\n{Escape(Command, limit: 20_000)}</pre>");
        }
        if (Settings.Count > 0)
        {
            html.WriteLine("<table>");
            foreach ((string name, string value) in Settings)
            {
                html.WriteLine($"<tr><th>{Escape(name)}</th><td>{Escape(value)}</td></tr>");
            }
            html.WriteLine("</table>");
        }
        html.WriteLine("</section>");
    }

    /// <summary>What a page's head says of its generator.</summary>
    public static string GeneratorMark(string generator) => $"name=\"generator\" content=\"{Escape(generator)}\"";
}
