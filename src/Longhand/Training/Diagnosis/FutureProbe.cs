using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// Asks a model that should predict the next token whether it can see it. Two ways are known to go wrong: attention without its mask (or
/// any layer that mixes in what comes later), and targets that are not shifted, so that the answer is the question. For the first, the
/// second half of a text is changed: no prediction in the first half may move. Every kernel computes a row from its own inputs alone and
/// in a fixed order, so for a causal model not one bit does. For the second, targets are compared with the inputs at their own place.
/// </summary>
internal static class FutureProbe
{
    public static FutureRecord Measure(Func<Indices, Tensor> logits, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int vocabulary)
    {
        int T = inputs.Length, half = T / 2, copied = 0;
        for (int t = 0; t < T; t++) copied += inputs[t] == targets[t] ? 1 : 0;
        int[] changed = inputs.ToArray();
        for (int t = half; t < T; t++) changed[t] = (changed[t] + 1) % vocabulary;
        using Workspace step = Workspace.Begin();
        float[] before = First(inputs.ToArray()), after = First(changed);
        double moved = 0, size = 0;
        for (int i = 0; i < before.Length; i++)
        {
            moved = Math.Max(moved, Math.Abs((double)before[i] - after[i]));
            size = Math.Max(size, Math.Abs((double)before[i]));
        }
        return new FutureRecord(size > 0 ? moved / size : 0, T == 0 ? 0 : (double)copied / T);

        float[] First(int[] ids) => logits(new Indices(ids, (1, T))).ToArray()[..(half * vocabulary)];
    }
}
