using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

/// <summary>The labs about what recurrent networks remember and how their gradients explode: rnn-memory and clipping.</summary>
public sealed class RecurrentLabTests
{
    [Fact]
    public void Gates_remember_further_than_a_simple_cell_and_an_open_forget_gate_helps()
    {
        (LabResult result, string page) = Run("rnn-memory", ("seeds", 1), ("steps", 500), ("fixed-steps", 250));
        double simple = Number(result, "distance_rnn");
        Assert.InRange(simple, 1, 100);
        Assert.True(Number(result, "distance_gru") >= 1.5 * simple && Number(result, "distance_lstm") >= 1.5 * simple, result.Conclusion);
        Assert.True(Number(result, "bias_3_at_20") > Number(result, "bias_0_at_20") + 0.3, result.Conclusion);
        Assert.Contains("gates let a memory pass", result.Conclusion, StringComparison.Ordinal);
        Assert.InRange(Number(result, "shorter_rnn"), 0, 0.5);                     // mastered once, and lost again
        Assert.InRange(Number(result, "shorter_lstm"), 0.8, 1);
        Assert.Contains("what the simple cell learned fits about one distance", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("the simple cell's distance was still growing", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("forget bias 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_training_nothing_is_known_and_it_says_so()
    {
        (LabResult result, _) = Run("rnn-memory", ("seeds", 1), ("steps", 10), ("fixed-steps", 10), ("width", 4));
        Assert.Equal(0, Number(result, "distance_rnn") + Number(result, "distance_gru") + Number(result, "distance_lstm"));
        Assert.Contains("gates bring nothing", result.Conclusion, StringComparison.Ordinal);
        Assert.DoesNotContain("shorter distances", result.Conclusion, StringComparison.Ordinal);
        Assert.DoesNotContain("still growing", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Clipping_saves_a_training_whose_gradients_explode()
    {
        (LabResult result, string page) = Run("clipping", ("steps", 200));
        Assert.True(Number(result, "cliff_longest_step") > 10 * Number(result, "cliff_longest_clipped_step"));
        Assert.InRange(Number(result, "cliff_longest_clipped_step"), 0, 0.030001);
        Assert.True(Number(result, "cliff_clipped_loss") < 0.1 * Number(result, "cliff_loss"));
        Assert.InRange(Number(result, "clipped_loss"), 0, 0.1);
        Assert.True(Number(result, "loss") > 1);
        Assert.Contains("throws away", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("the limit", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_gradients_are_short_clipping_changes_nothing_and_it_says_so()
    {
        (LabResult result, _) = Run("clipping", ("steps", 30), ("radius", 0.5), ("clip", 100.0), ("time", 10));
        Assert.Equal(Number(result, "loss"), Number(result, "clipped_loss"));
        Assert.Contains("gradients are not the trouble", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides() =>
        Assert.Equal(Run("clipping", ("steps", 10)).Page, Run("clipping", ("steps", 10)).Page);
}
