using Longhand.Models;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>
/// What a page says about recurrent shapes beside their figures: their sizes, and where PyTorch's way to the same losses differs from ours.
/// </summary>
internal static class RecurrentShapes
{
    /// <summary>A paragraph about those of the comparisons that are of <see cref="TrainingShape.Recurrent"/>; empty when none is.</summary>
    public static string About(IReadOnlyList<Comparison> comparisons)
    {
        TrainingShape[] shapes = [.. TrainingShape.Recurrent.Where(shape => comparisons.Any(c => c.Name == shape.Name))];
        if (shapes.Length == 0)
        {
            return "";
        }
        IEnumerable<string> sizes = shapes.GroupBy(Sizes, shape => shape.Name).Select(same => $"{Listed(same)}: {same.Key}. ");
        IEnumerable<string> factors = shapes.Select(shape => comparisons.First(c => c.Name == shape.Name))
            .Select(c => $"{Say.Times(c.PeerFlops / c.Flops)} ({c.Name})");
        return "\n\n" + string.Concat(sizes)
            + "PyTorch's second bias, which would only be added to the first, is held at zero, so that both sides have the same parameters."
            + " Ours multiplies the embedding, one row for each kind of character, by the first layer's weights, once in a step, and looks"
            + " the products up; PyTorch's layers multiply a row for every character of every window. It is the same function, and losses"
            + $" agree, but PyTorch's way takes {Listed(factors)} times as many operations. Its GFLOP/s and its share of the peak count"
            + " those that it does, ours those that we do; tokens per second, and so \"times as fast\", are of whole steps: part of that"
            + " lead is work that ours need not do.";
    }

    private static string Sizes(TrainingShape shape)
    {
        ModelConfig model = shape.Model;
        string layers = FormattableString.Invariant($"{model.Layers} layers of {model.Width} units");
        return layers + FormattableString.Invariant($", {shape.Batch} windows of {model.Context} characters of {model.Vocabulary} kinds");
    }

    // a, b and c.
    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
