using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>What <see cref="SkipGram"/> learns from: pairs of neighbours in a text, and noise.</summary>
public static class SkipGramPairs
{
    /// <summary>Every word with every other at most <paramref name="window"/> places away, in the order of the text.</summary>
    public static (int[] Centres, int[] Neighbours) Of(ReadOnlySpan<int> text, int window)
    {
        List<int> centres = [], neighbours = [];
        for (int t = 0; t < text.Length; t++)
        {
            for (int s = Math.Max(0, t - window); s <= Math.Min(text.Length - 1, t + window); s++)
            {
                if (s == t) continue;
                centres.Add(text[t]);
                neighbours.Add(text[s]);
            }
        }
        return ([.. centres], [.. neighbours]);
    }

    /// <summary>
    /// Draws words with probability ∝ occurrences^¾: between the text's own frequencies, by which most noise would be "the", and equal ones.
    /// </summary>
    /// <param name="occurrences">Of each word in the text.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="rng">A new one for each batch.</param>
    public static int[] Noise(ReadOnlySpan<int> occurrences, int count, Rng rng)
    {
        double[] upTo = new double[occurrences.Length];
        double sum = 0;
        for (int i = 0; i < upTo.Length; i++) upTo[i] = sum += occurrences[i] == 0 ? 0 : StableMath.Power(occurrences[i], 0.75);
        if (!(sum > 0)) throw new ArgumentException("SkipGramPairs: no word occurs in the text, so there is none to draw.");
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            double draw = sum * rng.UniformDouble(i);
            int word = Array.BinarySearch(upTo, draw);
            if (word < 0) word = ~word;
            while (upTo[word] <= draw) word++;     // a draw that hits a boundary exactly belongs to the word after it
            drawn[i] = word;
        }
        return drawn;
    }
}
