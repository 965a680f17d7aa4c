using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
    [MethodImpl(Inline)] public static Lanes16 Less(Lanes16 a, Lanes16 b) => new(Vector512.LessThan(a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes16 Equal(Lanes16 a, Lanes16 b) => new(Vector512.Equals(a.Value, b.Value));
    [MethodImpl(Inline)]
    public static Lanes16 Select(Lanes16 mask, Lanes16 a, Lanes16 b) =>
        new(Vector512.ConditionalSelect(mask.Value, a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes16 And(Lanes16 a, Lanes16 b) => new(a.Value & b.Value);
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
    [MethodImpl(Inline)] public static Lanes8 Less(Lanes8 a, Lanes8 b) => new(Vector256.LessThan(a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes8 Equal(Lanes8 a, Lanes8 b) => new(Vector256.Equals(a.Value, b.Value));
    [MethodImpl(Inline)]
    public static Lanes8 Select(Lanes8 mask, Lanes8 a, Lanes8 b) =>
        new(Vector256.ConditionalSelect(mask.Value, a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes8 And(Lanes8 a, Lanes8 b) => new(a.Value & b.Value);
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
    [MethodImpl(Inline)] public static Lanes4 Less(Lanes4 a, Lanes4 b) => new(Vector128.LessThan(a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes4 Equal(Lanes4 a, Lanes4 b) => new(Vector128.Equals(a.Value, b.Value));
    [MethodImpl(Inline)]
    public static Lanes4 Select(Lanes4 mask, Lanes4 a, Lanes4 b) =>
        new(Vector128.ConditionalSelect(mask.Value, a.Value, b.Value));
    [MethodImpl(Inline)] public static Lanes4 And(Lanes4 a, Lanes4 b) => new(a.Value & b.Value);
    [MethodImpl(Inline)] public static Lanes4 AddBits(Lanes4 a, Lanes4 b) => new((a.Value.AsInt32() + b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)]
    public static Lanes4 SubtractBits(Lanes4 a, Lanes4 b) =>
        new((a.Value.AsInt32() - b.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 ShiftLeft(Lanes4 a, int count) => new((a.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 ShiftRight(Lanes4 a, int count) => new((a.Value.AsInt32() >> count).AsSingle());
    [MethodImpl(Inline)] public static Lanes4 FromBits(Lanes4 a) => new(Vector128.ConvertToSingle(a.Value.AsInt32()));
}
