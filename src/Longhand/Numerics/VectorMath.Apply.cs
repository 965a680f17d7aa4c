using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <content>
/// How a function on 16 lanes reaches the hardware: as it is where vectors have 512 bits, in two or four parts elsewhere. The
/// parts are a call of their own, so that whatever uses the function stays small enough to be compiled well.
/// </content>
public static partial class VectorMath
{
    private interface IFunction
    {
        static abstract L Of<L>(L x) where L : struct, ILanes<L>;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Apply<TFunction>(Vector512<float> x) where TFunction : IFunction =>
        Vector512.IsHardwareAccelerated
            ? TFunction.Of(new Lanes16(x)).Value
            : Vector512.Create(ApplyToHalf<TFunction>(x.GetLower()), ApplyToHalf<TFunction>(x.GetUpper()));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> ApplyToHalf<TFunction>(Vector256<float> x) where TFunction : IFunction =>
        Vector256.IsHardwareAccelerated
            ? TFunction.Of(new Lanes8(x)).Value
            : Vector256.Create(TFunction.Of(new Lanes4(x.GetLower())).Value, TFunction.Of(new Lanes4(x.GetUpper())).Value);

    private readonly struct ExpFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Exp(x);
    }

    private readonly struct LogFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Log(x);
    }

    private readonly struct Log1pFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Log1p(x);
    }

    private readonly struct TanhFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Tanh(x);
    }

    private readonly struct SigmoidFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Sigmoid(x);
    }

    private readonly struct SoftplusFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Softplus(x);
    }

    private readonly struct ErfFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Erf(x);
    }

    private readonly struct GeluFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Gelu(x);
    }

    private readonly struct GeluGradientFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.GeluGradient(x);
    }

    private readonly struct GeluExactFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.GeluExact(x);
    }

    private readonly struct GeluExactGradientFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.GeluExactGradient(x);
    }

    private readonly struct SiluFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.Silu(x);
    }

    private readonly struct SiluGradientFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Of<L>(L x) where L : struct, ILanes<L> => LaneMath<L>.SiluGradient(x);
    }
}
