using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// A random matrix Q with QᵀQ = I, by the method of Gram and Schmidt: each row, drawn at random, loses what it shares with the rows before
/// it, and is scaled to length 1. It turns vectors without changing their lengths, so all its singular values are 1: a recurrent
/// weight that starts this way neither shrinks nor stretches a state, or the gradient on its way back (Saxe, McClelland and Ganguli, 2014).
/// </summary>
public static class Orthogonal
{
    /// <returns>(size, size).</returns>
    public static Matrix Of(int size, Rng rng)
    {
        Matrix q = Matrix.Normal(size, size, rng);
        for (int i = 0; i < size; i++)
        {
            Span<double> row = q.Row(i);
            // Twice: the first time leaves rounding errors in proportion to what was taken away; after the second nothing of them is left.
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<double> other = q.Row(j);
                    double shared = Dot(row, other);
                    for (int k = 0; k < size; k++) row[k] -= shared * other[k];
                }
            }
            double length = Math.Sqrt(Dot(row, row));
            for (int k = 0; k < size; k++) row[k] /= length;
        }
        return q;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }
}
