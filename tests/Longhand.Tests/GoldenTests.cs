namespace Longhand.Tests;

public sealed class GoldenTests
{
    public static readonly TheoryData<string> Files = ["ops", "optimizers", "scalar", "schedules", "gpt", "gpt-b", "recurrent", "alignment", "skip-gram"];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_reads_completely_and_its_inputs_are_exact_in_single_precision(string file)
    {
        IReadOnlyList<GoldenCase> cases = Golden.Load(file);
        Assert.Equal(cases.Count, cases.Select(c => c.Name).Distinct().Count());
        foreach (GoldenCase c in cases)
        {
            foreach (string key in c.Inputs)
            {
                Assert.Equal(c[key].Doubles(), Array.ConvertAll(c[key].Floats(), v => (double)v));
                if (c.Has("grad." + key))
                    Assert.Equal(c[key].Shape, c.Gradient(key).Shape);
            }
        }
    }

    [Fact]
    public void A_case_gives_its_arrays_and_attributes()
    {
        GoldenCase c = Golden.Case("ops", "slice: rows");
        Assert.Equal(["x"], c.Inputs);
        Assert.Equal([7, 3], c["x"].Shape);
        Assert.Equal([3, 3], c["y"].Shape);
        Assert.Equal([2, 0], c.Integers("starts"));
        Assert.Equal(c["x"].Doubles()[6..15], c["y"].Doubles());
        Assert.Contains("'y0'", Assert.Throws<KeyNotFoundException>(() => c["y0"]).Message, StringComparison.Ordinal);
    }
}
