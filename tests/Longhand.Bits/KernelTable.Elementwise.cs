using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Bits;

/// <summary>Element-wise kernels; the operations of the library that go through <c>Map</c> stand in a file of their own.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Elementwise(int[] lengths)
    {
        foreach (int n in lengths)
        {
            yield return new(nameof(IBackend.Fill), $"{n}", 0, t => t.Backend.Fill(t.Output(n), 0.1f));
            yield return new(nameof(IBackend.Map), $"one {n}", Rounding, t => t.Backend.Map(default(Cube), t.Output(n), t.Input(n)));
            yield return new(nameof(IBackend.Map), $"one in place {n}", Rounding, t =>
            {
                Storage x = t.Updated(t.Input(n));
                t.Backend.Map(default(Cube), x, x);
            });
            yield return new(nameof(IBackend.Map), $"two {n}", Rounding,
                t => t.Backend.Map(default(Hypotenuse), t.Output(n), t.Input(n), t.Input(n)));
            yield return new(nameof(IBackend.Map), $"three {n}", Rounding,
                t => t.Backend.Map(default(MultiplyAdd), t.Output(n), t.Input(n), t.Input(n), t.Input(n)));
            yield return new(nameof(IBackend.Dropout), $"{n}", Rounding,
                t => t.Backend.Dropout(t.Output(n), t.Input(n), t.Draws, p: 0.3f));
            foreach (int step in (int[])[1, 1000])
                yield return new(nameof(IBackend.AdamW), $"{n}, step {step}", Rounding, t => AdamW(t, n, step));
        }
    }

    private static void AdamW(Trial t, int n, int step) => t.Backend.AdamW(
        t.Updated(t.Input(n)), t.Input(n), t.Updated(t.Input(n)), t.Updated(t.Uniform(n)),
        new AdamWStep(LearningRate: 0.01, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8, WeightDecay: 0.1,
            Correction1: 1 - StableMath.Power(0.9, (long)step), Correction2: 1 - StableMath.Power(0.99, (long)step), GradientScale: 0.7));
}
