using System.CommandLine;
using System.Diagnostics;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Files;
using Longhand.Labs;
using Spectre.Console;

namespace Longhand.Cli.Verbs;

/// <summary>longhand lab NAME: runs one experiment, says what came out, and writes its page. Its knobs become flags.</summary>
internal sealed class LabRunVerb : Verb
{
    private readonly Lab _lab;
    private readonly List<(Knob Knob, Option Option, Func<ParseResult, object?> Read)> _knobs = [];
    private readonly Option<string?> _seed = Flag.Text("--seed", "TEXT", $"Decides all random draws. [{LabContext.DefaultSeed}]");
    private readonly Option<string?> _out;

    public LabRunVerb(Lab lab) : base(lab.Name, $"{char.ToUpperInvariant(lab.Summary[0])}{lab.Summary[1..]}.", ExamplesOf(lab))
    {
        _lab = lab;
        _out = Flag.Path("--out", "FOLDER", $"Where {LabPage.FileName} goes; an older one from a lab is replaced. [{UsualFolder}]");
        foreach (Knob knob in lab.Knobs)
        {
            Add(knob);
        }
        Add(_seed);
        Add(_out);
        Add(Plain);
        Add(Json);
    }

    public override IReadOnlyList<string> Notes => [_lab.Question, $"  {_lab.About.Replace("`", "", StringComparison.Ordinal)}"];

    private string UsualFolder => Path.Combine("runs", "labs", _lab.Name);

    protected override Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        using var page = new LabPage(given.GetValue(_out) ?? UsualFolder);
        ILabView view = View(output);
        interrupt.Announce = view.Stopping;
        interrupt.Abandon = view.End;
        var settings = new Dictionary<string, object>();
        foreach ((Knob knob, _, Func<ParseResult, object?> read) in _knobs)
        {
            if (read(given) is { } value)
            {
                settings[knob.Name] = value;
            }
        }
        var context = new LabContext(_lab, given.GetValue(_seed) ?? LabContext.DefaultSeed, settings, view.Show, interrupt.Token);
        LabResult result;
        long start = Stopwatch.GetTimestamp();
        try
        {
            result = _lab.Run(context);
        }
        finally
        {
            view.End();
        }
        interrupt.Token.ThrowIfCancellationRequested();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        try
        {
            page.Write(LabReport.Page(_lab, context, result));
        }
        catch (WriteFailedException)
        {
            view.Done(_lab, context, result, file: null, seconds); // the answer is not lost with its pictures
            throw;
        }
        view.Done(_lab, context, result, page.File, seconds);
        return Task.FromResult(ExitCode.Done);
    }

    private void Add(Knob knob)
    {
        string name = $"--{knob.Name}", about = $"{knob.About} [{knob.Show(knob.Usual)}]";
        switch (knob)
        {
            case WholeKnob whole:
                Option<int?> count = Flag.Whole(name, about, whole.Least, whole.Greatest);
                Take(count, given => given.GetValue(count));
                break;
            case NumberKnob number:
                Option<double?> size = Flag.Number(name, about, new NumberRange(number.Least, number.Greatest, number.OpenBelow));
                Take(size, given => given.GetValue(size));
                break;
            case ChoiceKnob choice:
                Option<string?> word = Flag.Choice(name, about, [.. choice.Words]);
                Take(word, given => given.GetValue(word));
                break;
            default:
                throw new NotSupportedException($"{_lab.Name}: {knob.GetType().Name} has no flag.");
        }

        void Take(Option option, Func<ParseResult, object?> read)
        {
            _knobs.Add((knob, option, read));
            Add(option);
        }
    }

    private static string[] ExamplesOf(Lab lab)
    {
        string start = $"longhand lab {lab.Name}";
        return [start, .. lab.Knobs.Take(1).Select(k => $"{start} --{k.Name} {k.Show(k.Usual)} --seed b"), $"{start} --json --out {Path.Combine("runs", "mine")}"];
    }

    private static ILabView View(Output output) => output.Mode switch
    {
        OutputMode.Json => new JsonLabView(output.Data),
        OutputMode.Live when AnsiConsole.Profile.Capabilities.Ansi => new LiveLabView(AnsiConsole.Console, TimeProvider.System),
        _ => new PlainLabView(output.Data, output.Messages, TimeProvider.System),
    };
}
