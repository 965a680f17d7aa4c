using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>Kernels that treat a matrix row by row: a row added, softmax, cross-entropy, norms, bias with GELU, rotary positions.</summary>
public static partial class KernelTable
{
    private const float Epsilon = 1e-5f;

    private static IEnumerable<KernelCase> Rows((int Rows, int N)[] sizes)
    {
        foreach ((int rows, int n) in sizes)
        {
            int length = rows * n;
            KernelCase Case(string kernel, double tolerance, Action<Trial> body, string remark = "") =>
                new(kernel, $"{rows}×{n}{remark}", tolerance, body);

            yield return Case(nameof(IBackend.AddRow), Rounding, t => t.Backend.AddRow(t.Output(length), t.Input(length), t.Input(n), n));
            yield return Case(nameof(IBackend.Softmax), Rounding, t => t.Backend.Softmax(t.Output(length), t.Input(length), rows, n));
            yield return Case(nameof(IBackend.Softmax), Rounding,
                t => t.Backend.Softmax(t.Output(length), t.Input(length, scale: 1e4f), rows, n), " of huge logits");
            yield return Case(nameof(IBackend.Softmax), Rounding,
                t => t.Backend.Softmax(t.Output(length), Masked(t, rows, n), rows, n), " masked");
            yield return Case(nameof(IBackend.SoftmaxBackward), Summing,
                t => t.Backend.SoftmaxBackward(t.Output(length), t.Input(length), t.Uniform(length), rows, n));
            yield return Case(nameof(IBackend.LogSoftmax), Rounding,
                t => t.Backend.LogSoftmax(t.Output(length), t.Input(length), rows, n));
            yield return Case(nameof(IBackend.LogSoftmax), Rounding,
                t => t.Backend.LogSoftmax(t.Output(length), t.Input(length, scale: 1e4f), rows, n), " of huge logits");
            yield return Case(nameof(IBackend.LogSoftmaxBackward), Summing, t =>
            {
                Storage y = t.Output(length);
                t.Backend.LogSoftmax(y, t.Input(length), rows, n);
                t.Backend.LogSoftmaxBackward(t.Output(length), t.Input(length), y, rows, n);
            });

            foreach (float smoothing in (float[])[0, 0.1f])
            {
                yield return Case(nameof(IBackend.CrossEntropy), Summing,
                    t => CrossEntropy(t, rows, n, smoothing), $", smoothing {smoothing}");
                yield return Case(nameof(IBackend.CrossEntropyBackward), Summing,
                    t => CrossEntropyBackward(t, rows, n, smoothing), $", smoothing {smoothing}");
            }

            yield return Case(nameof(IBackend.LayerNorm), Summing, t => t.Backend.LayerNorm(
                t.Output(length), t.Output(rows), t.Output(rows), t.Input(length), t.Input(n), t.Input(n), rows, n, Epsilon));
            yield return Case(nameof(IBackend.LayerNormBackward), Summing, t => t.Backend.LayerNormBackward(
                t.Output(length), t.Output(n), t.Output(n),
                t.Input(length), t.Input(length), t.Input(rows), t.Uniform(rows), t.Input(n), rows, n));
            yield return Case(nameof(IBackend.RmsNorm), Summing, t => t.Backend.RmsNorm(
                t.Output(length), t.Output(rows), t.Input(length), t.Input(n), rows, n, Epsilon));
            yield return Case(nameof(IBackend.RmsNormBackward), Summing, t => t.Backend.RmsNormBackward(
                t.Output(length), t.Output(n), t.Input(length), t.Input(length), t.Uniform(rows), t.Input(n), rows, n));

            yield return Case(nameof(IBackend.BiasGelu), Rounding,
                t => t.Backend.BiasGelu(t.Output(length), null, t.Input(length, scale: 3), t.Input(n), rows, n));
            yield return Case(nameof(IBackend.BiasGelu), Rounding,
                t => t.Backend.BiasGelu(t.Output(length), t.Output(length), t.Input(length, scale: 3), t.Input(n), rows, n), ", with the slope");
            yield return Case(nameof(IBackend.BiasGelu), Rounding, t =>
            {
                Storage x = t.Updated(t.Input(length, scale: 3));
                t.Backend.BiasGelu(t.Output(length), x, x, t.Input(n), rows, n);
            }, ", with the slope in the place of x");

            foreach ((int heads, int headSize) in ((int, int)[])[(1, 2), (3, 8), (2, 34)])
            {
                foreach (bool inverse in (bool[])[false, true])
                {
                    int width = heads * headSize;
                    yield return Case(nameof(IBackend.Rotary), Rounding, t => t.Backend.Rotary(
                        t.Output(rows * width), t.Input(rows * width), rows, period: n, firstPosition: 3, heads, headSize, inverse),
                        $", {heads} heads of {headSize}{(inverse ? ", inverse" : "")}");
                }
            }
        }
    }

    /// <summary>Logits with every third column at −∞, and the first row wholly.</summary>
    private static Storage Masked(Trial t, int rows, int n)
    {
        float[] values = new float[rows * n];
        t.Backend.Read(t.Input(rows * n), values);
        for (int i = 0; i < values.Length; i++)
        {
            if (i < n || i % n % 3 == 0) values[i] = float.NegativeInfinity;
        }
        return t.Given(values);
    }

    private const int Ignored = -100;

    private static (Storage Losses, Storage Lse, Storage Logits, int[] Targets) CrossEntropy(Trial t, int rows, int n, float smoothing)
    {
        Storage losses = t.Output(rows), lse = t.Output(rows), logits = t.Input(rows * n);
        int[] targets = t.Ids(rows, n);
        for (int r = 1; r < rows; r += 3) targets[r] = Ignored;
        t.Backend.CrossEntropy(losses, lse, logits, targets, n, Ignored, smoothing);
        return (losses, lse, logits, targets);
    }

    private static void CrossEntropyBackward(Trial t, int rows, int n, float smoothing)
    {
        (_, Storage lse, Storage logits, int[] targets) = CrossEntropy(t, rows, n, smoothing);
        t.Backend.CrossEntropyBackward(t.Output(rows * n), t.Input(rows), lse, logits, targets, n, Ignored, smoothing);
    }
}
