using System.CommandLine;
using Longhand.Backends.Cpu;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Data;
using Longhand.Files;
using Longhand.Models;
using Longhand.Text;
using Longhand.Training;
using Spectre.Console;

namespace Longhand.Cli.Verbs;

/// <summary>longhand train: from a text to a model that writes like it, in a new run folder; or on from where a run stopped.</summary>
internal sealed class TrainVerb : Verb
{
    private readonly Argument<string?> _text = Flag.Path<string?>(
        "TEXT", "A text file, a folder of .txt files, or a data set's name; left out: the built-in corpus.",
        ArgumentArity.ZeroOrOne);

    private readonly Option<string?> _model = Flag.Choice("--model", "The kind of model, from the simplest to the strongest. [gpt]", [.. ModelKinds.Names]);

    private readonly Option<string?> _preset = Flag.Choice(
        "--preset", "A shape and a recipe that fit together; the flags below change single values of it. [capstone]",
        [.. Preset.All.Select(p => p.Name)]);

    private readonly RecipeFlags _recipe = new();
    private readonly Option<string?> _out = Flag.Path(
        "--out", "FOLDER", "Where the run is kept; a new folder. [runs/ and the text's name; without a text the preset's or the kind's: runs/capstone, runs/lstm]");
    private readonly Option<bool> _resume = Flag.Switch("--resume", "Go on with the run in --out, exactly as if it had never stopped.");
    private readonly Option<int?> _threads = Flag.Whole("--threads", "Threads to use; changes the speed, never the weights. [one for every core]", 1, 256);

    public TrainVerb() : base(
        "train", "Train a language model on a text.",
        "longhand train", $"longhand train {TinyShakespeare.Name} --preset laptop --seed a",
        "longhand train notes/ --layers 6 --width 96 --heads 6 --steps 5000 --out runs/notes", "longhand train tinyshakespeare --model lstm", "longhand train --resume --out runs/notes")
    {
        Add(_text);
        Add(_model);
        Add(_preset);
        foreach (Option option in _recipe.Options)
        {
            Add(option);
        }
        Add(_out);
        Add(_resume);
        Add(_threads);
        Add(Plain);
        Add(Json);
    }

    public override IReadOnlyList<string> Notes { get; } =
    [
        "Data sets:", .. DataSets.All.Select(set => $"  {set.Name,-17}{set.About}"),
        "  Downloads are kept in the user's cache folder, or the one that LONGHAND_CACHE names.",
        "",
        "Presets of each kind of model; what no flag sets comes from one:",
        .. ModelKinds.All.Reverse().SelectMany(kind => Preset.Of(kind).Select(p => $"  {$"{kind.Kind} {p.Name}",-17}{p.About}")),
    ];

