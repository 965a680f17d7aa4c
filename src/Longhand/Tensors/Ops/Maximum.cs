using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = max(a, b) and y = min(a, b), element by element, with broadcasting; NaN on either side gives NaN.
/// The gradient goes to the side that won, half to each on a tie.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor Maximum(Tensor a, Tensor b)
    {
        (a, b) = Align("Maximum", a, b);
        return Record(Map(new MaximumOp(), a, b), [a, b], dy => [Map(new WinnerGradient(), dy, a, b), Map(new WinnerGradient(), dy, b, a)]);
    }

    public static Tensor Minimum(Tensor a, Tensor b)
    {
        (a, b) = Align("Minimum", a, b);
        return Record(Map(new MinimumOp(), a, b), [a, b], dy => [Map(new WinnerGradient(), dy, b, a), Map(new WinnerGradient(), dy, a, b)]);
    }

    // A comparison with NaN is false, so "not less" keeps a NaN in a; a NaN in b is let through by the second test.
    private readonly struct MaximumOp : IBinary
    {
        public double Apply(double a, double b) => double.IsNaN(b) || a < b ? b : a;

        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
            Vector512.ConditionalSelect(Vector512.LessThan(a, b) | ~Vector512.Equals(b, b), b, a);
    }

    private readonly struct MinimumOp : IBinary
    {
        public double Apply(double a, double b) => double.IsNaN(b) || a > b ? b : a;

        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(a, b) | ~Vector512.Equals(b, b), b, a);
    }

    // dy where winner > loser, dy/2 where equal, 0 elsewhere
    private readonly struct WinnerGradient : ITernary
    {
        public double Apply(double dy, double winner, double loser) => winner > loser ? dy : winner == loser ? dy / 2 : 0;

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> winner, Vector512<float> loser)
        {
            Vector512<float> tie = Vector512.ConditionalSelect(
                Vector512.Equals(winner, loser), dy * Vector512.Create(0.5f), Vector512<float>.Zero);
            return Vector512.ConditionalSelect(Vector512.GreaterThan(winner, loser), dy, tie);
        }
    }
}
