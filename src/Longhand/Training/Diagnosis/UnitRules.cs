using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// Dead rectifiers. A unit whose input is below 0 for every example gives 0, gets no gradient and stays so for ever: it is as if the
/// layer were narrower. Some dead units are usual (a tenth or a fifth of a layer, in healthy nets); half of them is a fault.
/// </summary>
internal static class UnitRules
{
    // Karpathy's course notes (CS231n, "Commonly used activation functions") warn of 40% with a rate set too high; healthy nets here stay
    // below a quarter.
    private const double Many = 0.5;

    public static IEnumerable<Finding> Examine(Course course)
    {
        // Of the second half: what died on the way, or from the start.
        IReadOnlyList<Snapshot> late = [.. course.Snapshots.Skip(course.Snapshots.Count / 2)];
        var worst = late.SelectMany(s => s.Activations).Where(a => a.Kind is ActivationKind.Relu or ActivationKind.Gelu)
            .GroupBy(a => a.Layer).Select(g => (Layer: g.Key, Dead: Course.Median(g.Select(a => a.Dead))))
            .OrderByDescending(l => l.Dead).ToList();
        if (worst.Count == 0 || !(worst[0].Dead >= Many)) yield break;
        (string layer, double dead) = worst[0];
        double atFirst = course.Snapshots[0].Activations.FirstOrDefault(a => a.Layer == layer).Dead;
        bool fromTheStart = atFirst >= Many;
        yield return new Finding(
            FindingKind.DeadRelus, dead >= 0.9 ? 0.95 : 0.85,
            Say.Text($"{Say.Percent(dead)} of the units in layer {Say.Layer(layer)} are dead: they are silent for every input, ")
                + "so they get no gradient and cannot come back.",
            Say.Text($"layer {Say.Layer(layer)}: {Say.Percent(atFirst)} silent at step {course.Snapshots[0].Step}, {Say.Percent(dead)} ")
                + "in the second half of the training"
                + (worst.Count > 1 ? Say.Text($"; {worst.Count(l => l.Dead >= Many)} of {worst.Count} layers have lost half of their units.") : "."),
            fromTheStart
                ? "Start the biases at 0 and the weights with He's initialisation; leaky ReLU or GELU leave units a slope to come back on."
                : "Lower the learning rate or warm it up, since large steps push units below 0 for good; "
                    + "leaky ReLU or GELU leave them a slope to come back on.");
    }
}
