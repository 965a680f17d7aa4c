using Longhand.Backends;
using Longhand.Backends.Reference;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>
/// What is checked by nothing else, because everything else is checked against it: here values worked out by hand, in the
/// other file each gradient kernel against finite differences of its forward kernel.
/// </summary>
public sealed partial class ReferenceBackendTests
{
    private readonly ReferenceBackend _backend = new();

    [Theory]
    [InlineData(false, false, new double[] { 1, 2, 3, 4, 5, 6 }, new double[] { 7, 8, 9, 10, 11, 12 })]
    [InlineData(true, false, new double[] { 1, 4, 2, 5, 3, 6 }, new double[] { 7, 8, 9, 10, 11, 12 })]
    [InlineData(false, true, new double[] { 1, 2, 3, 4, 5, 6 }, new double[] { 7, 9, 11, 8, 10, 12 })]
    [InlineData(true, true, new double[] { 1, 4, 2, 5, 3, 6 }, new double[] { 7, 9, 11, 8, 10, 12 })]
    public void MatMul_multiplies_rows_by_columns(bool transposeA, bool transposeB, double[] a, double[] b)
    {
        Storage y = Given(1000, 1000, 1000, 1000);
        var sizes = new MatMulSizes(Batch: 1, M: 2, N: 2, K: 3, transposeA, transposeB);
        _backend.MatMul(y, Given(a), Given(b), sizes with { Accumulate = true });
        Assert.Equal([1058, 1064, 1139, 1154], Values(y));
        _backend.MatMul(y, Given(a), Given(b), sizes);
        Assert.Equal([58, 64, 139, 154], Values(y));
    }

    [Fact]
    public void MatMul_shares_one_side_between_batch_entries()
    {
        Storage y = _backend.Allocate(2);
        var sizes = new MatMulSizes(Batch: 2, M: 1, N: 1, K: 2);
        _backend.MatMul(y, Given(1, 2), Given(3, 4, 5, 6), sizes with { ShareA = true });
        Assert.Equal([11, 17], Values(y));
        _backend.MatMul(y, Given(3, 4, 5, 6), Given(1, 2), sizes with { ShareB = true });
        Assert.Equal([11, 17], Values(y));
    }

    [Fact]
    public void Copy_transposes_repeats_and_places()
    {
        Storage x = Given(1, 2, 3, 4, 5, 6), y = _backend.Allocate(6);
        _backend.Copy(y, x, new CopyLayout([3, 2], 0, [2, 1], 0, [1, 3]));
        Assert.Equal([1, 4, 2, 5, 3, 6], Values(y));
        _backend.Copy(y, x, new CopyLayout([2, 3], 0, [3, 1], 1, [3, 0]));
        Assert.Equal([2, 2, 2, 5, 5, 5], Values(y));
        _backend.Copy(y, x, new CopyLayout([], 3, [], 0, []));
        Assert.Equal([2, 2, 2, 1, 5, 5], Values(y));
    }

    [Fact]
    public void Reductions_run_over_the_middle_axis()
    {
        Storage x = Given(1, 2, 3, 4, 5, double.NaN, -1, -2, -3, -4, -5, -6), y = _backend.Allocate(4);
        _backend.Sum(y, x, outer: 2, n: 3, inner: 2);
        Assert.Equal([9, double.NaN, -9, -12], Values(y));
        _backend.Max(y, x, outer: 2, n: 3, inner: 2);
        Assert.Equal([5, double.NaN, -1, -2], Values(y));
        Assert.Equal(25, _backend.SumOfSquares(Given(3, -4)));
        Assert.False(_backend.AllFinite(x));
        Assert.True(_backend.AllFinite(Given(0, double.MaxValue)));
    }

    [Fact]
    public void Rows_and_elements_are_taken_by_id_and_their_gradients_put_back()
    {
        Storage table = Given(1, 2, 3, 4, 5, 6), y = _backend.Allocate(6);
        _backend.GatherRows(y, table, [2, 0, 2], n: 2);
        Assert.Equal([5, 6, 1, 2, 5, 6], Values(y));
        _backend.ScatterAddRows(table, Given(10, 20, 30, 40, 50, 60), [2, 0, 2], n: 2);
        Assert.Equal([31, 42, 3, 4, 65, 86], Values(table));

        Storage picked = _backend.Allocate(2);
        _backend.Pick(picked, Given(1, 2, 3, 4, 5, 6), [2, 0], n: 3);
        Assert.Equal([3, 4], Values(picked));
        _backend.Place(y, picked, [2, 0], n: 3);
        Assert.Equal([0, 0, 3, 4, 0, 0], Values(y));
    }

    [Fact]
    public void Softmax_survives_huge_and_hidden_logits()
    {
        const double Hidden = double.NegativeInfinity;
        Storage y = _backend.Allocate(6);
        _backend.Softmax(y, Given(1e4, -1e4, 1e4, Hidden, Hidden, Hidden), rows: 2, n: 3);
        Assert.Equal([0.5, 0, 0.5, 0, 0, 0], Values(y));
        _backend.LogSoftmax(y, Given(1e4, -1e4, 1e4, 0, 0, Hidden), rows: 2, n: 3);
        Assert.Equal([-Math.Log(2), -2e4 - Math.Log(2), -Math.Log(2), -Math.Log(2), -Math.Log(2), Hidden], Values(y));
    }

