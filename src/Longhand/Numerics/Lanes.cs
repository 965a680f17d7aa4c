using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Numerics;

/// <summary>16 floats in 512 bits.</summary>
internal readonly struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector512<float> Value = value;

    [MethodImpl(Inline)] public static Lanes16 Of(float value) => new(Vector512.Create(value));
    [MethodImpl(Inline)] public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a.Value + b.Value);
    [MethodImpl(Inline)] public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a.Value - b.Value);
    [MethodImpl(Inline)] public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a.Value * b.Value);
    [MethodImpl(Inline)] public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new(a.Value / b.Value);
    [MethodImpl(Inline)] public static Lanes16 operator -(Lanes16 a) => new(-a.Value);
    [MethodImpl(Inline)]
    public static Lanes16 Fma(Lanes16 a, Lanes16 b, Lanes16 c) =>
        new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));
    [MethodImpl(Inline)] public static Lanes16 Abs(Lanes16 a) => new(Vector512.Abs(a.Value));
    [MethodImpl(Inline)] public static Lanes16 MinusAbs(Lanes16 a) => new(a.Value | Vector512.Create(-0f));
    [MethodImpl(Inline)] public static Lanes16 WithSign(Lanes16 a, Lanes16 sign) => new(a.Value | (sign.Value & Vector512.Create(-0f)));
    [MethodImpl(Inline)] public static Lanes16 AtLeast(Lanes16 x, Lanes16 bound) => new(Avx512F.Max(bound.Value, x.Value));
    [MethodImpl(Inline)] public static Lanes16 AtMost(Lanes16 x, Lanes16 bound) => new(Avx512F.Min(bound.Value, x.Value));
    [MethodImpl(Inline)]
    public static Lanes16 IfLess(Lanes16 a, Lanes16 b, Lanes16 then, Lanes16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)]
    public static Lanes16 IfEqual(Lanes16 a, Lanes16 b, Lanes16 then, Lanes16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)] public static Lanes16 Scale(Lanes16 a, Lanes16 k) => new(Avx512F.Scale(a.Value, k.Value));
    [MethodImpl(Inline)] public static Lanes16 AddBits(Lanes16 a, Lanes16 b) => new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)]
    public static Lanes16 SubtractBits(Lanes16 a, Lanes16 b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static Lanes16 ShiftLeft(Lanes16 a, int count) => new((a.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static Lanes16 ShiftRight(Lanes16 a, int count) => new((a.Value.AsInt32() >> count).AsSingle());
    [MethodImpl(Inline)] public static Lanes16 FromBits(Lanes16 a) => new(Vector512.ConvertToSingle(a.Value.AsInt32()));
}

/// <summary>8 floats in 256 bits.</summary>
internal readonly struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector256<float> Value = value;

    [MethodImpl(Inline)] public static Lanes8 Of(float value) => new(Vector256.Create(value));
    [MethodImpl(Inline)] public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a.Value + b.Value);
    [MethodImpl(Inline)] public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a.Value - b.Value);
    [MethodImpl(Inline)] public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a.Value * b.Value);
    [MethodImpl(Inline)] public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a.Value / b.Value);
    [MethodImpl(Inline)] public static Lanes8 operator -(Lanes8 a) => new(-a.Value);
    [MethodImpl(Inline)]
    public static Lanes8 Fma(Lanes8 a, Lanes8 b, Lanes8 c) =>
        new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));
    [MethodImpl(Inline)] public static Lanes8 Abs(Lanes8 a) => new(Vector256.Abs(a.Value));
    [MethodImpl(Inline)] public static Lanes8 MinusAbs(Lanes8 a) => new(a.Value | Vector256.Create(-0f));
    [MethodImpl(Inline)] public static Lanes8 WithSign(Lanes8 a, Lanes8 sign) => new(a.Value | (sign.Value & Vector256.Create(-0f)));
    [MethodImpl(Inline)] public static Lanes8 AtLeast(Lanes8 x, Lanes8 bound) => new(Avx.Max(bound.Value, x.Value));
    [MethodImpl(Inline)] public static Lanes8 AtMost(Lanes8 x, Lanes8 bound) => new(Avx.Min(bound.Value, x.Value));
    [MethodImpl(Inline)]
    public static Lanes8 IfLess(Lanes8 a, Lanes8 b, Lanes8 then, Lanes8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)]
    public static Lanes8 IfEqual(Lanes8 a, Lanes8 b, Lanes8 then, Lanes8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)] public static Lanes8 Scale(Lanes8 a, Lanes8 k) => LaneMath<Lanes8>.ScaleInTwoSteps(a, k);
    [MethodImpl(Inline)] public static Lanes8 AddBits(Lanes8 a, Lanes8 b) => new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)]
    public static Lanes8 SubtractBits(Lanes8 a, Lanes8 b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static Lanes8 ShiftLeft(Lanes8 a, int count) => new((a.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static Lanes8 ShiftRight(Lanes8 a, int count) => new((a.Value.AsInt32() >> count).AsSingle());
    [MethodImpl(Inline)] public static Lanes8 FromBits(Lanes8 a) => new(Vector256.ConvertToSingle(a.Value.AsInt32()));
}

/// <summary>4 floats in 128 bits.</summary>
internal readonly struct Lanes4(Vector128<float> value) : ILanes<Lanes4>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector128<float> Value = value;

    [MethodImpl(Inline)] public static Lanes4 Of(float value) => new(Vector128.Create(value));
    [MethodImpl(Inline)] public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.Value + b.Value);
    [MethodImpl(Inline)] public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.Value - b.Value);
    [MethodImpl(Inline)] public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.Value * b.Value);
    [MethodImpl(Inline)] public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.Value / b.Value);
    [MethodImpl(Inline)] public static Lanes4 operator -(Lanes4 a) => new(-a.Value);
    [MethodImpl(Inline)]
    public static Lanes4 Fma(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));
    [MethodImpl(Inline)] public static Lanes4 Abs(Lanes4 a) => new(Vector128.Abs(a.Value));
    [MethodImpl(Inline)] public static Lanes4 MinusAbs(Lanes4 a) => new(a.Value | Vector128.Create(-0f));
    [MethodImpl(Inline)] public static Lanes4 WithSign(Lanes4 a, Lanes4 sign) => new(a.Value | (sign.Value & Vector128.Create(-0f)));
    [MethodImpl(Inline)] public static Lanes4 AtLeast(Lanes4 x, Lanes4 bound) => IfLess(x, bound, bound, x);
    [MethodImpl(Inline)] public static Lanes4 AtMost(Lanes4 x, Lanes4 bound) => IfLess(bound, x, bound, x);
    [MethodImpl(Inline)]
    public static Lanes4 IfLess(Lanes4 a, Lanes4 b, Lanes4 then, Lanes4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)]
    public static Lanes4 IfEqual(Lanes4 a, Lanes4 b, Lanes4 then, Lanes4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a.Value, b.Value), then.Value, otherwise.Value));
    [MethodImpl(Inline)] public static Lanes4 Scale(Lanes4 a, Lanes4 k) => LaneMath<Lanes4>.ScaleInTwoSteps(a, k);
    [MethodImpl(Inline)] public static Lanes4 AddBits(Lanes4 a, Lanes4 b) => new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)]
    public static Lanes4 SubtractBits(Lanes4 a, Lanes4 b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 ShiftLeft(Lanes4 a, int count) => new((a.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 ShiftRight(Lanes4 a, int count) => new((a.Value.AsInt32() >> count).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 FromBits(Lanes4 a) => new(Vector128.ConvertToSingle(a.Value.AsInt32()));
}
