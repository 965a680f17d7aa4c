using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>Sums and maxima along an axis, and what is asked of a whole storage.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Reductions((int Outer, int N, int Inner)[] sizes)
    {
        foreach ((int outer, int n, int inner) in sizes)
        {
            string what = $"{outer}×{n}×{inner}";
            int length = outer * n * inner;
            yield return new(nameof(IBackend.Sum), what, SummingOver(n),
                t => t.Backend.Sum(t.Output(outer * inner), t.Input(length), outer, n, inner));
            yield return new(nameof(IBackend.SumOfSquares), what, Summing,
                t => t.Number(t.Backend.SumOfSquares(t.Input(length))));
            yield return new(nameof(IBackend.AllFinite), what, 0, t => AllFinite(t, length));
            if (n == 0) continue;

            yield return new(nameof(IBackend.Max), what, 0,
                t => t.Backend.Max(t.Output(outer * inner), t.Input(length), outer, n, inner));
            if (length == 0) continue;

            yield return new(nameof(IBackend.Max), $"{what} with NaN", 0,
                t => t.Backend.Max(t.Output(outer * inner), Spoilt(t, length, length / 2, float.NaN), outer, n, inner));
            yield return new(nameof(IBackend.Max), $"{what} of -infinity", 0, t =>
            {
                Storage x = t.Input(length);
                t.Backend.Fill(x, double.NegativeInfinity);
                t.Backend.Max(t.Output(outer * inner), x, outer, n, inner);
            });
        }
    }

    private static void AllFinite(Trial t, int length)
    {
        t.Number(t.Backend.AllFinite(t.Input(length)) ? 1 : 0);
        if (length == 0) return;
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            foreach (int place in (int[])[0, length / 2, length - 1])
                t.Number(t.Backend.AllFinite(Spoilt(t, length, place, bad)) ? 1 : 0);
        }
        t.Number(t.Backend.AllFinite(Spoilt(t, length, length / 3, float.MaxValue)) ? 1 : 0);
    }

    private static Storage Spoilt(Trial t, int length, int place, float bad)
    {
        float[] values = new float[length];
        t.Backend.Read(t.Input(length), values);
        values[place] = bad;
        return t.Given(values);
    }
}
