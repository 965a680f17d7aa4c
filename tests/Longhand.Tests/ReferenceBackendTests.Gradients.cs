using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>Each gradient kernel of the reference backend against finite differences of its forward kernel.</summary>
public sealed partial class ReferenceBackendTests
{
    private const int Rows = 3, N = 5;

    [Fact]
    public void Softmax_gradients() => CheckGradients(
        [Rows * N], Rows * N,
        (y, x) => _backend.Softmax(y, x[0], Rows, N),
        (dX, dy, y, _) => _backend.SoftmaxBackward(dX[0], dy, y, Rows, N));

    [Fact]
    public void LogSoftmax_gradients() => CheckGradients(
        [Rows * N], Rows * N,
        (y, x) => _backend.LogSoftmax(y, x[0], Rows, N),
        (dX, dy, y, _) => _backend.LogSoftmaxBackward(dX[0], dy, y, Rows, N));

    [Theory]
    [InlineData(0f)]
    [InlineData(0.2f)]
    public void CrossEntropy_gradients(float smoothing)
    {
        Storage lse = _backend.Allocate(Rows);
        int[] targets = [4, -100, 0];
        CheckGradients(
            [Rows * N], Rows,
            (y, x) => _backend.CrossEntropy(y, lse, x[0], targets, N, ignored: -100, smoothing),
            (dX, dy, _, x) => _backend.CrossEntropyBackward(dX[0], dy, lse, x[0], targets, N, ignored: -100, smoothing));
    }

    [Fact]
    public void LayerNorm_gradients()
    {
        Storage mean = _backend.Allocate(Rows), rstd = _backend.Allocate(Rows);
        CheckGradients(
            [Rows * N, N, N], Rows * N,
            (y, x) => _backend.LayerNorm(y, mean, rstd, x[0], x[1], x[2], Rows, N, epsilon: 0.01f),
            (dX, dy, _, x) => _backend.LayerNormBackward(dX[0], dX[1], dX[2], dy, x[0], mean, rstd, x[1], Rows, N));
    }

    [Fact]
    public void RmsNorm_gradients()
    {
        Storage rstd = _backend.Allocate(Rows);
        CheckGradients(
            [Rows * N, N], Rows * N,
            (y, x) => _backend.RmsNorm(y, rstd, x[0], x[1], Rows, N, epsilon: 0.01f),
            (dX, dy, _, x) => _backend.RmsNormBackward(dX[0], dX[1], dy, x[0], rstd, x[1], Rows, N));
    }

    [Fact]
    public void BiasGelu_gradients()
    {
        Storage slope = _backend.Allocate(Rows * N);
        CheckGradients(
            [Rows * N, N], Rows * N,
            (y, x) => _backend.BiasGelu(y, slope, x[0], x[1], Rows, N),
            (dX, dy, _, x) =>
            {
                _backend.BiasGelu(_backend.Allocate(Rows * N), slope, x[0], x[1], Rows, N);
                double[] slopes = Values(slope), dys = Values(dy);
                _backend.Write(dX[0], [.. slopes.Zip(dys, (s, d) => s * d)]);
                _backend.Sum(dX[1], dX[0], outer: 1, n: Rows, inner: N);
            });
    }

    [Fact]
    public void Rotary_gradients() => CheckGradients(
        [4 * 12], 4 * 12,
        (y, x) => _backend.Rotary(y, x[0], rows: 4, period: 2, firstPosition: 1, heads: 2, headSize: 6, inverse: false),
        (dX, dy, _, _) => _backend.Rotary(dX[0], dy, rows: 4, period: 2, firstPosition: 1, heads: 2, headSize: 6, inverse: true));

    [Theory]
    [InlineData(false, 0f, new int[0])]
    [InlineData(true, 0f, new int[0])]
    [InlineData(true, 0.3f, new int[0])]
    [InlineData(false, 0.3f, new[] { 5, 2 })]
    [InlineData(true, 0f, new[] { 0, 4 })]
    public void Attention_gradients(bool causal, float dropout, int[] lengths)
    {
        var sizes = new AttentionSizes(Batch: 2, Heads: 2, HeadSize: 3, Queries: 4, Keys: 5, Scale: 0.7f, causal, dropout);
        Storage lse = _backend.Allocate(2 * 2 * 4);
        var rng = new Rng("attention");
        HeadRows Heads(Storage x, int rows) => new(x, 0, rows * 6, 6);
        CheckGradients(
            [2 * 4 * 6, 2 * 5 * 6, 2 * 5 * 6], 2 * 4 * 6,
            (y, x) => _backend.Attention(Heads(y, 4), lse, Heads(x[0], 4), Heads(x[1], 5), Heads(x[2], 5), sizes, lengths, rng),
            (dX, dy, y, x) => _backend.AttentionBackward(
                Heads(dX[0], 4), Heads(dX[1], 5), Heads(dX[2], 5), Heads(dy, 4), Heads(y, 4), lse,
                Heads(x[0], 4), Heads(x[1], 5), Heads(x[2], 5), sizes, lengths, rng));
    }

    /// <summary>
    /// Compares, for the number L = Σ dy⊙y with random dy, every dL/dx with (L(x + h) − L(x − h)) / 2h.
    /// </summary>
    private void CheckGradients(
        int[] lengths, int yLength, Action<Storage, Storage[]> forward, Action<Storage[], Storage, Storage, Storage[]> backward)
    {
        const double H = 1e-5;
        Storage[] inputs = [.. lengths.Select((length, i) => Random(length, $"input {i}"))];
        Storage[] gradients = [.. lengths.Select(_backend.Allocate)];
        Storage y = _backend.Allocate(yLength), dy = Random(yLength, "dy");

        double Loss()
        {
            forward(y, inputs);
            return Values(y).Zip(Values(dy)).Sum(pair => pair.First * pair.Second);
        }

        for (int input = 0; input < inputs.Length; input++)
        {
            double[] x = Values(inputs[input]);
            for (int i = 0; i < x.Length; i++)
            {
                (double before, x[i]) = (x[i], x[i] + H);
                _backend.Write(inputs[input], x);
                double above = Loss();
                x[i] = before - H;
                _backend.Write(inputs[input], x);
                double below = Loss();
                x[i] = before;
                _backend.Write(inputs[input], x);

                Loss();                                  // leaves y and what the forward kernel saves at x
                backward(gradients, dy, y, inputs);
                double expected = (above - below) / (2 * H), found = Values(gradients[input])[i];
                Assert.True(Math.Abs(expected - found) <= 1e-8 * (1 + Math.Abs(expected)),
                    $"input {input}, element {i}: the kernel gives {found:r}, finite differences {expected:r}");
            }
        }
    }
}
