using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>Matrix products in every arrangement of their arguments.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> MatMul((int M, int N, int K)[] sizes)
    {
        foreach ((int m, int n, int k) in sizes)
        {
            yield return LinearCase(m, n, k);
            foreach (bool transposeA in (bool[])[false, true])
            {
                foreach (bool transposeB in (bool[])[false, true])
                {
                    var plain = new MatMulSizes(1, m, n, k, transposeA, transposeB);
                    yield return MatMulCase(plain);
                    yield return MatMulCase(plain with { Accumulate = true });
                    if (m * n * k > 40_000) continue;

                    yield return MatMulCase(plain with { Batch = 3 });
                    yield return MatMulCase(plain with { Batch = 3, ShareA = true, Accumulate = true });
                    yield return MatMulCase(plain with { Batch = 3, ShareB = true });
                }
            }
        }
        yield return MatMulCase(new MatMulSizes(0, sizes[^1].M, sizes[^1].N, sizes[^1].K));
    }

    private static KernelCase MatMulCase(MatMulSizes s)
    {
        string what = $"{s.Batch} of {s.M}×{s.K}{(s.TransposeA ? "ᵀ" : "")}{(s.ShareA ? " shared" : "")}"
            + $" · {s.K}×{s.N}{(s.TransposeB ? "ᵀ" : "")}{(s.ShareB ? " shared" : "")}{(s.Accumulate ? ", added" : "")}";
        return new(nameof(IBackend.MatMul), what, SummingOver(s.K), t =>
        {
            int yLength = s.Batch * s.M * s.N;
            t.Backend.MatMul(
                s.Accumulate ? t.Updated(t.Input(yLength)) : t.Output(yLength),
                t.Input((s.ShareA ? 1 : s.Batch) * s.M * s.K),
                t.Input((s.ShareB ? 1 : s.Batch) * s.K * s.N), s);
        });
    }

    private static KernelCase LinearCase(int rows, int outputs, int inputs) =>
        new(nameof(IBackend.Linear), $"{rows}×{inputs} · {inputs}×{outputs} + bias", SummingOver(inputs), t => t.Backend.Linear(
            t.Output(rows * outputs), t.Input(rows * inputs), t.Input(inputs * outputs), t.Input(outputs), rows, inputs, outputs));
}
