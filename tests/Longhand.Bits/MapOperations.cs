using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>x³: two multiplications, each rounded.</summary>
internal readonly struct Cube : IUnary
{
    public double Apply(double x) => x * x * x;
    public Vector512<float> Apply(Vector512<float> x) => x * x * x;
}

/// <summary>√(a² + b²), with a fused multiply-add and a square root.</summary>
internal readonly struct Hypotenuse : IBinary
{
    public double Apply(double a, double b) => Math.Sqrt((a * a) + (b * b));
    public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
        Vector512.Sqrt(Vector512.FusedMultiplyAdd(a, a, b * b));
}

/// <summary>a·b + c, rounded once.</summary>
internal readonly struct MultiplyAdd : ITernary
{
    public double Apply(double a, double b, double c) => (a * b) + c;
    public Vector512<float> Apply(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);
}
