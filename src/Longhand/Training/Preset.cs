using Longhand.Models;

namespace Longhand.Training;

/// <summary>A model's shape and a recipe that trains it well, under a name. Every kind of model has its own for each name.</summary>
public sealed record Preset(string Name, string About, ModelConfig Model, TrainingOptions Training)
{
    /// <summary>Those of GPT, from the smallest to the largest.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("capstone", "about 0.2 million parameters; learns while you watch", new GptConfig(), new TrainingOptions()),
        new("laptop", "about 0.8 million parameters; nanoGPT's recipe for a processor",
            new GptConfig { Width = 128 },
            new TrainingOptions { Batch = 12, LearningRate = 1e-3 }),
        new("desktop", "about 11 million parameters; nanoGPT's recipe for characters, hours on a processor",
            new GptConfig { Layers = 6, Heads = 6, Width = 384, Context = 256, Dropout = 0.2f },
            new TrainingOptions { Batch = 64, Steps = 5000, LearningRate = 1e-3 }),
        new("gpt2", "the shape of GPT-2 small: 124 million parameters with its vocabulary, 86 million with characters",
            new GptConfig { Layers = 12, Heads = 12, Width = 768, Context = 1024, Vocabulary = 50_257 },
            new TrainingOptions { Batch = 4, LearningRate = 6e-4, Beta2 = 0.95, Warmup = 700, Steps = 10_000 }),
    ];

    /// <summary>Those of a kind of model, from the smallest to the largest.</summary>
    public static IReadOnlyList<Preset> Of(ModelConfig kind) => kind switch
    {
        GptConfig => All,
        BigramConfig =>
        [
            new("capstone", "a table with a row and a column for each character, 4,225 parameters for 65", kind,
                new TrainingOptions { LearningRate = 0.1, WeightDecay = 0, Warmup = 0 }),
        ],
        NGramConfig ngram =>
        [
            new("capstone", "8 characters back, 67,000 parameters", ngram, new TrainingOptions { LearningRate = 5e-3 }),
            new("laptop", "16 characters back, 0.3 million parameters",
                ngram with { History = 16, Width = 32, Hidden = 512 }, new TrainingOptions { LearningRate = 3e-3, Steps = 4000 }),
        ],
        _ =>
        [
            Recurrent("capstone", kind, new TrainingOptions { LearningRate = 5e-3 }),
            Recurrent(
                "laptop", kind with { Width = 256, Context = 128, Dropout = 0.2f },
                new TrainingOptions { LearningRate = 4e-3, Steps = 4000 }),
        ],
    };

    private static Preset Recurrent(string name, ModelConfig model, TrainingOptions training)
    {
        double parameters = (model with { Vocabulary = 65 }).ParameterCount;
        string size = parameters < 1e6
            ? FormattableString.Invariant($"{Math.Round(parameters / 1e3) * 1e3:N0}")
            : FormattableString.Invariant($"{parameters / 1e6:0.0} million");
        string dropout = model.Dropout > 0 ? FormattableString.Invariant($", dropout {model.Dropout:0.0}") : "";
        string about = FormattableString.Invariant($"{model.Layers} layers of {model.Width} units, about {size} parameters; windows of {model.Context}");
        return new(name, about + dropout, model, training);
    }

    /// <summary>The preset of this name, of a kind of model; GPT's when left out.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static Preset Named(string name, ModelConfig? kind = null)
    {
        IReadOnlyList<Preset> presets = kind is null ? All : Of(kind);
        return presets.FirstOrDefault(p => p.Name == name)
            ?? throw new ArgumentException($"preset is '{name}' but must be one of {string.Join(", ", presets.Select(p => p.Name))}{(kind is null or GptConfig ? "" : $" for --model {kind.Kind}")}.");
    }
}
