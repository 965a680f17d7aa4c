using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>h′ = tanh(a). da = dh⊙(1 − h′²).</summary>
internal readonly unsafe struct RnnCell : IRecurrentCell
{
    [MethodImpl(Kernel.Loop)]
    public static void Forward<TLanes>(in RecurrentStep at, int n) where TLanes : struct, IRowLanes
    {
        ref float sums = ref *at.Sums, x = ref *at.X, hidden = ref *at.Hidden;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int i = Lanes.At(j, n);
            TLanes.Store(VectorMath.Tanh(TLanes.Load(ref x, i, n) + TLanes.Load(ref sums, i, n)), ref hidden, i, n);
        }
    }

    [MethodImpl(Kernel.Loop)]
    public static void Backward<TLanes>(in RecurrentStepBack at, int n) where TLanes : struct, IRowLanes
    {
        ref float dX = ref *at.DX, dState = ref *at.DState, dNext = ref *at.DNext, hidden = ref *at.Hidden;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int i = Lanes.At(j, n);
            Vector512<float> h = TLanes.Load(ref hidden, i, n), dh = TLanes.Load(ref dState, i, n) + TLanes.Load(ref dNext, i, n);
            TLanes.Store(dh * (Vector512<float>.One - (h * h)), ref dX, i, n);
        }
    }
}

/// <summary>
/// i, f, g, o = σ(a₁), σ(a₂), tanh(a₃), σ(a₄); c′ = f⊙c + i⊙g; h′ = o⊙tanh(c′).
/// With dc′ = what came + dh⊙o⊙(1 − tanh²c′): da₁ = dc′⊙g⊙i⊙(1−i), da₂ = dc′⊙c⊙f⊙(1−f), da₃ = dc′⊙i⊙(1−g²),
/// da₄ = dh⊙tanh(c′)⊙o⊙(1−o), dc = dc′⊙f.
/// </summary>
internal readonly unsafe struct LstmCell : IRecurrentCell
{
    [MethodImpl(Kernel.Loop)]
    public static void Forward<TLanes>(in RecurrentStep at, int n) where TLanes : struct, IRowLanes
    {
        ref float sums = ref *at.Sums, sums2 = ref at.Sums[n], sums3 = ref at.Sums[2 * n], sums4 = ref at.Sums[3 * n];
        ref float x = ref *at.X, x2 = ref at.X[n], x3 = ref at.X[2 * n], x4 = ref at.X[3 * n];
        ref float saved = ref *at.Saved, saved2 = ref at.Saved[n], saved3 = ref at.Saved[2 * n], saved4 = ref at.Saved[3 * n];
        ref float hidden = ref *at.Hidden, cell = ref *at.Cell, cellBefore = ref *at.CellBefore;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int i = Lanes.At(j, n);
            Vector512<float> input = VectorMath.Sigmoid(TLanes.Load(ref x, i, n) + TLanes.Load(ref sums, i, n));
            Vector512<float> forget = VectorMath.Sigmoid(TLanes.Load(ref x2, i, n) + TLanes.Load(ref sums2, i, n));
            Vector512<float> candidate = VectorMath.Tanh(TLanes.Load(ref x3, i, n) + TLanes.Load(ref sums3, i, n));
            Vector512<float> output = VectorMath.Sigmoid(TLanes.Load(ref x4, i, n) + TLanes.Load(ref sums4, i, n));
            Vector512<float> c = Vector512.FusedMultiplyAdd(forget, TLanes.Load(ref cellBefore, i, n), input * candidate);
            TLanes.Store(input, ref saved, i, n);
            TLanes.Store(forget, ref saved2, i, n);
            TLanes.Store(candidate, ref saved3, i, n);
            TLanes.Store(output, ref saved4, i, n);
            TLanes.Store(c, ref cell, i, n);
            TLanes.Store(output * VectorMath.Tanh(c), ref hidden, i, n);
        }
    }

    [MethodImpl(Kernel.Loop)]
    public static void Backward<TLanes>(in RecurrentStepBack at, int n) where TLanes : struct, IRowLanes
    {
        ref float dX = ref *at.DX, dX2 = ref at.DX[n], dX3 = ref at.DX[2 * n], dX4 = ref at.DX[3 * n];
        ref float saved = ref *at.Saved, saved2 = ref at.Saved[n], saved3 = ref at.Saved[2 * n], saved4 = ref at.Saved[3 * n];
        ref float dState = ref *at.DState, dNext = ref *at.DNext, dCellState = ref *at.DCellState, dCellNext = ref *at.DCellNext;
        ref float cell = ref *at.Cell, cellBefore = ref *at.CellBefore, dCellBefore = ref *at.DCellBefore;
        Vector512<float> one = Vector512<float>.One;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int at16 = Lanes.At(j, n);
            Vector512<float> i = TLanes.Load(ref saved, at16, n), f = TLanes.Load(ref saved2, at16, n);
            Vector512<float> g = TLanes.Load(ref saved3, at16, n), o = TLanes.Load(ref saved4, at16, n);
            Vector512<float> dh = TLanes.Load(ref dState, at16, n) + TLanes.Load(ref dNext, at16, n);
            Vector512<float> tanh = VectorMath.Tanh(TLanes.Load(ref cell, at16, n));
            Vector512<float> dc = TLanes.Load(ref dCellState, at16, n) + TLanes.Load(ref dCellNext, at16, n);
            dc = Vector512.FusedMultiplyAdd(dh * o, one - (tanh * tanh), dc);
            TLanes.Store(dc * g * (i * (one - i)), ref dX, at16, n);
            TLanes.Store(dc * TLanes.Load(ref cellBefore, at16, n) * (f * (one - f)), ref dX2, at16, n);
            TLanes.Store(dc * i * (one - (g * g)), ref dX3, at16, n);
            TLanes.Store(dh * tanh * (o * (one - o)), ref dX4, at16, n);
            TLanes.Store(dc * f, ref dCellBefore, at16, n);
        }
    }
}

