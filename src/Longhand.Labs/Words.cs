namespace Longhand.Labs;

/// <summary>How labs say lists and counts.</summary>
internal static class Words
{
    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string List(IEnumerable<string> items)
    {
        string[] all = [.. items];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>"1 step", "2,000 steps".</summary>
    public static string Count(double n, string noun) => $"{Pictures.PageText.Number(n, 0)} {noun}{(n == 1 ? "" : "s")}";
}
