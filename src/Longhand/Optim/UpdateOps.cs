using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Optim;

/// <summary>y = p·a + q·b. With p = 1 − q a moving average, with p = 1 and q = −η a step downhill.</summary>
internal readonly struct WeightedSum(double p, double q) : IBinary
{
    private readonly float _p = (float)p, _q = (float)q;

    public double Apply(double a, double b) => (p * a) + (q * b);

    public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(_q), b, a * _p);
}

/// <summary>v ← β·v + (1 − β)·g²: a moving average of squares, from v and g.</summary>
internal readonly struct AverageOfSquares(double beta) : IBinary
{
    private readonly float _beta = (float)beta, _rest = (float)(1 - beta);

    public double Apply(double v, double g) => (beta * v) + ((1 - beta) * g * g);

    public Vector512<float> Apply(Vector512<float> v, Vector512<float> g) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(_beta), v, g * g * _rest);
}
