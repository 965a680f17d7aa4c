namespace Longhand.Cli.Parsing;

/// <summary>Guesses which word was meant.</summary>
internal static class Nearest
{
    /// <summary>
    /// The word with the smallest edit distance (Damerau, 1964) to what was typed, if it is close enough to be a slip: at most
    /// a third of its letters; or else the only word that begins with what was typed.
    /// </summary>
    public static string? Among(IEnumerable<string> words, string typed)
    {
        string[] all = [.. words];
        // Small or capital is no slip worth counting: "LSTM" means "lstm".
        int DistanceTo(string word) => Distance(word.ToLowerInvariant(), typed.ToLowerInvariant());
        string? best = all.MinBy(DistanceTo);
        if (best is not null && DistanceTo(best) <= Math.Max(1, best.Length / 3))
        {
            return best;
        }
        string[] longer = typed.TrimStart('-').Length < 2 ? [] : [.. all.Where(w => w.StartsWith(typed, StringComparison.Ordinal))];
        return longer.Length == 1 ? longer[0] : null;
    }

    /// <summary>How many letters must be inserted, removed, replaced or swapped with the next to turn one word into the other.</summary>
    internal static int Distance(string a, string b)
    {
        // d[i, j] is the distance between the first i letters of a and the first j of b.
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }
        return d[a.Length, b.Length];
    }
}
