namespace Longhand.ByHand;

/// <summary>
/// Solves A·X = B for a symmetric, positive definite A, such as that of normal equations, by Cholesky's factors (published 1924):
/// A = L·Lᵀ with L lower triangular, then L·Z = B from the top down and Lᵀ·X = Z from the bottom up. Stable without exchanging rows,
/// because no element of L can grow beyond √(largest of A).
/// <para>Left out: other matrices; and least squares on X itself by QR, which loses half as many digits when columns are nearly dependent.</para>
/// </summary>
public static class Cholesky
{
    // A pivot this much smaller than its diagonal element is what rounding leaves of an exact zero.
    private const double Negligible = 1e-13;

    /// <exception cref="ArgumentException">A is not positive definite, to working precision.</exception>
    public static Matrix Solve(Matrix a, Matrix b)
    {
        Matrix l = Factor(a), x = b.Copy();
        for (int column = 0; column < b.Columns; column++)
        {
            for (int i = 0; i < a.Rows; i++)
            {
                for (int k = 0; k < i; k++) x[i, column] -= l[i, k] * x[k, column];
                x[i, column] /= l[i, i];
            }
            for (int i = a.Rows - 1; i >= 0; i--)
            {
                for (int k = i + 1; k < a.Rows; k++) x[i, column] -= l[k, i] * x[k, column];
                x[i, column] /= l[i, i];
            }
        }
        return x;
    }

    /// <summary>
    /// L, row by row, from comparing both sides of A = L·Lᵀ at (i, j), j ≤ i: aᵢⱼ = Σₖ lᵢₖ·lⱼₖ over k ≤ j, where only lᵢⱼ is new.
    /// </summary>
    public static Matrix Factor(Matrix a)
    {
        if (a.Rows != a.Columns) throw new ArgumentException($"Cholesky: {a.Size} is not square.");
        var l = new Matrix(a.Rows, a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = a[i, j];
                for (int k = 0; k < j; k++) rest -= l[i, k] * l[j, k];
                if (j < i) l[i, j] = rest / l[j, j];
                else if (rest > Negligible * a[i, i]) l[i, i] = Math.Sqrt(rest);
                else throw new ArgumentException(
                    $"Cholesky: row {i} depends on the rows above it, so there is no single solution. "
                    + "Hint: leave out a feature that others determine, or add an L2 penalty.");
            }
        }
        return l;
    }
}
