using Longhand.Backends;

namespace Longhand.Models;

/// <summary>The kinds of language models there are, each by a configuration with its defaults, from the simplest to the strongest.</summary>
public static class ModelKinds
{
    public static IReadOnlyList<ModelConfig> All { get; } =
    [
        new BigramConfig(),
        new NGramConfig(),
        new RecurrentConfig(RecurrentCell.Rnn),
        new RecurrentConfig(RecurrentCell.Lstm),
        new RecurrentConfig(RecurrentCell.Gru),
        new GptConfig(),
    ];

    /// <summary>The names of all kinds.</summary>
    public static IEnumerable<string> Names => All.Select(config => config.Kind);

    /// <summary>The defaults of a kind; null when there is none of this name.</summary>
    public static ModelConfig? Find(string kind) => All.FirstOrDefault(config => config.Kind == kind);
}
