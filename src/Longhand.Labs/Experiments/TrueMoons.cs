using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The best possible judge of <see cref="ToySets.Moons"/> with noise, by Bayes: a point x is of the class with the greater density there,
/// and a class's density is the mean over its curve of exp(−|x − c(t)|² / 2σ²), since the noise is normal. No classifier has a lower
/// expected loss, whatever it learned from.
/// </summary>
internal static class TrueMoons
{
    private const int Places = 200;

    /// <summary>The loss in nats and the share of points whose likelier class is theirs.</summary>
    public static (double Loss, double Accuracy) Measure(LabelledPoints points, double noise)
    {
        double loss = 0;
        int right = 0;
        for (int i = 0; i < points.Count; i++)
        {
            double p = Lower(points.Row(i)[0], points.Row(i)[1], noise), own = points.Labels[i] == 1 ? p : 1 - p;
            loss -= StableMath.Log(Math.Max(own, 1e-300));
            right += own > 0.5 ? 1 : 0;
        }
        return (loss / points.Count, (double)right / points.Count);
    }

    public static Regions Regions(PlaneGrid grid, LabelledPoints points, double noise, string[] names)
    {
        double[] p = [.. Enumerable.Range(0, grid.Count).Select(i => Lower(grid.Centres[2 * i], grid.Centres[(2 * i) + 1], noise))];
        return new Regions
        {
            About = "The regions of the best possible judge",
            Grid = grid,
            Classes = Array.ConvertAll(p, v => v > 0.5 ? 1 : 0),
            Certainty = Array.ConvertAll(p, v => (float)Math.Abs((2 * v) - 1)),
            Points = points.X,
            Labels = points.Labels,
            ClassNames = names,
            Width = 440,
        };
    }

    /// <summary>The probability that a point at (x, y) is of the lower moon, class 1.</summary>
    internal static double Lower(double x, double y, double noise)
    {
        // Far from both moons every term would vanish; the nearest place's exponent is taken out of all of them.
        Span<double> upper = stackalloc double[Places], lower = stackalloc double[Places];
        double nearest = double.PositiveInfinity;
        for (int i = 0; i < Places; i++)
        {
            double t = Math.PI * i / (Places - 1), cos = StableMath.Cos(t), sin = StableMath.Sin(t);
            upper[i] = Square(x - cos) + Square(y - sin);
            lower[i] = Square(x - 1 + cos) + Square(y - 0.5 + sin);
            nearest = Math.Min(nearest, Math.Min(upper[i], lower[i]));
        }
        double sumUpper = 0, sumLower = 0;
        for (int i = 0; i < Places; i++)
        {
            sumUpper += StableMath.Exp((nearest - upper[i]) / (2 * noise * noise));
            sumLower += StableMath.Exp((nearest - lower[i]) / (2 * noise * noise));
        }
        return sumLower / (sumUpper + sumLower);
    }

    private static double Square(double v) => v * v;
}
