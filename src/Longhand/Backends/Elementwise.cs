using System.Runtime.Intrinsics;

namespace Longhand.Backends;

/// <summary>
/// An element-wise function of one number, written twice: exactly (double, for the reference) and fast (16 floats at a
/// time). It is passed to <see cref="IBackend.Map{TOp}(TOp, Storage, Storage)"/> as a type argument, so the loop around it
/// is written once and the function is inlined into it. Scalars it needs (a slope, an exponent) are its fields.
/// <para>
/// The vector form must give every lane the same bits whatever the hardware: use + − × ÷, square root,
/// <see cref="Vector512.FusedMultiplyAdd(Vector512{float}, Vector512{float}, Vector512{float})"/>, comparisons with
/// ConditionalSelect, and the library's own functions in VectorMath; never an estimate or a platform-dependent conversion.
/// </para>
/// </summary>
public interface IUnary
{
    double Apply(double x);
    Vector512<float> Apply(Vector512<float> x);
}

/// <summary>An element-wise function of two numbers; see <see cref="IUnary"/>.</summary>
public interface IBinary
{
    double Apply(double a, double b);
    Vector512<float> Apply(Vector512<float> a, Vector512<float> b);
}

/// <summary>An element-wise function of three numbers; see <see cref="IUnary"/>.</summary>
public interface ITernary
{
    double Apply(double a, double b, double c);
    Vector512<float> Apply(Vector512<float> a, Vector512<float> b, Vector512<float> c);
}
