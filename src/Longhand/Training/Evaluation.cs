using Longhand.Data;
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
    // Enough rows to keep the kernels busy; the result does not depend on it beyond the last bits of a batch's mean.
    private const int TokensAtOnce = 2048;

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public static double Loss(Gpt model, ReadOnlyMemory<int> tokens, CancellationToken stop = default) =>
        Loss(model, tokens, Math.Max(1, TokensAtOnce / model.Config.Context), stop);

    internal static double Loss(Gpt model, ReadOnlyMemory<int> tokens, int windowsAtOnce, CancellationToken stop = default)
    {
        int context = model.Config.Context;
        var windows = new EvaluationWindows(tokens, windowsAtOnce, context);
        int[] inputs = new int[windows.Windows * context], targets = new int[windows.Windows * context];
        Shape shape = (windows.Windows, context);
        return model.AsConstants(() =>
        {
            double sum = 0;
            for (int i = 0; i < windows.Batches; i++)
            {
                stop.ThrowIfCancellationRequested();
                int count = windows.Fill(i, inputs, targets);
                using (Workspace.Begin())
                {
                    sum += count * (double)model.Loss(new Indices(inputs, shape), new Indices(targets, shape), ignored: EvaluationWindows.Ignored).ToScalar();
                }
            }
            return sum / windows.Targets;
        });
    }
}
