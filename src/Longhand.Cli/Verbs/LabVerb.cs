using System.CommandLine;
using Longhand.Cli.Display;
using Longhand.Labs;
using Spectre.Console;

namespace Longhand.Cli.Verbs;

/// <summary>longhand lab: the list of experiments; each is a command of its own below it.</summary>
internal sealed class LabVerb : Verb
{
    private const int Widest = 112;

    public LabVerb() : base(
        "lab", "Run one of the classic experiments; without a name, list them.",
        "longhand lab", $"longhand lab {LabCatalogue.All[0].Name}", $"longhand lab {LabCatalogue.All[0].Name} --seed b --out runs/mine", "longhand lab --json")
    {
        foreach (Lab lab in LabCatalogue.All)
        {
            Add(new LabRunVerb(lab));
        }
        Add(Plain);
        Add(Json);
    }

    protected override Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        if (output.Mode == OutputMode.Json)
        {
            foreach (Lab lab in LabCatalogue.All)
            {
                JsonLine.Write(output.Data, json =>
                {
                    json.WriteString("event", "lab");
                    json.WriteString("name", lab.Name);
                    json.WriteString("summary", lab.Summary);
                    json.WriteString("question", lab.Question);
                });
            }
            return Task.FromResult(ExitCode.Done);
        }
        int width = output.Mode == OutputMode.Live ? Math.Min(Widest, AnsiConsole.Profile.Width) : Widest, names = LabCatalogue.All.Max(lab => lab.Name.Length);
        output.Data.WriteLine("Each lab answers a question with numbers, and writes a page with pictures.\n");
        foreach (string line in LabCatalogue.All.SelectMany(lab => Show.Wrap($"  {lab.Name.PadRight(names)}   {lab.Summary}", width)))
        {
            output.Data.WriteLine(line);
        }
        string example = $"{Summary.Program} lab {LabCatalogue.All[0].Name}";
        output.Data.WriteLine($"\nRun one:    {example}\nIts flags:  {example} --help");
        return Task.FromResult(ExitCode.Done);
    }
}
