namespace Longhand.Training;

/// <summary>
/// The learning rate: too high, too low, or too high too soon. What counts is how far a step moves a matrix as a share of its size: about
/// 10⁻³ is the usual advice (Karpathy, "A Recipe for Training Neural Networks", 2019, and his notes for CS231n), more in the short runs
/// of small models; a matrix that changes by a quarter in one step is written anew rather than learned. Size alone is no fault, so each
/// rule also asks for the harm.
/// </summary>
internal static class RateRules
{
    private const double Rewritten = 0.25;

    // All steps together, had they all gone the same way, would not have moved the weights by their own size.
    private const double Still = 1;

    // A schedule that lowers the rate to a tenth flattens any curve at its end; who moved so little is not done, whatever the curve.
    private const double AtAll = 0.3;

    // A first step of half a matrix's own size leaves little of what its initialisation prepared. Adam's first step moves every weight by
    // the rate, whatever its gradient.
    private const double Undone = 0.45;

    // The first steps, in which a missing warm-up does its harm.
    private const int Opening = 30;

    public static IEnumerable<Finding> Examine(Course course)
    {
        if (course.Record.Steps.Count == 0) yield break;
        Finding? high = TooHigh(course);
        if (high is not null) yield return high;
        if (NoWarmUp(course, isHigh: high is not null) is { } cold) yield return cold;
        if (high is null && TooLow(course) is { } low) yield return low;
    }

    private static Finding? TooHigh(Course course)
    {
        ReportStep highest = course.Record.Steps.MaxBy(s => s.LearningRate);
        string advice = Say.Text($"Lower --learning-rate (here up to {Say.Number(highest.LearningRate)}): ")
            + "by 10 first, then find the highest with which the loss still falls smoothly.";
        Snapshot? wildest = course.Snapshots.Where(s => s.Step > 3).MaxBy(Course.TypicalShare);
        double share = wildest is null ? 0 : Course.TypicalShare(wildest);
        string steps = wildest is null ? ""
            : Say.Text($"; a step moved the typical matrix by up to {Say.Percent(share)} of its size (step {wildest.Step})");
        if (course.Record.Diverged is { } place)
        {
            return new Finding(
                FindingKind.RateTooHigh, 0.85,
                "The learning rate is too high: the steps threw the weights so far that the numbers overflowed.",
                Say.Text($"after step {course.Steps} the first number that is not finite is in {place}; loss {Say.Number(course.First)} ")
                    + Say.Text($"at the start, {Say.Number(course.Record.Steps[^1].Loss)} at the end{steps}."),
                advice);
        }
        if (!course.HasShape || course.Snapshots.Count == 0) return null;
        double late = course.Late, worst = course.Record.Steps.Max(s => s.Loss);
        double opening = Course.TypicalShare(course.Snapshots[0]), reach = Math.Max(share, opening);
        bool isLost = late > 1.1 * Math.Min(course.First, course.Scale) && late > 1.02 * course.First && reach > 0.1;
        bool isWild = share > Rewritten && (late > 0.65 * course.Scale || worst > 2 * course.First);
        if (!isLost && !isWild) return null;
        return new Finding(
            FindingKind.RateTooHigh, isLost ? 0.92 : 0.88,
            isLost ? "The learning rate is too high: the steps overshoot, and the loss ends above where it began."
                : "The learning rate is too high: the steps write the weights anew instead of improving them, so the loss stays high.",
            Say.Text($"loss {Say.Number(course.First)} at the start, at most {Say.Number(worst)}, {Say.Number(late)} at the end{steps}."),
            advice);
    }

    private static Finding? NoWarmUp(Course course, bool isHigh)
    {
        ReportStep highest = course.Record.Steps.MaxBy(s => s.LearningRate), first = course.Record.Steps[0];
        if (first.Step != 1 || first.LearningRate < 0.5 * highest.LearningRate) return null;
        if (course.Snapshots.Count == 0 || !course.HasShape) return null;
        double share = Course.TypicalShare(course.Snapshots[0]);
        if (!(share > Undone)) return null;

        // The harm: what the last layer before the output passes on hardly depends on the input any more, or the loss rises. (A language
        // model goes through such a phase in any case, while it learns how often each letter comes; alone it would prove nothing.)
        var passed = course.Snapshots.Where(s => s.Step > 1 && s.Step <= Opening && s.Activations.Count > 1)
            .Select(s => (At: s, s.Activations[^2].Layer, Share: Dependent(s.Activations[^2]))).ToList();
        var collapsed = passed.Where(p => p.Share < (p.At.Step <= 3 ? 0.35 : 0.1)).OrderBy(p => p.Share).FirstOrDefault();
        ReportStep worst = course.Record.Steps.Take(Opening).MaxBy(s => s.Loss);
        bool hasRisen = worst.Loss > 1.1 * course.First;
        if (!hasRisen && collapsed.At is null) return null;
        string harm = collapsed.At is not null
            ? Say.Text($"by step {collapsed.At.Step} only {Say.Percent(collapsed.Share)} of what layer {Say.Layer(collapsed.Layer)} ")
                + "passes on depended on the input"
            : Say.Text($"the loss rose from {Say.Number(course.First)} to {Say.Number(worst.Loss)} at step {worst.Step}");
        return new Finding(
            FindingKind.NoWarmUp, isHigh ? 0.7 : 0.9,
            "There is no warm-up: the first steps, taken at the full rate while the optimizer's averages come from a handful of gradients, "
                + "wrote the weights anew and lost what they started with.",
            Say.Text($"learning rate {Say.Number(first.LearningRate)} at step 1 of at most {Say.Number(highest.LearningRate)}; ")
                + Say.Text($"the first step moved the typical matrix by {Say.Percent(share)} of its size; {harm}."),
            "Warm up: let the rate rise over the first 5–10% of the steps (--warmup), or lower it.");
    }

    private static double Dependent(ActivationRecord a) => a.Size > 0 ? a.Spread / a.Size : 0;

    private static Finding? TooLow(Course course)
    {
        // Stopped early on, a run still falls whatever its rate.
        if (!course.HasShape || course.Snapshots.Count < 4 || 2 * course.Steps < course.Record.StepsAsked) return null;
        double moved = course.Moved, late = course.Late, fall = course.First - late, lateFall = course.Mean(0.4, 0.6) - late;
        bool isFresh = course.First > 0.7 * course.Scale;                         // one that was trained before has little left to do
        bool hasFarToGo = late > 0.3 * course.Scale, stillFalls = lateFall > 0.15 * fall || moved < AtAll;
        if (!(moved < Still) || moved == 0 || !isFresh || !hasFarToGo || !stillFalls) return null;
        double highest = course.Record.Steps.Max(s => s.LearningRate);
        return new Finding(
            FindingKind.RateTooLow, moved < 0.1 ? 0.9 : 0.8,
            "The learning rate is too low: the weights hardly left where they began, so the training ended long before it was done.",
            Say.Text($"all {course.Steps} steps together moved the typical matrix by at most {Say.Percent(moved)} of its size; ")
                + Say.Text($"loss {Say.Number(course.First)} at the start, {Say.Number(course.Mean(0.4, 0.6))} half-way, {Say.Number(late)} at the end."),
            Say.Text($"Raise --learning-rate (here at most {Say.Number(highest)}): by 10 first, ")
                + "then by 2 or 3 until the loss no longer falls smoothly; or train longer.");
    }
}
