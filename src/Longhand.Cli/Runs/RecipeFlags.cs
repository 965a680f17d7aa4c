using System.CommandLine;
using Longhand.Cli.Parsing;
using Longhand.Models;
using Longhand.Training;

namespace Longhand.Cli.Runs;

/// <summary>The flags that decide what comes out of a run. Each knows which field it sets; one that was not given changes nothing.</summary>
internal sealed class RecipeFlags
{
    private readonly List<(Option Option, Func<ParseResult, Recipe, Recipe> Apply)> _flags = [];

    public RecipeFlags()
    {
        Shape("--layers", "Blocks of a gpt, or recurrent layers, one after another.", 1, 1000, nameof(ModelConfig.Layers), (m, n) => m with { Layers = n });
        Shape("--heads", "Attention heads of each block; must divide the width.", 1, 1024, nameof(GptConfig.Heads), (m, n) => (GptConfig)m with { Heads = n });
        Shape("--width", "Features of each position; of a recurrent layer, its units.", 1, 65_536, nameof(ModelConfig.Width), (m, n) => m with { Width = n });
        Shape("--history", "Characters back that an ngram sees.", 1, 1024, nameof(NGramConfig.History), (m, n) => (NGramConfig)m with { History = n });
        Shape("--hidden", "Hidden units of an ngram.", 1, 1_048_576, nameof(NGramConfig.Hidden), (m, n) => (NGramConfig)m with { Hidden = n });
        Whole("--context", "Characters in a window; a gpt sees no more at once.", 1, 1_048_576, (r, n) => r with { Model = r.Model with { Context = n } });
        Number("--dropout", "Share of activations dropped while training.", new(0, 1, OpenAbove: true),
            (r, x) => With(r, "--dropout", nameof(ModelConfig.Dropout), m => m with { Dropout = (float)x }));
        Whole("--batch", "Windows of text in a step.", 1, 1_000_000, (r, n) => r with { Training = r.Training with { Batch = n } });
        Whole("--accumulate", "Batches averaged before each step.", 1, 1_000_000, (r, n) => r with { Training = r.Training with { Accumulate = n } });
        Whole("--steps", "Optimizer steps.", 1, 1_000_000_000, (r, n) => r with { Training = r.Training with { Steps = n } });
        Number("--learning-rate", "The highest learning rate, after the warm-up.", new(0, 10, OpenBelow: true),
            (r, x) => r with { Training = r.Training with { LearningRate = x } });
        Whole("--warmup", "Steps over which the learning rate rises.", 0, 1_000_000_000, (r, n) => r with { Training = r.Training with { Warmup = n } });
        Number("--weight-decay", "How strongly weights shrink towards 0; matrices only.", new(0, 10),
            (r, x) => r with { Training = r.Training with { WeightDecay = x } });
        Number("--clip", "Longest gradient; longer ones are scaled down. 0 switches it off.", new(0, 1e9),
            (r, x) => r with { Training = r.Training with { Clip = x } });
        Add(Flag.Text("--seed", "TEXT", "Decides all random draws: the same seed gives the same weights, byte for byte."),
            (r, text) => r with { Training = r.Training with { Seed = text } });
        Whole("--eval-every", "Steps between two losses over the whole validation text.", 1, 1_000_000_000,
            (r, n) => r with { Training = r.Training with { EvalEvery = n } });
        Whole("--sample-every", "Steps between two samples; 0 for none.", 0, 1_000_000_000,
            (r, n) => r with { Training = r.Training with { SampleEvery = n } });
        Whole("--save-every", "Steps between two checkpoints.", 1, 1_000_000_000, (r, n) => r with { Training = r.Training with { SaveEvery = n } });
        Whole("--patience", "Stop after this many evaluations without a better one; 0 never does.", 0, 1_000_000,
            (r, n) => r with { Training = r.Training with { Patience = n } });
    }

    public IEnumerable<Option> Options => _flags.Select(f => f.Option);

    /// <summary>
    /// The recipe with every given flag's value in it. When --warmup is not among them, a run shorter than the recipe's warms up for at
    /// most a tenth of its steps.
    /// </summary>
    public Recipe Apply(ParseResult given, Recipe recipe)
    {
        Recipe asked = _flags.Aggregate(recipe, (r, flag) => flag.Apply(given, r));
        TrainingOptions training = asked.Training;
        bool isAsked = given.GetResult("--warmup") is not null;
        return isAsked ? asked : asked with { Training = training with { Warmup = Math.Min(training.Warmup, training.Steps / 10) } };
    }

    /// <summary>The first given flag that asks for something else than the recipe has; null when none does.</summary>
    public string? FirstChange(ParseResult given, Recipe recipe) =>
        _flags.Where(flag => flag.Apply(given, recipe) != recipe).Select(flag => flag.Option.Name).FirstOrDefault();

    // A flag for what only some kinds of models have.
    private void Shape(string name, string description, int least, int greatest, string field, Func<ModelConfig, int, ModelConfig> set) =>
        Whole(name, description, least, greatest, (r, n) => With(r, name, field, m => set(m, n)));

    private static Recipe With(Recipe recipe, string flag, string field, Func<ModelConfig, ModelConfig> set) =>
        recipe.Model.Has(field)
            ? recipe with { Model = set(recipe.Model) }
            : throw new UsageException($"{flag} means nothing to a model of kind {recipe.Model.Kind}; it is for {KindsWith(field)}.");

    private static string KindsWith(string field) => string.Join(", ", ModelKinds.All.Where(kind => kind.Has(field)).Select(kind => kind.Kind));

    private void Whole(string name, string description, int least, int greatest, Func<Recipe, int, Recipe> set) =>
        Add(Flag.Whole(name, description, least, greatest), set);

    private void Number(string name, string description, NumberRange range, Func<Recipe, double, Recipe> set) =>
        Add(Flag.Number(name, description, range), set);

    private void Add<T>(Option<T?> option, Func<Recipe, T, Recipe> set) where T : struct =>
        _flags.Add((option, (given, recipe) => given.GetValue(option) is { } value ? set(recipe, value) : recipe));

    private void Add(Option<string?> option, Func<Recipe, string, Recipe> set) =>
        _flags.Add((option, (given, recipe) => given.GetValue(option) is { } value ? set(recipe, value) : recipe));
}
