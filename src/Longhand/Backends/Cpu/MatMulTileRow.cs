using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// One row of the tile that a micro-kernel keeps in registers: a vector of 4, 8 or 16 numbers, or twice that, or twice that
/// again. The kernels are written once over this interface and compiled separately for each form. Every form computes each
/// element by the same fused multiply-adds, so the form never shows in a result.
/// </summary>
internal unsafe interface ITileRow<TSelf> where TSelf : struct, ITileRow<TSelf>
{
    /// <summary>How many numbers a row has.</summary>
    static abstract int Width { get; }

    /// <summary>Whether this processor has 32 such registers rather than 16.</summary>
    static abstract bool ManyRegisters { get; }

    static abstract TSelf Load(float* p);

    /// <summary>Signed 8-bit numbers, as floats.</summary>
    static abstract TSelf LoadBytes(sbyte* p);

    static abstract void Store(TSelf x, float* p);

    static abstract TSelf Add(TSelf x, TSelf y);

    /// <summary>The number at p everywhere.</summary>
    static abstract TSelf Broadcast(float* p);

    /// <summary>sum += a·b, rounded once.</summary>
    static abstract void MultiplyAdd(ref TSelf sum, TSelf a, TSelf b);
}

internal unsafe struct Row128(Vector128<float> v) : ITileRow<Row128>
{
    private Vector128<float> _v = v;

    public static int Width => 4;

    public static bool ManyRegisters => AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row128 Load(float* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row128 LoadBytes(sbyte* p)
    {
        Vector128<short> words = Vector128.WidenLower(Vector128.CreateScalar(*(int*)p).AsSByte());
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(words)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Row128 x, float* p) => x._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row128 Add(Row128 x, Row128 y) => new(x._v + y._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row128 Broadcast(float* p) => new(Vector128.Create(*p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref Row128 sum, Row128 a, Row128 b) => sum._v = Vector128.FusedMultiplyAdd(a._v, b._v, sum._v);
}

internal unsafe struct Row256(Vector256<float> v) : ITileRow<Row256>
{
    private Vector256<float> _v = v;

    public static int Width => 8;

    public static bool ManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row256 Load(float* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row256 LoadBytes(sbyte* p)
    {
        if (Avx2.IsSupported) return new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(p)));
        Vector128<short> words = Vector128.WidenLower(Vector128.CreateScalar(*(long*)p).AsSByte());
        return new(Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Row256 x, float* p) => x._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row256 Add(Row256 x, Row256 y) => new(x._v + y._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row256 Broadcast(float* p) => new(Vector256.Create(*p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref Row256 sum, Row256 a, Row256 b) => sum._v = Vector256.FusedMultiplyAdd(a._v, b._v, sum._v);
}

internal unsafe struct Row512(Vector512<float> v) : ITileRow<Row512>
{
    private Vector512<float> _v = v;

    public static int Width => 16;

    public static bool ManyRegisters => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row512 Load(float* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row512 LoadBytes(sbyte* p)
    {
        Vector128<sbyte> bytes = Vector128.Load(p);
        if (Avx512F.IsSupported) return new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(bytes)));
        Vector256<short> words = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
        return new(Vector512.ConvertToSingle(Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Row512 x, float* p) => x._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row512 Add(Row512 x, Row512 y) => new(x._v + y._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row512 Broadcast(float* p) => new(Vector512.Create(*p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref Row512 sum, Row512 a, Row512 b) => sum._v = Vector512.FusedMultiplyAdd(a._v, b._v, sum._v);
}

/// <summary>Two of a narrower row side by side.</summary>
internal unsafe struct Twice<TRow>(TRow left, TRow right) : ITileRow<Twice<TRow>> where TRow : struct, ITileRow<TRow>
{
    private TRow _left = left, _right = right;

    public static int Width => 2 * TRow.Width;

    public static bool ManyRegisters => TRow.ManyRegisters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TRow> Load(float* p) => new(TRow.Load(p), TRow.Load(p + TRow.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TRow> LoadBytes(sbyte* p) => new(TRow.LoadBytes(p), TRow.LoadBytes(p + TRow.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Twice<TRow> x, float* p)
    {
        TRow.Store(x._left, p);
        TRow.Store(x._right, p + TRow.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TRow> Add(Twice<TRow> x, Twice<TRow> y) => new(TRow.Add(x._left, y._left), TRow.Add(x._right, y._right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TRow> Broadcast(float* p)
    {
        TRow x = TRow.Broadcast(p);
        return new(x, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref Twice<TRow> sum, Twice<TRow> a, Twice<TRow> b)
    {
        TRow.MultiplyAdd(ref sum._left, a._left, b._left);
        TRow.MultiplyAdd(ref sum._right, a._right, b._right);
    }
}
