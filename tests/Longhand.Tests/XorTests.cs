using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class XorTests
{
    [Fact]
    public void Lines_get_three_of_four_and_hidden_layers_learn_it_the_oftener_the_larger()
    {
        (LabResult result, string page) = Run("xor", ("runs", 15), ("steps", 600));
        Assert.Equal(3, Number(result, "best_line"));
        Assert.Equal(3, Number(result, "best_perceptron"));
        Assert.Equal(Math.Log(2), Number(result, "logistic_loss"), tolerance: 1e-9);
        Assert.Equal(0.5, Number(result, "logistic_answer"), tolerance: 1e-6);
        Assert.Equal(0.5, Number(result, "least_squares_answer"), tolerance: 1e-12);
        Assert.Equal(0, Number(result, "solved_with_1"));
        Assert.InRange(Number(result, "solved_with_2"), 0.2, 0.95);
        Assert.InRange(Number(result, "solved_with_4"), Number(result, "solved_with_2") + 0.05, 1);
        Assert.Contains("A hidden layer changes that", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("of those that learned it", page, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_so_when_nothing_was_learned()
    {
        (LabResult result, string page) = Run("xor", ("runs", 2), ("steps", 10), ("rate", 0.001));
        Assert.Equal(0, Number(result, "solved_with_4"));
        Assert.Contains("no hidden layer of up to 4 units learned it in 10 steps", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("which did not learn it", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides() =>
        Assert.Equal(Run("xor", ("runs", 2), ("steps", 20)).Page, Run("xor", ("runs", 2), ("steps", 20)).Page);
}
