using System.Runtime.InteropServices;
using Longhand.Data;
using Longhand.Files;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class ToySetsTests
{
    private static readonly Rng Seed = new("toys");

    private static readonly Dictionary<string, Func<int, double, Rng, LabelledPoints>> Sets = new()
    {
        ["blobs"] = (n, noise, rng) => ToySets.Blobs(n, noise, rng),
        ["moons"] = ToySets.Moons,
        ["circles"] = ToySets.Circles,
        ["spirals"] = (n, noise, rng) => ToySets.Spirals(n, noise, rng, classes: 3),
        ["xor"] = ToySets.Xor,
        ["quadrants"] = ToySets.Quadrants,
    };

    public static TheoryData<string> Names => [.. Sets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_set_has_its_count_its_classes_and_its_range(string name)
    {
        foreach (int count in new[] { 4, 5, 7, 100, 1001 })
        {
            LabelledPoints points = Sets[name](count, 0, Seed);
            Assert.Equal((count, 2), (points.Count, points.Features));
            Assert.All(points.X, v => Assert.InRange(v, -1.0001f, 2.0001f));
            if (name == "quadrants") continue;
            int[] sizes = [.. Enumerable.Range(0, points.Classes).Select(c => points.Labels.Count(label => label == c))];
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_set_depends_on_its_generator_only(string name)
    {
        LabelledPoints one = Sets[name](200, 0.1, Seed), again = Sets[name](200, 0.1, new Rng("toys")), other = Sets[name](200, 0.1, new Rng("other"));
        Assert.Equal(one.X, again.X);
        Assert.Equal(one.Labels, again.Labels);
        Assert.NotEqual(one.X, other.X);
    }

    // Any change of these bits changes every lab that learns from them; and they must be the same on every machine.
    [Theory]
    [InlineData("blobs", "d48481aecf9bf928")]
    [InlineData("moons", "e84fd47b2cf23a89")]
    [InlineData("circles", "b806b11feb8e4cdf")]
    [InlineData("spirals", "ffd111c0716694aa")]
    [InlineData("xor", "7fda5e3e5f9a6b68")]
    [InlineData("quadrants", "e0367191467b3de8")]
    public void The_bits_are_pinned(string name, string sha256)
    {
        LabelledPoints points = Sets[name](1000, 0.1, Seed);
        string hash = Sha256.Of([.. MemoryMarshal.AsBytes<float>(points.X), .. MemoryMarshal.AsBytes<int>(points.Labels)]);
        Assert.Equal(sha256, hash[..16]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Noise_is_normal_with_the_deviation_asked_for(string name)
    {
        const int Count = 20_000;
        LabelledPoints clean = Sets[name](Count, 0, Seed), noisy = Sets[name](Count, 0.25, Seed);
        Assert.Equal(clean.Labels, noisy.Labels);
        double[] added = [.. noisy.X.Zip(clean.X, (a, b) => (double)a - b)];
        Assert.InRange(added.Average(), -0.006, 0.006);
        Assert.InRange(Math.Sqrt(added.Average(v => v * v)), 0.245, 0.255);
        Assert.InRange(added.Count(v => Math.Abs(v) > 0.5) / (double)added.Length, 0.041, 0.050);           // 4.55 % in theory
    }

    [Fact]
    public void Points_lie_where_the_formulas_say()
    {
        LabelledPoints moons = ToySets.Moons(101, 0, Seed), circles = ToySets.Circles(101, 0, Seed), spirals = ToySets.Spirals(100, 0, Seed, classes: 2, turns: 1.5);
        for (int i = 0; i < 100; i++)
        {
            (float x, float y) = (moons.Row(i)[0], moons.Row(i)[1]);
            if (moons.Labels[i] == 1) (x, y) = (1 - x, 0.5f - y);
            Assert.Equal(1, (x * x) + (y * y), 1e-5);
            Assert.True(y >= -1e-6f);
            Assert.Equal(circles.Labels[i] == 0 ? 1 : 0.5, Radius(circles, i), 1e-5);
            double s = (Radius(spirals, i) - 0.1) / 0.9, angle = Math.Atan2(spirals.Row(i)[1], spirals.Row(i)[0]) / (2 * Math.PI);
            double turns = angle - (1.5 * s) - (spirals.Labels[i] / 2.0);
            Assert.Equal(0, turns - Math.Round(turns), 1e-5);
        }
        Assert.Equal(4, ToySets.Blobs(400, 0, Seed, classes: 4).X.Chunk(2).Select(p => (Math.Round(p[0], 5), Math.Round(p[1], 5))).Distinct().Count());
    }

    [Fact]
    public void Moons_reach_both_ends_and_circles_do_not_repeat_one()
    {
        LabelledPoints moons = ToySets.Moons(10, 0, Seed), circles = ToySets.Circles(8, 0, Seed);
        Assert.Equal((-1f, 2f), (moons.X.Where((_, i) => i % 2 == 0).Min(), moons.X.Where((_, i) => i % 2 == 0).Max()));
        Assert.Equal(8, circles.X.Chunk(2).Select(p => (Math.Round(p[0], 3), Math.Round(p[1], 3))).Distinct().Count());
    }

    [Fact]
    public void Rows_of_a_curve_are_shuffled()
    {
        LabelledPoints spirals = ToySets.Spirals(200, 0, Seed);
        double[] radii = [.. Enumerable.Range(0, 200).Select(i => Radius(spirals, i))];
        Assert.InRange(radii.Zip(radii.Skip(1)).Count(pair => pair.First < pair.Second), 70, 130);
        Assert.InRange(spirals.Labels.Take(100).Sum(), 35, 65);
    }

    [Fact]
    public void Four_points_of_xor_are_the_truth_table()
    {
        LabelledPoints xor = ToySets.Xor(4, 0, Seed);
        Assert.Equal([0, 0, 0, 1, 1, 0, 1, 1], xor.X);
        Assert.Equal([0, 1, 1, 0], xor.Labels);
    }

    [Fact]
    public void Quadrants_are_even_and_labelled_by_sign()
    {
        LabelledPoints points = ToySets.Quadrants(20_000, 0, Seed);
        for (int i = 0; i < points.Count; i++)
        {
            (bool right, bool up) = (points.Row(i)[0] >= 0, points.Row(i)[1] >= 0);
            Assert.Equal(points.Labels[i] is 0 or 3, right);
            Assert.Equal(points.Labels[i] is 0 or 1, up);
        }
        for (int c = 0; c < 4; c++) Assert.InRange(points.Labels.Count(label => label == c), 4700, 5300);
        Assert.InRange(points.X.Average(v => v * v), 0.325, 0.342);       // the variance of an even spread is 1/3
        Assert.InRange(points.X.Max(), 0.999f, 1);
    }

    [Fact]
    public void Linear_data_follow_the_line_but_for_the_noise()
    {
        RegressionPoints exact = ToySets.Linear(500, [2, -1, 0.5], bias: 3, noise: 0, Seed), noisy = ToySets.Linear(20_000, [2], bias: 3, noise: 0.5, Seed);
        for (int i = 0; i < exact.Count; i++)
        {
            ReadOnlySpan<float> x = exact.Row(i);
            Assert.Equal((2 * x[0]) - x[1] + (0.5 * x[2]) + 3, exact.Targets[i], 1e-5);
        }
        double slope = noisy.X.Zip(noisy.Targets, (x, t) => x * (t - 3.0)).Sum() / noisy.X.Sum(x => (double)x * x);
        Assert.InRange(slope, 1.98, 2.02);
        Assert.InRange(Math.Sqrt(noisy.X.Zip(noisy.Targets, (x, t) => Math.Pow(t - 3.0 - (2 * x), 2)).Average()), 0.49, 0.51);
        Assert.Equal(noisy.Targets, ToySets.Linear(20_000, [2], bias: 3, noise: 0.5, new Rng("toys")).Targets);
    }

    [Fact]
    public void Mistakes_name_the_set_the_field_and_the_range()
    {
        Check("ToySets.Moons: count is 1 but must be from 2 to 10000000", () => ToySets.Moons(1, 0, Seed));
        Check("ToySets.Blobs: classes is 0", () => ToySets.Blobs(10, 0, Seed, classes: 0));
        Check("ToySets.Xor: noise is -1 but must be from 0 to 1000", () => ToySets.Xor(4, -1, Seed));
        Check("ToySets.Circles: noise is NaN", () => ToySets.Circles(4, double.NaN, Seed));
        Check("ToySets.Spirals: turns is -1", () => ToySets.Spirals(4, 0, Seed, turns: -1));
        Check("ToySets.Linear: expected 1 to 1000 weights", () => ToySets.Linear(4, [], 0, 0, Seed));
        Check("ToySets.Quadrants: count is 100000000", () => ToySets.Quadrants(100_000_000, 0, Seed));

        static void Check(string says, Func<object> make) =>
            Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
    }

    private static double Radius(LabelledPoints points, int i) => Math.Sqrt(Math.Pow(points.Row(i)[0], 2) + Math.Pow(points.Row(i)[1], 2));
}
