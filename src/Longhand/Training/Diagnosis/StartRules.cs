using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// A bad start: weights so large that the model is confidently wrong or its units sit at their flat ends, so small that nothing comes
/// through, or all alike, so that all units of a layer learn the same.
/// </summary>
internal static class StartRules
{
    // A fresh classifier should know nothing, and the loss of that is ln of the number of classes. 5 nats more mean that it gives the
    // right answer less than a hundredth (e⁻⁵) of the chance that a guess gives it. He's initialisation in the last layer costs one to
    // four.
    private const double NatsTooMany = 5;

    // He's initialisation multiplies the spread by √2, Glorot's by 1.
    private const double Large = 5, Small = 0.1;

    private const double Alike = 1e-5;

    public static IEnumerable<Finding> Examine(Course course)
    {
        if (course.Snapshots.Count == 0 || course.Snapshots[0] is not { Step: 1 } start) yield break;
        if (AllAlike(course, start) is { } alike) yield return alike;
        else if (Scale(course, start) is { } scale) yield return scale;
    }

    private static Finding? AllAlike(Course course, Snapshot start)
    {
        // Still so after some steps: a matrix that starts at 0 on purpose (the last of a residual branch) is not for long.
        Snapshot later = course.Snapshots[Math.Min(3, course.Snapshots.Count - 1)];
        for (int i = 0; i < start.Activations.Count; i++)
        {
            ActivationRecord now = start.Activations[i], then = later.Activations.FirstOrDefault(a => a.Layer == now.Layer);
            bool isFed = i == 0 || (start.Activations[i - 1] is { Dead: < 1, Size: > 0 });
            bool isLast = i == start.Activations.Count - 1;
            if (!isFed || isLast || now.Kind != ActivationKind.Linear) continue;
            if (now.Variety > Alike * now.Size || then.Variety > Alike * then.Size) continue;
            return new Finding(
                FindingKind.BadInitialisation, 0.97,
                Say.Text($"The weights start all alike: the units of layer {Say.Layer(now.Layer)} all say the same, get the same gradient ")
                    + "and stay the same, so the layer is worth one unit.",
                now.Size == 0
                    ? Say.Text($"layer {Say.Layer(now.Layer)} gives 0 for every input at step {start.Step} and still at step {later.Step}.")
                    : Say.Text($"layer {Say.Layer(now.Layer)}: outputs of size {Say.Number(now.Size)} differ between units by ")
                        + Say.Text($"{Say.Number(now.Variety)} at step {start.Step}, by {Say.Number(then.Variety)} at step {later.Step}."),
                "Start the weights with random numbers: He's initialisation for ReLU, Glorot's for tanh and sigmoid. Biases may start at 0.");
        }
        return null;
    }

    private static Finding? Scale(Course course, Snapshot start)
    {
        double guessing = course.Record.Guessing ?? double.NaN, gain = Gain(start);
        ActivationRecord flat = start.Activations.OrderByDescending(a => a.Saturated).FirstOrDefault();
        bool isWrong = course.First > guessing + NatsTooMany, isFlat = flat.Saturated > 0.5;
        if (isWrong || isFlat || gain > Large)
        {
            string evidence = string.Join("; ", new[]
            {
                isWrong ? $"loss {Say.Number(course.First)} before the first step, where knowing nothing costs {Say.Number(guessing)}" : "",
                isFlat ? Say.Text($"{Say.Percent(flat.Saturated)} of layer {Say.Layer(flat.Layer)} at its flat ends at step {start.Step}") : "",
                gain > Large ? Say.Text($"a layer makes its input {Say.Times(gain)} as large") : "",
            }.Where(e => e.Length > 0));
            return new Finding(
                FindingKind.BadInitialisation, isWrong ? 0.93 : 0.88,
                isWrong
                    ? "The weights start too large: the model is confidently wrong before it has seen anything, "
                        + "and the first part of the training only undoes that."
                    : "The weights start too large: units sit at their flat ends, where hardly any gradient passes.",
                evidence + ".",
                "Start with smaller weights: He's initialisation for ReLU, Glorot's for tanh and sigmoid, 0.02 for a GPT.");
        }
        return gain < Small
            ? new Finding(
                FindingKind.BadInitialisation, 0.93,
                "The weights start too small: each layer passes on only a small part of what it gets, "
                    + "so the last ones see hardly anything of the input, and the first ones hardly any gradient.",
                Say.Text($"at step {start.Step} a layer passes on {Say.Percent(gain)} of the spread of its input."),
                "Start with larger weights: He's initialisation for ReLU, Glorot's for tanh and sigmoid.")
            : null;
    }

    // What a typical layer with a matrix does to the spread of what it gets; NaN when no layer follows another.
    private static double Gain(Snapshot start)
    {
        HashSet<string> linear = [.. start.Weights.Select(w => w.Layer)];
        var gains = new List<double>();
        for (int i = 1; i < start.Activations.Count; i++)
        {
            ActivationRecord before = start.Activations[i - 1], after = start.Activations[i];
            if (linear.Contains(after.Layer) && before.Spread > 0) gains.Add(after.Spread / before.Spread);
        }
        return Course.Median(gains);
    }
}