    protected override async Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        string program = Summary.Program;
        var sets = new DataSets(output, interrupt);
        Trainer trainer = given.GetValue(_resume) ? await ResumedAsync(given, sets) : await NewAsync(given, output, program, sets);
        ITrainingView view = View(output, program);
        interrupt.Announce = view.Stopping;
        interrupt.Abandon = view.Abandoned;
        try
        {
            DoneEvent? done = await view.ShowAsync(trainer.RunAsync(interrupt.Token));
            return done?.Reason == StopReason.Interrupted ? ExitCode.Stopped : ExitCode.Done;
        }
        catch (TrainingDivergedException problem) when (view.Progress.Start is { } start)
        {
            int code = Fail.Report(problem, output.Messages);
            output.Messages.WriteLine($"longhand: what led to it: {program} doctor {Summary.Quoted(start.Run)}");
            return code;
        }
        catch (WriteFailedException problem) when (view.Progress is { SavedStep: { } step, Start: { } start })
        {
            throw new UsageException(
                $"{problem.Message} The checkpoint of step {step} is whole; go on with: {Summary.Resume(start.Run, program)}");
        }
    }

    private async Task<Trainer> NewAsync(ParseResult given, Output output, string program, DataSets sets)
    {
        Preset preset = Asked(given);
        Recipe recipe = _recipe.Apply(given, new Recipe(preset.Model, preset.Training)).Validate();
        string? source = given.GetValue(_text);
        string named = recipe.Model is GptConfig ? preset.Name : recipe.Model.Kind;
        string usual = Path.Combine("runs", LoadedText.IsBuiltIn(source) ? named : NameOf(source));
        string folder = given.GetValue(_out) ?? FreeFolder(usual);
        if (Path.Exists(folder))
        {
            string other = WhatToDo(folder, program) is { } does ? $". {does}" : ".";
            throw new UsageException($"{folder} exists already. Hint: choose another --out{other}");
        }
        LoadedText text = await LoadedText.FromAsync(source, TokenData.MinimumLength(recipe.Model.Context), sets);
        Trainer trainer = Make(given, recipe, text, folder);
        if (folder != usual && given.GetValue(_out) is null)
        {
            output.Messages.WriteLine($"{usual} exists already, so this run is kept in {folder}. {WhatToDo(usual, program)}".TrimEnd());
        }
        return trainer;
    }

    // What can be done with the run that is in the way, if it is one.
    private static string? WhatToDo(string folder, string program)
    {
        try
        {
            return !Run.IsRun(folder) ? null
                : RunStanding.Load(folder) is { IsFinished: false } ? $"To go on with the run in it: {Summary.Resume(folder, program)}"
                : $"The run in it is finished: {Summary.Sample(folder, program)}";
        }
        catch (BadFileException)
        {
            return null;
        }
    }

    // A run that was stopped before it wrote its settings has left a folder with nothing in it but a lock: it begins again.
    private async Task<Trainer> ResumedAsync(ParseResult given, DataSets sets)
    {
        string folder = given.GetValue(_out)
            ?? throw new UsageException("--resume needs the run to go on with: --out FOLDER.");
        if (!Run.IsRun(folder))
        {
            string[] found = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e))] : [];
            bool isBegun = found.Length > 0 && found.All(name => name.StartsWith('.'));
            if (!isBegun)
            {
                throw new UsageException($"{folder}: there is no run to resume; expected a folder with a {RunConfig.FileName}.");
            }
            Preset start = Asked(given);
            Recipe recipe = _recipe.Apply(given, new Recipe(start.Model, start.Training)).Validate();
            return Make(given, recipe, await LoadedText.FromAsync(given.GetValue(_text), TokenData.MinimumLength(recipe.Model.Context), sets), folder);
        }
        RunConfig config = RunConfig.Load(folder);
        if (config is not { Training: { } training, Corpus: { } corpus })
        {
            throw new UsageException($"{folder}: this model was not trained here, so there is no training to resume.");
        }
        CheckUnchanged(given, new Recipe(config.Model, training), folder);
        return Make(given, new Recipe(config.Model, training), await LoadedText.OfAsync(corpus, given.GetValue(_text), sets), folder);
    }

    private Preset Asked(ParseResult given) => PresetOf(given.GetValue(_model), given.GetValue(_preset));

    private static Preset PresetOf(string? kind, string? name)
    {
        IReadOnlyList<Preset> presets = Preset.Of(ModelKinds.Find(kind ?? "gpt")!);
        return name is null ? presets[0] : presets.FirstOrDefault(preset => preset.Name == name) ?? throw new UsageException(
            $"--preset: expected {string.Join(" or ", presets.Select(preset => preset.Name))} with --model {kind}, found \"{name}\".");
    }

    private void CheckUnchanged(ParseResult given, Recipe begun, string folder)
    {
        string? change = given.GetValue(_model) is { } kind && kind != begun.Model.Kind ? "--model" : _recipe.FirstChange(given, begun);
        if (change is null && given.GetValue(_preset) is { } name)
        {
            Preset preset = PresetOf(begun.Model.Kind, name);
            var asked = new Recipe(preset.Model with { Vocabulary = begun.Model.Vocabulary }, preset.Training);
            change = _recipe.Apply(given, asked) == begun ? null : "--preset";
        }
        if (change is not null)
        {
            throw new UsageException($"{change} differs from what the run in {folder} began with, and a run keeps its settings. "
                + "Hint: leave it out to resume, or begin a new run in another --out.");
        }
    }

    private Trainer Make(ParseResult given, Recipe recipe, LoadedText text, string folder)
    {
        CharTokenizer tokenizer = CharTokenizer.FromText(text.Text);
        var config = new RunConfig(recipe.Model with { Vocabulary = tokenizer.VocabularySize }, recipe.Training, text.Info);
        try
        {
            config.Validate();
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message);
        }
        return new Trainer(config, tokenizer, TokenData.Encode(tokenizer, text.Text), folder, new CpuBackend(given.GetValue(_threads)));
    }

    // poems.txt and the folder poems/ both give "poems".
    internal static string NameOf(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string name = Directory.Exists(full) ? Path.GetFileName(full) : Path.GetFileNameWithoutExtension(full);
        return name.Length > 0 ? name : "run";
    }

    private static string FreeFolder(string usual)
    {
        string folder = usual;
        for (int i = 2; Path.Exists(folder); i++)
        {
            folder = FormattableString.Invariant($"{usual}-{i}");
        }
        return folder;
    }

    private static ITrainingView View(Output output, string program) => output.Mode switch
    {
        OutputMode.Json => new JsonView(output.Data),
        OutputMode.Live when AnsiConsole.Profile.Capabilities.Ansi => new LiveView(AnsiConsole.Console, program, TimeProvider.System),
        _ => new PlainView(output.Data, output.Messages, program),
    };
}
