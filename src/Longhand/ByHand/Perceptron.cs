namespace Longhand.ByHand;

/// <summary>
/// Rosenblatt's perceptron (1958): which side of the line w·x + b = 0 is a point on? It answers +1 or −1, and learns from one point at a
/// time by the perceptron trick: leave the line alone while it is right, and pull it towards a point that it got wrong.
/// <para>
/// Left out: probabilities and a loss to differentiate (see <see cref="LogisticRegression"/>), and data that no line separates, where it
/// never comes to rest (see <see cref="Mlp"/>).
/// </para>
/// </summary>
public sealed class Perceptron(int features)
{
    /// <summary>w, at right angles to the line.</summary>
    public double[] Weights { get; } = new double[features];

    /// <summary>b: the weight of one more feature that is always 1. The bound below counts it as such.</summary>
    public double Bias { get; private set; }

    /// <summary>w·x + b: 0 on the line, positive on the side that w points to.</summary>
    public double Score(ReadOnlySpan<double> x)
    {
        double sum = Bias;
        for (int k = 0; k < Weights.Length; k++) sum += Weights[k] * x[k];
        return sum;
    }

    /// <summary>+1 or −1; a point on the line counts as −1.</summary>
    public int Predict(ReadOnlySpan<double> x) => Score(x) > 0 ? 1 : -1;

    /// <summary>
    /// The perceptron trick. If the label y, +1 or −1, disagrees with the score: w ← w + y·x, b ← b + y.
    /// Why it helps: the new score of x is (w + y·x)·x + b + y = old score + y·(‖x‖² + 1), so it moves towards the sign of y.
    /// </summary>
    /// <returns>Whether this was a mistake, so that the line moved. A point on the line is one.</returns>
    public bool Learn(ReadOnlySpan<double> x, int y)
    {
        if (y is not (1 or -1)) throw new ArgumentException($"Perceptron: a label is {y}, but must be 1 or -1.");
        if (x.Length != Weights.Length)
            throw new ArgumentException($"Perceptron: a point has {x.Length} features, but there are {Weights.Length} weights.");
        if (y * Score(x) > 0) return false;
        for (int k = 0; k < Weights.Length; k++) Weights[k] += y * x[k];
        Bias += y;
        return true;
    }

    /// <summary>Goes through the points again and again, until one pass makes no mistake or <paramref name="passes"/> are over.</summary>
    /// <returns>How many mistakes it made on the way, and whether the last pass made none.</returns>
    public (int Mistakes, bool Converged) Fit(Matrix x, ReadOnlySpan<int> labels, int passes)
    {
        CheckLabels(x, labels);
        int mistakes = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            int before = mistakes;
            for (int i = 0; i < x.Rows; i++) mistakes += Learn(x.Row(i), labels[i]) ? 1 : 0;
            if (mistakes == before) return (mistakes, true);
        }
        return (mistakes, false);
    }

    /// <summary>
    /// Novikoff's bound (1962): if some unit vector u separates the points with margin γ, so that y·(u·x) ≥ γ &gt; 0 for all of
    /// them, and all ‖x‖ ≤ R, then the perceptron makes at most (R/γ)² mistakes, in whatever order the points come and however often.
    /// <code>
    /// Count the bias as a weight: x gets one more feature, 1. Start from w = 0 and look at w after M mistakes.
    /// 1. Each mistake adds y·x, so u·w grows by y·(u·x) ≥ γ:                     u·w ≥ M·γ
    /// 2. Each mistake was one, y·(w·x) ≤ 0, so
    ///    ‖w + y·x‖² = ‖w‖² + 2·y·(w·x) + ‖x‖² ≤ ‖w‖² + R²:                       ‖w‖² ≤ M·R²
    /// 3. u is a unit vector, so u·w ≤ ‖w‖:                        M·γ ≤ √M·R,  that is  M ≤ (R/γ)²
    /// </code>
    /// </summary>
    /// <param name="x">The points.</param>
    /// <param name="labels">+1 or −1 for each.</param>
    /// <param name="weights">w of a separating line; it need not be of length 1.</param>
    /// <param name="bias">b of that line.</param>
    /// <returns>(R/γ)² for that line; infinity if it does not separate the points. The best line gives the smallest bound.</returns>
    public static double MistakeBound(Matrix x, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, double bias)
    {
        CheckLabels(x, labels);
        if (weights.Length != x.Columns)
            throw new ArgumentException($"Perceptron: the points have {x.Columns} features, but the line has {weights.Length} weights.");
        double largest = 0, margin = double.PositiveInfinity, length = bias * bias;
        foreach (double w in weights) length += w * w;
        for (int i = 0; i < x.Rows; i++)
        {
            double squared = 1, score = bias;
            for (int k = 0; k < x.Columns; k++)
            {
                squared += x[i, k] * x[i, k];
                score += weights[k] * x[i, k];
            }
            largest = Math.Max(largest, squared);
            margin = Math.Min(margin, labels[i] * score / Math.Sqrt(length));
        }
        return margin > 0 ? largest / (margin * margin) : double.PositiveInfinity;
    }

    private static void CheckLabels(Matrix x, ReadOnlySpan<int> labels)
    {
        if (labels.Length != x.Rows) throw new ArgumentException($"Perceptron: {x.Rows} points have {labels.Length} labels; each needs one.");
    }
}
