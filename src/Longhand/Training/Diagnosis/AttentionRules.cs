namespace Longhand.Training;

/// <summary>
/// Attention whose softmax is saturated: one key has all the weight, so the gradient p·(1 − p) of every weight is nearly 0 and the layer
/// cannot learn to look elsewhere. Single sharp heads are what training is for; a whole layer in which nearly every row is so is not.
/// </summary>
internal static class AttentionRules
{
    private const double NearlyAll = 0.85;

    public static IEnumerable<Finding> Examine(Course course)
    {
        IReadOnlyList<Snapshot> all = course.Snapshots;
        if (all.Count == 0 || all[0].Attention.Count == 0) yield break;
        var late = all.Skip(all.Count / 2).SelectMany(s => s.Attention).GroupBy(a => a.Layer)
            .Select(g => (
                Layer: g.Key, Saturated: Course.Median(g.Select(a => a.Saturated)), Entropy: Course.Median(g.Select(a => a.Entropy))))
            .OrderByDescending(l => l.Saturated).ToList();
        AttentionRecord early = all[0].Attention.MaxBy(a => a.Saturated);
        bool fromTheStart = early.Saturated >= NearlyAll;
        if (!fromTheStart && (late.Count == 0 || late[0].Saturated < NearlyAll)) yield break;
        (string layer, double saturated, double entropy) = late.FirstOrDefault(l => fromTheStart && l.Layer == early.Layer, late[0]);
        AttentionRecord first = all[0].Attention.FirstOrDefault(a => a.Layer == layer);
        yield return new Finding(
            FindingKind.SaturatedSoftmax, fromTheStart ? 0.95 : 0.8,
            Say.Text($"The softmax of the attention in {Say.Layer(layer)} is saturated: nearly every position looks at one place only, ")
                + "and hardly any gradient passes to change where.",
            Say.Text($"{Say.Layer(layer)}: entropy {Say.Percent(first.Entropy)} of the highest at step {all[0].Step}, {Say.Percent(entropy)} ")
                + Say.Text($"in the second half; {Say.Percent(saturated)} of the rows have over 99% on one key."),
            fromTheStart
                ? "Scale the scores by 1/√(head size) and start the projections to queries and keys smaller."
                : "Lower the learning rate or warm it up longer; normalise queries and keys, or decay their weights.");
    }
}
