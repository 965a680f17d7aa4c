using Longhand.Models;

namespace Longhand.Training;

/// <summary>A model's shape and a recipe that trains it well, under a name.</summary>
public sealed record Preset(string Name, string About, GptConfig Model, TrainingOptions Training)
{
    /// <summary>From the smallest to the largest.</summary>
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

    /// <summary>The preset of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static Preset Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"preset is '{name}' but must be one of {string.Join(", ", All.Select(p => p.Name))}.");
}
