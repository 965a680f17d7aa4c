namespace Longhand.Tensors;

/// <summary>
/// The cross-entropy between rows of logits and target classes: loss = −Σⱼ q(j)·ln p(j), p = softmax(x), in nats.
/// Without smoothing q is 1 at the target t, so loss = lse − x[t] with lse = ln Σ e^x; with label smoothing s (Szegedy and others,
/// 2016) q = (1 − s)·[j = t] + s/n. Rows whose target is the ignored index count nowhere.
/// <para>dx = p − q, times the row's gradient: softmax and logarithm cancel.</para>
/// <para>Twin: <c>-(x.LogSoftmax().Pick(t))</c> and its mean.</para>
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The mean over all rows that are not ignored, a scalar.</summary>
    /// <exception cref="ArgumentException">Every row is ignored: there is no mean.</exception>
    /// <param name="targets">A class for each row: the logits' shape without the last axis.</param>
    /// <param name="ignored">The target value that marks a row to leave out.</param>
    /// <param name="smoothing">How much probability the target gives up evenly to all classes, 0 … 1.</param>
    public Tensor CrossEntropy(Indices targets, int ignored = -100, float smoothing = 0)
    {
        int counted = 0;
        foreach (int target in targets.Values) counted += target != ignored ? 1 : 0;
        if (counted == 0) throw new ArgumentException($"CrossEntropy: all {targets.Shape.Length} rows are ignored (target {ignored}), so there is no mean.");
        return CrossEntropyRows(targets, ignored, smoothing).Sum() / counted;
    }

    /// <summary>One loss for each row, zero for ignored ones; the shape of the targets.</summary>
    public Tensor CrossEntropyRows(Indices targets, int ignored = -100, float smoothing = 0)
    {
        Check.RankAtLeast("CrossEntropy", this, 1);
        Check.SameShape("CrossEntropy", new Shape(Shape.Sizes[..^1]), targets.Shape);
        Check.Probability("CrossEntropy", nameof(smoothing), smoothing);
        int n = Shape[^1];
        Check.IdsBelow("CrossEntropy", targets, n, ignored);
        Tensor losses = Allocate(targets.Shape, Backend), lse = Allocate(targets.Shape, Backend);
        Backend.CrossEntropy(losses.Storage, lse.Storage, Storage, targets.Values, n, ignored, smoothing);
        return Record(losses, [this], dy =>
        {
            Tensor dx = Allocate(Shape, Backend);
            Backend.CrossEntropyBackward(dx.Storage, dy.Storage, lse.Storage, Storage, targets.Values, n, ignored, smoothing);
            return [dx];
        });
    }
}
