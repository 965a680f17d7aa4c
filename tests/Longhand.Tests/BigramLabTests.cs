using Longhand.Data;
using Longhand.Files;
using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class BigramLabTests
{
    [Fact]
    public void Counting_and_gradient_descent_give_the_same_table_and_the_same_loss()
    {
        (LabResult result, string page) = Run("bigram");
        Assert.InRange(Number(result, "difference"), 0, 1e-3);
        Assert.Equal(Number(result, "counted_loss"), Number(result, "learned_loss"), 1e-4);
        Assert.InRange(Number(result, "counted_loss"), 1, Number(result, "frequency_loss"));
        Assert.True(Number(result, "frequency_loss") < Number(result, "uniform_loss"));
        Assert.StartsWith("Yes: ", result.Conclusion, StringComparison.Ordinal);
        Assert.Equal(page, Run("bigram").Page);
    }

    [Fact]
    public void Without_smoothing_they_agree_as_well()
    {
        (LabResult result, _) = Run("bigram", ("smoothing", 0.0));
        Assert.InRange(Number(result, "difference"), 0, 1e-3);
    }

    [Fact]
    public void After_a_few_steps_it_says_that_they_have_not_met()
    {
        (LabResult result, _) = Run("bigram", ("steps", 5));
        Assert.True(Number(result, "difference") > 0.01);
        Assert.StartsWith("Not yet: ", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_was_not_downloaded_is_named_with_the_way_to_get_it()
    {
        var problem = Assert.Throws<BadFileException>(() => TinyShakespeare.LoadKept(Path.Combine(Path.GetTempPath(), "no such folder")));
        Assert.Contains("\"longhand train tinyshakespeare\" downloads it", problem.Message, StringComparison.Ordinal);
    }
}
