using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Scores to probabilities, row by row: pᵢ = e^(zᵢ) / Σⱼ e^(zⱼ), all positive, with sum 1.
/// <para>Left out: other axes, and temperature, which is a factor on z.</para>
/// </summary>
public static class Softmax
{
    /// <summary>
    /// Taking the same number off all z of a row changes nothing, for e^(z−m) = eᶻ/eᵐ and eᵐ cancels. With m the largest of them no
    /// exponential overflows, and one is e⁰ = 1, so the sum is not 0. A score of −∞ gets probability 0.
    /// </summary>
    public static Matrix Of(Matrix z)
    {
        var p = new Matrix(z.Rows, z.Columns);
        for (int i = 0; i < z.Rows; i++)
        {
            double largest = Largest(z.Row(i)), sum = 0;
            Span<double> row = p.Row(i);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = StableMath.Exp(z[i, j] - largest);
                sum += row[j];
            }
            foreach (ref double share in row) share /= sum;
        }
        return p;
    }

    /// <summary>
    /// <code>
    /// ∂pⱼ/∂zᵢ = pⱼ·(1 − pᵢ) for i = j  and  −pⱼ·pᵢ for i ≠ j:   each score raises its own probability and lowers all others
    /// dzᵢ = Σⱼ dpⱼ·∂pⱼ/∂zᵢ = pᵢ·dpᵢ − pᵢ·Σⱼ pⱼ·dpⱼ             so  dZ = P ⊙ (dP − Σ P ⊙ dP)   (the sum over each row)
    /// </code>
    /// </summary>
    public static Matrix Backward(Matrix p, Matrix dP) => p.Hadamard(dP - p.Hadamard(dP).SumAcross());

    /// <summary>ln Σⱼ e^(zⱼ) of each row, a single column, with the same precaution.</summary>
    public static Matrix LogSum(Matrix z)
    {
        var result = new Matrix(z.Rows, 1);
        for (int i = 0; i < z.Rows; i++)
        {
            double largest = Largest(z.Row(i)), sum = 0;
            foreach (double score in z.Row(i)) sum += StableMath.Exp(score - largest);
            result[i, 0] = largest + StableMath.Log(sum);
        }
        return result;
    }

    private static double Largest(ReadOnlySpan<double> row)
    {
        double largest = double.NegativeInfinity;
        foreach (double score in row) largest = Math.Max(largest, score);
        return largest;
    }
}
