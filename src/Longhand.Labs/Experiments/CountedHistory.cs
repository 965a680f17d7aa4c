using System.Runtime.InteropServices;
using Longhand.Numerics;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Predicting the next character by counting what followed the last k ones, for each k in turn. Two rules for what was seen too rarely:
/// <code>
/// Laplace:            p = (n(h, c) + 1) / (n(h) + V)                          one imagined occurrence of everything
/// Witten–Bell (1991): p = (n(h, c) + d(h)·p₋) / (n(h) + d(h))                 d(h): how many different characters followed h
/// </code>
/// where p₋ is the same rule's probability with one character less of history: the rarer a history, the more is left to a shorter one.
/// </summary>
internal static class CountedHistory
{
    /// <summary>The longest history whose number fits into 63 bits with 65 to 78 characters.</summary>
    public const int Longest = 9;

    /// <param name="History">k.</param>
    /// <param name="Laplace">Loss with the first rule, in nats per character.</param>
    /// <param name="WittenBell">Loss with the second.</param>
    /// <param name="Counts">The counts that the second rule keeps: one for each different history, up to this one, and what followed it.</param>
    /// <param name="Unseen">The share of places in the text to judge by whose history never occurs in the text to count.</param>
    public sealed record Result(int History, double Laplace, double WittenBell, long Counts, double Unseen);

    /// <summary>Counts in one text and predicts another, from its character number <paramref name="longest"/> on.</summary>
    public static List<Result> Measure(ReadOnlySpan<int> train, ReadOnlySpan<int> judge, int vocabulary, int longest, Action<int> after)
    {
        double[] shorter = new double[judge.Length];
        var results = new List<Result>();
        long counts = 0;
        for (int k = 0; k <= longest; k++)
        {
            (Dictionary<long, int> seen, Dictionary<long, (int Count, int Kinds)> histories) = Count(train, vocabulary, k);
            counts += seen.Count;
            double laplace = 0, wittenBell = 0;
            int unseen = 0;
            long span = Power(vocabulary, k), history = 0;
            for (int t = 0; t < judge.Length; t++)
            {
                if (t >= k)
                {
                    (int count, int kinds) = histories.GetValueOrDefault(history);
                    int here = seen.GetValueOrDefault((history * vocabulary) + judge[t]);
                    double fallback = k == 0 ? 1.0 / vocabulary : shorter[t];
                    shorter[t] = count == 0 ? fallback : (here + (kinds * fallback)) / (count + kinds);
                    if (t >= longest)
                    {
                        laplace -= StableMath.Log((here + 1.0) / (count + vocabulary));
                        wittenBell -= StableMath.Log(shorter[t]);
                        unseen += count == 0 ? 1 : 0;
                    }
                }
                history = ((history * vocabulary) + judge[t]) % span;
            }
            double predictions = judge.Length - longest;
            results.Add(new Result(k, laplace / predictions, wittenBell / predictions, counts, unseen / predictions));
            after(k);
        }
        return results;
    }

    private static (Dictionary<long, int> Seen, Dictionary<long, (int Count, int Kinds)> Histories) Count(ReadOnlySpan<int> text, int vocabulary, int k)
    {
        var seen = new Dictionary<long, int>();
        var histories = new Dictionary<long, (int Count, int Kinds)>();
        long span = Power(vocabulary, k), history = 0;
        for (int t = 0; t < text.Length; t++)
        {
            if (t >= k)
            {
                ref int here = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, (history * vocabulary) + text[t], out bool isKnown);
                ref (int Count, int Kinds) all = ref CollectionsMarshal.GetValueRefOrAddDefault(histories, history, out _);
                here++;
                all = (all.Count + 1, all.Kinds + (isKnown ? 0 : 1));
            }
            history = ((history * vocabulary) + text[t]) % span;
        }
        return (seen, histories);
    }

    private static long Power(long vocabulary, int k)
    {
        long power = 1;
        for (int i = 0; i < k; i++) power = checked(power * vocabulary);
        return power;
    }
}
