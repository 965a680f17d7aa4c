using System.Text;

namespace Longhand.Training;

/// <summary>
/// Gradients that shrink or grow on their way from the loss to the first layer. Each layer multiplies them by about the same factor, so
/// with depth it compounds (Hochreiter, 1991; Bengio, Simard and Frasconi, 1994). Only matrices that play the same part are compared:
/// those whose names differ in a number alone.
/// </summary>
internal static class GradientRules
{
    // Two or three layers are no depth.
    private const int FewestLayers = 4;

    // σ′ ≤ 1/4, and 4⁻⁵ ≈ 10⁻³: five sigmoids at best. The first layer then learns a thousandth as fast as the last.
    private const double Vanished = 1e-3;

    // Healthy nets stay within ten either way. A factor of 1.5 in each of ten layers makes 58.
    private const double Exploded = 30;

    // The first steps tell how the net was built; later ones what training made of it.
    private const int Early = 20;

    public static IEnumerable<Finding> Examine(Course course)
    {
        IReadOnlyList<Snapshot> early = [.. course.Snapshots.Where(s => s.Step <= Early)];
        if (early.Count == 0) yield break;
        List<Finding> found = [.. ByDepth(course, early)];
        foreach (Finding finding in found) yield return finding;
        if (found.All(f => f.Kind != FindingKind.ExplodingGradients) && Spike(course) is { } spike) yield return spike;
    }

    private static IEnumerable<Finding> ByDepth(Course course, IReadOnlyList<Snapshot> early)
    {
        (double Ratio, string First, string Last, Snapshot At)? lowest = null, highest = null;
        IEnumerable<IGrouping<string, string>> parts = early[0].Weights.Select(w => w.Layer).GroupBy(Pattern);
        foreach (IGrouping<string, string> part in parts.Where(g => g.Count() >= FewestLayers))
        {
            string first = part.First(), last = part.Last();
            var ratios = early.Select(s => (Ratio: Gradient(s, first) / Gradient(s, last), At: s))
                .Where(r => double.IsFinite(r.Ratio) && r.Ratio > 0).ToList();
            if (ratios.Count == 0) continue;
            double typical = Course.Median(ratios.Select(r => r.Ratio));
            if (lowest is null || typical < lowest.Value.Ratio) lowest = (typical, first, last, ratios[0].At);
            if (highest is null || typical > highest.Value.Ratio) highest = (typical, first, last, ratios[0].At);
        }
        if (lowest is { Ratio: < Vanished } low)
        {
            yield return new Finding(
                FindingKind.VanishingGradients, 0.9,
                Say.Text($"Gradients vanish on their way back: layer {Say.Layer(low.First)} gets {Say.Number(low.Ratio)} of the gradient ")
                    + Say.Text($"that layer {Say.Layer(low.Last)} gets, so it hardly learns."),
                Sizes(low) + ".",
                "Use ReLU or GELU in place of sigmoid or tanh; add layer normalisation or residual connections; start with He's or Glorot's initialisation.");
        }
        double growth = Growth(early[0], out string from, out string to);
        bool isForward = growth > 100;
        if (highest is { Ratio: > Exploded } high)
        {
            yield return Exploding(course,
                Say.Text($"Gradients explode on their way back: layer {Say.Layer(high.First)} gets {Say.Times(high.Ratio)} the gradient ")
                    + Say.Text($"that layer {Say.Layer(high.Last)} gets."),
                Sizes(high));
        }
        else if (isForward && course.Record.Steps.Count > 0)
        {
            yield return Exploding(course,
                Say.Text($"Gradients explode: every layer makes the signal larger, {Say.Times(growth)} from layer {Say.Layer(from)} ")
                    + Say.Text($"to layer {Say.Layer(to)}, and with it every gradient."),
                Say.Text($"activations at step {early[0].Step} grow {Say.Times(growth)} from layer {Say.Layer(from)} to layer {Say.Layer(to)}"));
        }
    }

    private static string Sizes((double Ratio, string First, string Last, Snapshot At) of) =>
        Say.Text($"root mean square of the gradient at step {of.At.Step}: {Say.Number(Gradient(of.At, of.First))} ")
            + Say.Text($"in layer {Say.Layer(of.First)}, {Say.Number(Gradient(of.At, of.Last))} in layer {Say.Layer(of.Last)}");

    private static Finding Exploding(Course course, string sentence, string evidence) => new(
        FindingKind.ExplodingGradients, 0.92, sentence,
        Say.Text($"{evidence}; gradient norm {Say.Number(course.Record.Steps.Select(s => s.GradientNorm).FirstOrDefault(double.NaN))} at step 1")
            + Clipping(course) + ".",
        (course.Record.Clip > 0 ? "" : "Clip the gradient to a norm of 1. ")
            + "Start with smaller weights (He's initialisation for ReLU, Glorot's for tanh), or add layer normalisation.");

    // From quiet to wild within a run, without a limit: one bad batch throws the weights away.
    private static Finding? Spike(Course course)
    {
        IReadOnlyList<ReportStep> steps = course.Record.Steps;
        if (course.Record.Clip > 0 || steps.Count < 3) return null;
        double typical = Course.Median(steps.Take(Math.Max(3, steps.Count / 2)).Select(s => s.GradientNorm));
        ReportStep worst = steps.MaxBy(s => double.IsFinite(s.GradientNorm) ? s.GradientNorm : double.MaxValue);
        return typical > 0 && worst.GradientNorm / typical > 1000 && worst.Loss > 2 * course.First
            ? new Finding(
                FindingKind.ExplodingGradients, 0.7,
                Say.Text($"The gradient explodes at step {worst.Step}, to {Say.Times(worst.GradientNorm / typical)} its usual length, ")
                    + "and the loss with it.",
                Say.Text($"gradient norm {Say.Number(worst.GradientNorm)} at step {worst.Step}, usually {Say.Number(typical)}; ")
                    + Say.Text($"loss {Say.Number(worst.Loss)}, {Say.Number(course.First)} at the start; not clipped."),
                "Clip the gradient to a norm of 1 and lower the learning rate.")
            : null;
    }

    private static string Clipping(Course course) => course.Record.Clip > 0 ? $", clipped to {Say.Number(course.Record.Clip)}" : ", not clipped";

    // How much larger the last layer's output is than the first one's, along a chain of layers that each have a matrix.
    private static double Growth(Snapshot snapshot, out string from, out string to)
    {
        HashSet<string> linear = [.. snapshot.Weights.Select(w => w.Layer)];
        List<ActivationRecord> chain = [.. snapshot.Activations.Where(a => linear.Contains(a.Layer))];
        (from, to) = chain.Count > 0 ? (chain[0].Layer, chain[^1].Layer) : ("", "");
        return chain.Count >= FewestLayers && chain[0].Size > 0 ? chain[^1].Size / chain[0].Size : 0;
    }

    private static double Gradient(Snapshot snapshot, string layer) =>
        snapshot.Weights.FirstOrDefault(w => w.Layer == layer).Gradient;

    // "h.3.mlp.c_fc" and "h.11.mlp.c_fc" play the same part: "h.#.mlp.c_fc".
    private static string Pattern(string layer)
    {
        var pattern = new StringBuilder();
        foreach (char c in layer)
        {
            if (!char.IsAsciiDigit(c)) pattern.Append(c);
            else if (pattern.Length == 0 || pattern[^1] != '#') pattern.Append('#');
        }
        return pattern.ToString();
    }
}
