using Longhand.ByHand;
using Longhand.Data;
using Longhand.Pictures;

namespace Longhand.Labs.Experiments;

/// <summary>Pictures of what a model of two classes says in the plane, for the labs of models made by hand.</summary>
internal static class Planes
{
    /// <summary>Class 1 where the probability is at least ½, and the colour paler the nearer it is to that.</summary>
    /// <param name="about">For those who cannot see it.</param>
    /// <param name="grid">The part of the plane.</param>
    /// <param name="points">The points to draw.</param>
    /// <param name="probability">Of class 1, for each row (x₁, x₂).</param>
    /// <param name="xTitle">What is counted from left to right.</param>
    /// <param name="yTitle">What is counted upwards.</param>
    public static Regions Of(
        string about, PlaneGrid grid, LabelledPoints points, Func<Matrix, Matrix> probability, string xTitle = "x₁", string yTitle = "x₂")
    {
        double[] p = probability(Matrix.From(grid.Centres, columns: 2)).Values.ToArray();
        return new Regions
        {
            About = about,
            XTitle = xTitle,
            YTitle = yTitle,
            Grid = grid,
            Classes = Array.ConvertAll(p, v => v >= 0.5 ? 1 : 0),
            Certainty = Array.ConvertAll(p, v => (float)Math.Abs((2 * v) - 1)),
            Points = points.X,
            Labels = points.Labels,
        };
    }

    /// <summary>The part of the line w·x + b = 0 near a square; no points where it does not come near.</summary>
    public static Point[] Line(double[] w, double b, PlaneGrid grid)
    {
        double centreX = (grid.X.Low + grid.X.High) / 2, centreY = (grid.Y.Low + grid.Y.High) / 2, size = grid.X.High - grid.X.Low;
        double length = Math.Sqrt((w[0] * w[0]) + (w[1] * w[1])), distance = ((w[0] * centreX) + (w[1] * centreY) + b) / length;
        if (!(Math.Abs(distance) < size)) return [];
        (double footX, double footY) = (centreX - (distance * w[0] / length), centreY - (distance * w[1] / length));
        (double alongX, double alongY) = (-w[1] / length * size, w[0] / length * size);
        return [new Point(footX - alongX, footY - alongY), new Point(footX + alongX, footY + alongY)];
    }

    /// <summary>A ring around a place.</summary>
    public static Point[] Circle(double x, double y, double radius) =>
        [.. Enumerable.Range(0, 33).Select(i => Math.PI * i / 16).Select(a => new Point(x + (radius * Math.Cos(a)), y + (radius * Math.Sin(a))))];

    /// <summary>The share of rows whose class the probability names.</summary>
    public static double Accuracy(Matrix probability, int[] labels)
    {
        int right = 0;
        for (int i = 0; i < labels.Length; i++) right += (probability[i, 0] >= 0.5 ? 1 : 0) == labels[i] ? 1 : 0;
        return (double)right / labels.Length;
    }

    /// <summary>The labels as a column of targets.</summary>
    public static Matrix Targets(int[] labels) => Matrix.Column(Array.ConvertAll(labels, label => (double)label));

    /// <summary>Up to <paramref name="count"/> of the numbers 0 … last, dense at first and then ever sparser, with both ends.</summary>
    public static int[] Moments(int last, int count)
    {
        var moments = new SortedSet<int> { 0, last };
        for (int i = 1; i < count; i++) moments.Add((int)Math.Round(Math.Pow(last + 1.0, (double)i / (count - 1))) - 1);
        return [.. moments];
    }
}
