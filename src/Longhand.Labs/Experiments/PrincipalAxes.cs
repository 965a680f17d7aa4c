using Longhand.Pictures;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The plane in which points of many dimensions lie furthest apart (Pearson, 1901): the two eigenvectors of their covariance with the largest
/// eigenvalues, by power iteration. A vector multiplied by the covariance again and again turns towards the first; with that
/// direction taken out of the covariance, towards the second.
/// </summary>
internal static class PrincipalAxes
{
    private const int Rounds = 300;

    /// <summary>Each row's place in that plane, and the share of all variance that each of the two axes carries.</summary>
    public static (Point[] Places, double First, double Second) Of(IReadOnlyList<double[]> rows)
    {
        int n = rows.Count, d = rows[0].Length;
        double[] mean = new double[d];
        foreach (double[] row in rows)
        {
            for (int j = 0; j < d; j++) mean[j] += row[j] / n;
        }
        double[][] centred = [.. rows.Select(row => row.Zip(mean, (x, m) => x - m).ToArray())];
        double[][] covariance = [.. Enumerable.Range(0, d).Select(a => Enumerable.Range(0, d).Select(b => centred.Sum(x => x[a] * x[b]) / n).ToArray())];
        double total = Math.Max(Enumerable.Range(0, d).Sum(a => covariance[a][a]), double.Epsilon);

        (double[] first, double variance1) = Largest(covariance);
        for (int a = 0; a < d; a++)
        {
            for (int b = 0; b < d; b++) covariance[a][b] -= variance1 * first[a] * first[b];
        }
        (double[] second, double variance2) = Largest(covariance);
        return ([.. centred.Select(x => new Point(Dot(x, first), Dot(x, second)))], variance1 / total, variance2 / total);
    }

    private static (double[] Axis, double Variance) Largest(double[][] covariance)
    {
        int d = covariance.Length;
        // Any start will do that is not at a right angle to the axis; unequal numbers hardly ever are.
        double[] v = [.. Enumerable.Range(0, d).Select(i => 1.0 / (i + 1.5))];
        double variance = 0;
        for (int round = 0; round < Rounds; round++)
        {
            double[] w = [.. covariance.Select(row => Dot(row, v))];
            variance = Math.Sqrt(Dot(w, w));
            if (variance < 1e-12) return (new double[d], 0);
            v = [.. w.Select(x => x / variance)];
        }
        // The sign is free: the same picture each time.
        return v[Array.FindIndex(v, x => Math.Abs(x) == v.Max(Math.Abs))] < 0 ? ([.. v.Select(x => -x)], variance) : (v, variance);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
