using Longhand.Nn;

namespace Longhand.Optim;

/// <summary>
/// Parameters that an optimizer treats alike, with their own learning rate and weight decay where they need one.
/// State (running averages) is left out: it is never trained.
/// </summary>
public sealed class ParameterGroup
{
    /// <param name="parameters">
    /// Parameters, as <see cref="Module.Parameters"/> gives them; the names are those of their optimizer state in checkpoints.
    /// </param>
    public ParameterGroup(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        Parameters = [.. parameters.Where(p => !p.Parameter.IsState)];
    }

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>The group's learning rate is the step's times this; 0 or more.</summary>
    public double LearningRateFactor
    {
        get;
        init => field = Setting.NotNegative(nameof(ParameterGroup), nameof(LearningRateFactor), value);
    } = 1;

    /// <summary>The group's weight decay; null means the optimizer's.</summary>
    public double? WeightDecay
    {
        get;
        init => field = value is { } decay ? Setting.NotNegative(nameof(ParameterGroup), nameof(WeightDecay), decay) : null;
    }

    /// <summary>One group of everything a module trains.</summary>
    public static ParameterGroup[] All(Module module) => [new(module.Parameters)];

    /// <summary>
    /// Two groups: matrices (two axes or more, embeddings included) with this weight decay, and biases and gains without. Decay
    /// limits how much each input can weigh in a sum; a bias or a gain weighs no input, and pulling a gain towards 0 only fights the norm.
    /// </summary>
    public static ParameterGroup[] Split(Module module, double weightDecay)
    {
        ILookup<bool, (string, Parameter Parameter)> isMatrix = module.Parameters.ToLookup(p => p.Parameter.Shape.Rank >= 2);
        return [new(isMatrix[true]) { WeightDecay = weightDecay }, new(isMatrix[false]) { WeightDecay = 0 }];
    }
}
