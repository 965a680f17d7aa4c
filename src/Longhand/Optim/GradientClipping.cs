using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Optim;

/// <summary>
/// Keeps one bad batch from throwing the weights far away (Pascanu, Mikolov and Bengio, On the Difficulty of Training Recurrent
/// Neural Networks, 2013). Parameters that are frozen or have no gradient are left out, as <see cref="Optimizer.Step"/> leaves them out.
/// </summary>
public static class GradientClipping
{
    /// <summary>
    /// √(Σ g²) over all parameters together, added up in their order, in double precision. Not a number, or infinite, as soon
    /// as one gradient is.
    /// </summary>
    public static double Norm(IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        double sum = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Gradient(parameters[i].Parameter) is { } g) sum += g.Backend.SumOfSquares(g.Storage);
        }
        return Math.Sqrt(sum);
    }

    /// <summary>
    /// The norm, and the factor to give to <see cref="Optimizer.Step"/>: min(1, limit / (norm + 10⁻⁶)), which shortens the gradient
    /// to the limit and keeps its direction. Gradients are not touched. Check that the norm is finite before taking the step.
    /// </summary>
    public static (double Norm, double Factor) ByNorm(IReadOnlyList<(string Name, Parameter Parameter)> parameters, double limit)
    {
        Setting.Positive(nameof(GradientClipping), nameof(limit), limit);
        double norm = Norm(parameters);
        return (norm, Math.Min(1, limit / (norm + 1e-6)));
    }

    /// <summary>
    /// Cuts every element to −limit … limit, which may turn the gradient. Each gradient is replaced by a new tensor, because
    /// its memory may be shared with another.
    /// </summary>
    public static void ByValue(IReadOnlyList<(string Name, Parameter Parameter)> parameters, double limit)
    {
        Setting.Positive(nameof(GradientClipping), nameof(limit), limit);
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Gradient(parameters[i].Parameter) is { } g) parameters[i].Parameter.Gradient = Tensor.Map(new Cut(limit), g);
        }
    }

    private static Tensor? Gradient(Parameter parameter) => parameter.IsTrainable ? parameter.Gradient : null;

    private readonly struct Cut(double limit) : IUnary
    {
        private readonly float _limit = (float)limit;

        public double Apply(double g) => g > limit ? limit : g < -limit ? -limit : g;

        public Vector512<float> Apply(Vector512<float> g)
        {
            Vector512<float> high = Vector512.Create(_limit), low = -high;
            g = Vector512.ConditionalSelect(Vector512.GreaterThan(g, high), high, g);
            return Vector512.ConditionalSelect(Vector512.LessThan(g, low), low, g);
        }
    }
}
