using Longhand.Models;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// The mean loss over a whole text, in nats per token: the text is cut into consecutive windows of the context's length, and every token
/// but the first is predicted exactly once, from the tokens before it in its window. The sum is taken in double precision in the
/// order of the text. Perplexity is e^loss; bits per character loss / ln 2 when a token is a character.
/// </summary>
public static class Evaluation
{
    /// <param name="model">The model to measure.</param>
    /// <param name="tokens">At least two.</param>
    /// <param name="stop">Ends it early.</param>
    /// <param name="progress">Called a few times a second with the predictions made so far and how many there are to make.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public static double Loss(
        LanguageModel model, ReadOnlyMemory<int> tokens, CancellationToken stop = default, Action<int, int>? progress = null) =>
        Loss(new EvaluationPass(model, tokens), stop, progress);

    /// <summary>
    /// The same for a model with a memory, which is carried on from window to window: every token is predicted from all those before it in
    /// its stretch of the text, not only from those of its window.
    /// </summary>
    /// <param name="model">The model to measure.</param>
    /// <param name="tokens">At least two.</param>
    /// <param name="stretches">
    /// The text is read in so many stretches side by side, each from an empty memory. Fewer begin less often with nothing, and take longer.
    /// </param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public static double CarriedLoss(
        RecurrentModel model, ReadOnlyMemory<int> tokens, int stretches = 16, CancellationToken stop = default) =>
        model.AsConstants(() =>
        {
            double sum = 0;
            var reading = new CarriedReading(model, tokens, stretches);
            while (!reading.IsComplete)
            {
                stop.ThrowIfCancellationRequested();
                using (Workspace.Begin())
                {
                    (Tensor mean, int predictions) = reading.Next();
                    sum += predictions * (double)mean.ToScalar();
                }
            }
            return sum / (tokens.Length - 1);
        });

    internal static double Loss(EvaluationPass pass, CancellationToken stop = default, Action<int, int>? progress = null)
    {
        while (pass.Advance(stop)) progress?.Invoke(pass.Done, pass.Total);
        if (!pass.IsComplete) stop.ThrowIfCancellationRequested();
        return pass.Loss;
    }
}
