using Longhand.Pictures;

namespace Longhand.Labs;

/// <summary>Makes the page of a run: what every lab's page has, around what the lab found.</summary>
public static class LabReport
{
    /// <summary>The whole page. It says nothing of the machine or the time, so the same run gives the same page.</summary>
    public static string Page(Lab lab, LabContext context, LabResult result) => new Page
    {
        Title = lab.Question,
        Lead = lab.About,
        Conclusion = result.Conclusion,
        Headlines = result.Headlines,
        Sections = result.Sections,
        Command = Command(lab, context),
        Settings = [("lab", lab.Name), ("seed", context.Seed), .. lab.Knobs.Select(k => (k.Name, k.Show(context.ValueOf(k))))],
        Generator = Generator,
    }.ToHtml();

    /// <summary>Whether a text is a page that a lab made, so that another may take its place.</summary>
    public static bool IsOurs(string html) => html.Contains(Pictures.Page.GeneratorMark(Generator), StringComparison.Ordinal);

    /// <summary>The command line that makes the page again: what was left at its default is left out.</summary>
    public static string Command(Lab lab, LabContext context)
    {
        IEnumerable<string> turned = lab.Knobs
            .Where(k => !k.Usual.Equals(context.ValueOf(k)))
            .Select(k => $" --{k.Name} {k.Show(context.ValueOf(k))}");
        string seed = context.Seed == LabContext.DefaultSeed ? "" : $" --seed \"{context.Seed}\"";
        return $"longhand lab {lab.Name}{seed}{string.Concat(turned)}";
    }

    private const string Generator = "longhand lab";
}
