using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>The matrix product from its definition: y[i, j] = Σₖ a[i, k]·b[k, j].</summary>
public sealed partial class ReferenceBackend
{
    public void MatMul(Storage y, Storage a, Storage b, in MatMulSizes sizes)
    {
        (int batch, int M, int N, int K, bool transposeA, bool transposeB, bool shareA, bool shareB, bool accumulate) = sizes;
        double[] ys = Of(y), left = Of(a), right = Of(b);
        for (int entry = 0; entry < batch; entry++)
        {
            int yStart = entry * M * N, aStart = shareA ? 0 : entry * M * K, bStart = shareB ? 0 : entry * K * N;
            for (int i = 0; i < M; i++)
            {
                for (int j = 0; j < N; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < K; k++)
                    {
                        int aIndex = aStart + (transposeA ? (k * M) + i : (i * K) + k);
                        int bIndex = bStart + (transposeB ? (j * K) + k : (k * N) + j);
                        sum += left[aIndex] * right[bIndex];
                    }
                    int index = yStart + (i * N) + j;
                    ys[index] = accumulate ? ys[index] + sum : sum;
                }
            }
        }
    }

    public void Linear(Storage y, Storage x, Storage weight, Storage bias, int rows, int inputs, int outputs)
    {
        double[] ys = Of(y), biases = Of(bias);
        for (int i = 0; i < rows * outputs; i++) ys[i] = biases[i % outputs];
        MatMul(y, x, weight, new MatMulSizes(1, rows, outputs, inputs, Accumulate: true));
    }
}
