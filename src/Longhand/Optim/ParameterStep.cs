using Longhand.Backends;
using Longhand.Tensors;

namespace Longhand.Optim;

/// <summary>
/// One parameter's part of one step, as an update rule gets it: where the numbers are, and the group's learning rate η and weight decay λ.
/// </summary>
internal readonly record struct ParameterStep(
    IBackend Backend, Storage Weight, Storage Gradient, Tensor[] State, double LearningRate, double WeightDecay, double GradientScale)
{
    /// <summary>The numbers of one of the tensors that the rule named, in the order it named them.</summary>
    public Storage Remembered(int index) => State[index].Storage;
}