/// <summary>
/// r, z = σ(a₁), σ(a₂); n = tanh(x₃ + r⊙q); h′ = n + z⊙(h − n), where q is the third product on top of its bias.
/// With dn = dh⊙(1−z)⊙(1−n²), the gradient of x₃: dq = dn⊙r, da₁ = dn⊙q⊙r⊙(1−r), da₂ = dh⊙(h − n)⊙z⊙(1−z), and h gets dh⊙z beside
/// what passes through U.
/// </summary>
internal readonly unsafe struct GruCell : IRecurrentCell
{
    [MethodImpl(Kernel.Loop)]
    public static void Forward<TLanes>(in RecurrentStep at, int n) where TLanes : struct, IRowLanes
    {
        ref float sums = ref *at.Sums, sums2 = ref at.Sums[n], sums3 = ref at.Sums[2 * n], bias = ref *at.Bias;
        ref float x = ref *at.X, x2 = ref at.X[n], x3 = ref at.X[2 * n];
        ref float saved = ref *at.Saved, saved2 = ref at.Saved[n], saved3 = ref at.Saved[2 * n], saved4 = ref at.Saved[3 * n];
        ref float hidden = ref *at.Hidden, hiddenBefore = ref *at.HiddenBefore;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int i = Lanes.At(j, n);
            Vector512<float> reset = VectorMath.Sigmoid(TLanes.Load(ref x, i, n) + TLanes.Load(ref sums, i, n));
            Vector512<float> keep = VectorMath.Sigmoid(TLanes.Load(ref x2, i, n) + TLanes.Load(ref sums2, i, n));
            Vector512<float> q = TLanes.Load(ref bias, i, n) + TLanes.Load(ref sums3, i, n);
            Vector512<float> candidate = VectorMath.Tanh(Vector512.FusedMultiplyAdd(reset, q, TLanes.Load(ref x3, i, n)));
            TLanes.Store(reset, ref saved, i, n);
            TLanes.Store(keep, ref saved2, i, n);
            TLanes.Store(candidate, ref saved3, i, n);
            TLanes.Store(q, ref saved4, i, n);
            Vector512<float> change = TLanes.Load(ref hiddenBefore, i, n) - candidate;
            TLanes.Store(Vector512.FusedMultiplyAdd(keep, change, candidate), ref hidden, i, n);
        }
    }

    [MethodImpl(Kernel.Loop)]
    public static void Backward<TLanes>(in RecurrentStepBack at, int n) where TLanes : struct, IRowLanes
    {
        ref float dX = ref *at.DX, dX2 = ref at.DX[n], dX3 = ref at.DX[2 * n];
        ref float dH = ref *at.DHidden, dH2 = ref at.DHidden[n], dH3 = ref at.DHidden[2 * n];
        ref float saved = ref *at.Saved, saved2 = ref at.Saved[n], saved3 = ref at.Saved[2 * n], saved4 = ref at.Saved[3 * n];
        ref float dState = ref *at.DState, dNext = ref *at.DNext, direct = ref *at.Direct, hiddenBefore = ref *at.HiddenBefore;
        Vector512<float> one = Vector512<float>.One;
        for (int j = 0; j < n; j += Lanes.Count)
        {
            int i = Lanes.At(j, n);
            Vector512<float> r = TLanes.Load(ref saved, i, n), z = TLanes.Load(ref saved2, i, n);
            Vector512<float> candidate = TLanes.Load(ref saved3, i, n), q = TLanes.Load(ref saved4, i, n);
            Vector512<float> dh = TLanes.Load(ref dState, i, n) + TLanes.Load(ref dNext, i, n);
            Vector512<float> dCandidate = dh * (one - z) * (one - (candidate * candidate)), dReset = dCandidate * q * (r * (one - r));
            Vector512<float> dKeep = dh * (TLanes.Load(ref hiddenBefore, i, n) - candidate) * (z * (one - z));
            TLanes.Store(dReset, ref dX, i, n);
            TLanes.Store(dKeep, ref dX2, i, n);
            TLanes.Store(dCandidate, ref dX3, i, n);
            TLanes.Store(dReset, ref dH, i, n);
            TLanes.Store(dKeep, ref dH2, i, n);
            TLanes.Store(dCandidate * r, ref dH3, i, n);
            TLanes.Store(dh * z, ref direct, i, n);
        }
    }
}
