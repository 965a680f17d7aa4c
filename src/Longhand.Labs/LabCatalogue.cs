using Longhand.Labs.Experiments;

namespace Longhand.Labs;

/// <summary>All labs, in the order in which one would run them.</summary>
public static class LabCatalogue
{
    public static IReadOnlyList<Lab> All { get; } =
    [
        new Perceptron(),
        new Xor(),
        new LinearRegression(),
        new LogisticMoons(),
        new SoftmaxStability(),
        new Quadrants(),
        new Depth(),
        new ReadDigits(),
        new ScalarMoons(),
        new Optimizers(),
        new GradientChecking(),
        new AdamDecay(),
        new Activations(),
        new BatchNorm(),
        new Initialization(),
        new Vanishing(),
    ];

    /// <summary>The lab of this name; null if there is none.</summary>
    public static Lab? Find(string name) => All.FirstOrDefault(lab => lab.Name == name);
}
