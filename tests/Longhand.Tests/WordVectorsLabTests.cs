using Longhand.Labs;
using Longhand.Labs.Experiments;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class WordVectorsLabTests
{
    [Fact]
    public void Words_of_a_kind_come_to_lie_together()
    {
        (LabResult result, string page) = Run("skip-gram", ("steps", 2000));
        Assert.True(Number(result, "together") > 3 * Number(result, "by_chance"), result.Conclusion);
        Assert.True(Number(result, "held_out_loss") < Number(result, "held_out_loss_at_first") - 0.2);
        Assert.Contains("turnip is to turnips as bucket is to", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Untrained_vectors_say_little_and_the_lab_says_so()
    {
        (LabResult result, _) = Run("skip-gram", ("steps", 1), ("batch", 1));
        Assert.StartsWith("With these settings the vectors", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Principal_axes_find_the_directions_of_a_stretched_cloud()
    {
        // A cross whose long arm lies along (3, 4, 0)/5 and whose short one along (0, 0, 1).
        double[][] rows = [[3, 4, 0], [-3, -4, 0], [0, 0, 1], [0, 0, -1]];
        (Pictures.Point[] places, double first, double second) = PrincipalAxes.Of(rows);
        Assert.Equal((25.0 / 26, 1.0 / 26), (first, second), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        Assert.Equal((5, 0), (places[0].X, places[0].Y), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Equal(1, Math.Abs(places[2].Y), 1e-6);
    }
}
