using Longhand.Labs.Experiments;

namespace Longhand.Labs;

/// <summary>All labs, in the order in which one would run them: one line or one neuron, then networks, how to train them, then texts and networks
/// with memory.</summary>
public static class LabCatalogue
{
    public static IReadOnlyList<Lab> All { get; } =
    [
        new Perceptron(),
        new Xor(),
        new LinearRegression(),
        new LogisticMoons(),
        new ScalarMoons(),
        new GradientChecking(),
        new SoftmaxStability(),
        new Quadrants(),
        new Depth(),
        new ReadDigits(),
        new Regularization(),
        new Activations(),
        new Initialization(),
        new Vanishing(),
        new BatchNorm(),
        new Optimizers(),
        new AdamDecay(),
        new Bigram(),
        new NeuralNGram(),
        new WordVectors(),
        new RecurrentMemory(),
        new Clipping(),
        new RnnVersusLstm(),
        new CharRnn(),
        new AttentionCopy(),
        new ReverseSequence(),
    ];

    /// <summary>The lab of this name; null if there is none.</summary>
    public static Lab? Find(string name) => All.FirstOrDefault(lab => lab.Name == name);
}