    [Fact]
    public void CrossEntropy_of_equal_logits_is_the_logarithm_of_their_number()
    {
        Storage losses = _backend.Allocate(3), lse = _backend.Allocate(3);
        Storage logits = Given(7, 7, 7, 7, 1, 2, 3, 4, 0, 0, 0, double.NegativeInfinity);
        _backend.CrossEntropy(losses, lse, logits, [2, -1, 1], n: 4, ignored: -1, smoothing: 0);
        Near([Math.Log(4), 0, Math.Log(3)], Values(losses));
        _backend.CrossEntropy(losses, lse, logits, [2, -1, -1], n: 4, ignored: -1, smoothing: 0.5f);
        Near([Math.Log(4), 0, 0], Values(losses));
    }

    [Fact]
    public void Norms_give_rows_of_mean_0_and_size_1()
    {
        Storage y = _backend.Allocate(4), mean = _backend.Allocate(1), rstd = _backend.Allocate(1);
        _backend.LayerNorm(y, mean, rstd, Given(1, 3, 5, 7), Given(1, 1, 1, 2), Given(0, 0, 0, 10), rows: 1, n: 4, epsilon: 0);
        Near([4], Values(mean));
        Near([1 / Math.Sqrt(5)], Values(rstd));
        Near([-3 / Math.Sqrt(5), -1 / Math.Sqrt(5), 1 / Math.Sqrt(5), 10 + (6 / Math.Sqrt(5))], Values(y));
        _backend.RmsNorm(y, rstd, Given(1, 1, 7, 7), Given(1, 2, 1, 1), rows: 1, n: 4, epsilon: 0);
        Near([0.2, 0.4, 1.4, 1.4], Values(y));
    }

    [Fact]
    public void Attention_to_equal_keys_averages_the_visible_values()
    {
        Storage y = _backend.Allocate(3), lse = _backend.Allocate(3);
        var rows = (double[] values) => new HeadRows(Given(values), Offset: 0, BatchStride: 3, RowStride: 1);
        HeadRows result = new(y, 0, 3, 1), q = rows([1, 2, 3]), k = rows([0, 0, 0]), v = rows([3, 6, 12]);
        var sizes = new AttentionSizes(Batch: 1, Heads: 1, HeadSize: 1, Queries: 3, Keys: 3, Scale: 1, Causal: true);

        _backend.Attention(result, lse, q, k, v, sizes, [], default);
        Near([3, 4.5, 7], Values(y));
        Near([0, Math.Log(2), Math.Log(3)], Values(lse));
        _backend.Attention(result, lse, q, k, v, sizes with { Causal = false }, [2], default);
        Near([4.5, 4.5, 4.5], Values(y));
        _backend.Attention(result, lse, q, k, v, sizes, [0], default);
        Assert.Equal([0, 0, 0], Values(y));

        // The two queries of a cached step are the last two positions.
        _backend.Attention(result, lse, q, k, v, sizes with { Queries = 2 }, [], default);
        Near([4.5, 7], Values(y)[..2]);
    }

    [Fact]
    public void Rotary_turns_pairs_and_turns_them_back()
    {
        Storage x = Given(1, 2, 3, 4), y = _backend.Allocate(4), back = _backend.Allocate(4);
        _backend.Rotary(y, x, rows: 1, period: 1, firstPosition: 5, heads: 1, headSize: 4, inverse: false);
        double slow = 5 / 100.0;                         // 5·10000^(−2/4)
        Near(
            [Math.Cos(5) - (3 * Math.Sin(5)), (2 * Math.Cos(slow)) - (4 * Math.Sin(slow)),
             Math.Sin(5) + (3 * Math.Cos(5)), (2 * Math.Sin(slow)) + (4 * Math.Cos(slow))],
            Values(y));
        _backend.Rotary(back, y, rows: 1, period: 1, firstPosition: 5, heads: 1, headSize: 4, inverse: true);
        Near([1, 2, 3, 4], Values(back));
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_scales_what_it_keeps()
    {
        Storage x = _backend.Allocate(10_000), y = _backend.Allocate(10_000);
        _backend.Fill(x, 3);
        _backend.Dropout(y, x, new Rng("dropout"), p: 0.25f);
        Assert.Equal([0, 4], Values(y).Distinct().Order());
        Assert.InRange(Values(y).Average(), 2.94, 3.06);
    }

    [Fact]
    public void AdamW_takes_the_first_step_against_the_sign_of_the_gradient()
    {
        Storage w = Given(1, 1), g = Given(0.5, -8), m = Given(0, 0), v = Given(0, 0);
        _backend.AdamW(w, g, m, v, new AdamWStep(
            LearningRate: 0.125, Beta1: 0.5, Beta2: 0.75, Epsilon: 0, WeightDecay: 0.5,
            Correction1: 0.5, Correction2: 0.25, GradientScale: 2));
        Assert.Equal([0.8125, 1.0625], Values(w));       // decay takes 1/16, the step ∓1/8
        Assert.Equal([0.5, -8], Values(m));
        Assert.Equal([0.25, 64], Values(v));
    }

    [Fact]
    public void A_storage_is_refused_after_release()
    {
        Storage x = Given(1);
        _backend.Release(x);
        Assert.True(x.IsReleased);
        Assert.Throws<InvalidOperationException>(() => Values(x));
    }

    private Storage Random(int length, string purpose)
    {
        Rng rng = new Rng("reference").Fork(purpose);
        return Given([.. Enumerable.Range(0, length).Select(i => (double)rng.Normal(i))]);
    }

    private Storage Given(params double[] values)
    {
        Storage x = _backend.Allocate(values.Length);
        _backend.Write(x, values.AsSpan());
        return x;
    }

    private double[] Values(Storage x)
    {
        double[] values = new double[x.Length];
        _backend.Read(x, values.AsSpan());
        return values;
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12);
    }
}
