namespace Longhand.Training;

/// <summary>
/// Validation losses that do not fit: worse and worse while the training loss falls (overfitting), or better than can be (a leak, so that
/// the answer is in the question).
/// </summary>
internal static class GeneralisationRules
{
    // In shares of what guessing costs. Noise of a small validation set stays below.
    private const double Risen = 0.05, Apart = 0.25;

    // A gap of this size proves nothing alone, but does where the validation loss has risen twice in a row.
    private const double ApartAndRising = 0.12;

    // Shannon (Prediction and Entropy of Printed English, 1951) puts a letter of English between 0.6 and 1.3 bits, with a hundred letters
    // to go by: 0.42 nats at least. Half of that is no text that people write.
    private const double TooGood = 0.2;

    public static IEnumerable<Finding> Examine(Course course)
    {
        Finding? leak = Leak(course);
        if (leak is not null) yield return leak;
        else if (Overfitting(course) is { } overfitting) yield return overfitting;
    }

    private static Finding? Leak(Course course)
    {
        FutureRecord? future = course.Record.Snapshots.Select(s => s.Future).FirstOrDefault(f => f is not null);
        if (future is null) return null;
        ReportEval? best = course.Record.Evaluations.Count > 0 ? course.Record.Evaluations.MinBy(e => e.Loss) : null;
        string loss = best is { } b
            ? Say.Text($" Validation loss {Say.Number(b.Loss)} at step {b.Step}, where guessing costs {Say.Number(course.Scale)}.") : "";
        if (future.Influence > 1e-6)
        {
            return new Finding(
                FindingKind.LeakFromTheFuture, 0.99,
                "The model sees the future: its predictions change when only what comes later is changed, "
                    + "so the loss is too good and what it writes will be bad.",
                Say.Text($"changing the second half of a text at step 1 moved the predictions of the first half by {Say.Percent(future.Influence)} ")
                    + Say.Text($"of their size; a causal model's do not move by one bit.{loss}"),
                "Mask attention so that a position sees only itself and earlier ones (causal: true); check every layer that mixes positions.");
        }
        if (future.Copied > 0.9)
        {
            return new Finding(
                FindingKind.LeakFromTheFuture, 0.99,
                "The answer is in the question: the targets are the inputs themselves, not the next tokens, so the model learns to copy.",
                Say.Text($"{Say.Percent(future.Copied)} of the targets equal the input at their own place; ")
                    + Say.Text($"in a text, doubled letters make a few percent.{loss}"),
                "Shift the targets by one: inputs are tokens 0 … T−1, targets 1 … T.");
        }
        return best is { } lowest && lowest.Loss < TooGood && course.Scale > 1
            ? new Finding(
                FindingKind.LeakFromTheFuture, 0.75,
                "The loss is too good to be true: no text that people write can be predicted so well. The model itself does not see what comes later, "
                    + "so the answers must be in the text.",
                Say.Text($"validation loss {Say.Number(lowest.Loss)} nats per token at step {lowest.Step}; ")
                    + "English costs at least 0.42 a letter (Shannon, 1951).",
                "Check that the validation text is not a repetition of the training text, and that the text is not one line over and over.")
            : null;
    }

    private static Finding? Overfitting(Course course)
    {
        List<ReportEval> evaluations = [.. course.Record.Evaluations.Where(e => double.IsFinite(e.Loss))];
        if (evaluations.Count < 3 || !course.HasShape) return null;
        ReportEval best = evaluations.MinBy(e => e.Loss), last = evaluations[^1];
        double train = course.Late, gap = last.Loss - train;
        // The lower of the last two: one bad evaluation is no trend.
        double rise = Math.Min(last.Loss, evaluations[^2].Loss) - best.Loss;
        bool hasRisen = rise > Risen * course.Scale && rise > 0.03 * best.Loss && gap > rise / 2;
        bool isApart = last.Loss > 1.5 * train && train < 0.6 * course.Scale, isFarApart = isApart && gap > Apart * course.Scale;
        bool isTurning = isApart && gap > ApartAndRising * course.Scale
            && last.Loss > evaluations[^2].Loss && evaluations[^2].Loss > evaluations[^3].Loss;
        if (!hasRisen && !isFarApart && !isTurning) return null;
        return new Finding(
            FindingKind.Overfitting, hasRisen ? 0.9 : isFarApart ? 0.75 : 0.6,
            hasRisen || !isFarApart
                ? "The model learns its text by heart: the validation loss rises while the training loss goes on falling."
                : "The model learns its text by heart: it does far better on what it has seen than on what it has not.",
            Say.Text($"validation loss {Say.Number(best.Loss)} at step {best.Step}, {Say.Number(last.Loss)} at step {last.Step}; ")
                + Say.Text($"training loss {Say.Number(train)} at the end."),
            Say.Text($"Stop near step {Math.Max(1, best.Step)} (the best weights are kept anyway), use more text or a smaller model, ")
                + "or add dropout (--dropout 0.2) and weight decay.");
    }
}
