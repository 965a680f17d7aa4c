namespace Longhand.ByHand;

/// <summary>
/// A line, or a plane, through points: Y = X·W + b with the least squares of the errors (Legendre, 1805), by two roads: gradient
/// descent, which walks down the loss, and the closed form, which jumps to where the slope is zero.
/// <para>
/// Shapes: X is (n, in), W (in, out), b (1, out), Y and the targets T (n, out). The loss is L = 1/(2n)·Σ(Y − T)²; the ½ is there so that
/// the derivative has no 2. A <see cref="ByHand.Penalty"/> on W, if any, is added.
/// </para>
/// <para>Left out: a closed form with an L1 penalty, for there is none.</para>
/// </summary>
public sealed class LinearRegression(int inputs, int outputs = 1)
{
    /// <summary>The slopes, from 0.</summary>
    public Matrix W { get; set; } = new(inputs, outputs);

    /// <summary>The height at X = 0, from 0.</summary>
    public Matrix B { get; set; } = new(1, outputs);

    public Penalty Penalty { get; init; } = Penalty.None;

    /// <summary>What the backward pass needs.</summary>
    public sealed record Cache(Matrix X, Matrix Y);

    public sealed record Gradients(Matrix DX, Matrix DW, Matrix DB);

    public Cache Forward(Matrix x) => new(x, (x * W) + B);

    /// <summary>L, the penalty included.</summary>
    public double Loss(Cache cache, Matrix t)
    {
        Matrix error = Matrix.Errors(cache.Y, t);
        return (error.Hadamard(error).Sum() / (2 * t.Rows)) + Penalty.Of(W);
    }

    /// <summary>
    /// <code>
    /// ∂L/∂Yᵢⱼ = 1/n·(Yᵢⱼ − Tᵢⱼ)                        dY = (Y − T)/n
    /// Yᵢⱼ = Σₖ Xᵢₖ·Wₖⱼ + bⱼ
    /// Wₖⱼ touches column j of every row i, times Xᵢₖ:   dWₖⱼ = Σᵢ Xᵢₖ·dYᵢⱼ,  that is  dW = Xᵀ·dY
    /// bⱼ touches column j of every row, times 1:        dbⱼ = Σᵢ dYᵢⱼ
    /// Xᵢₖ touches all of row i, times Wₖⱼ:              dXᵢₖ = Σⱼ dYᵢⱼ·Wₖⱼ,  that is  dX = dY·Wᵀ
    /// </code>
    /// </summary>
    public Gradients Backward(Cache cache, Matrix t)
    {
        Matrix dY = Matrix.Errors(cache.Y, t) / t.Rows;
        return new Gradients(
            DX: dY * W.T,
            DW: (cache.X.T * dY) + Penalty.Gradient(W),
            DB: dY.SumDown());
    }

    /// <summary>One step of gradient descent: each parameter moves against its gradient.</summary>
    /// <returns>The loss before the step.</returns>
    public double Step(Matrix x, Matrix t, double learningRate)
    {
        Cache cache = Forward(x);
        double loss = Loss(cache, t);
        Gradients gradients = Backward(cache, t);
        W -= learningRate * gradients.DW;
        B -= learningRate * gradients.DB;
        return loss;
    }

    /// <summary>
    /// The closed form, by the normal equations.
    /// <code>
    /// ∂L/∂b = 0:  mean(X·W + b − T) = 0,                so  b = t̄ − x̄·W     (t̄, x̄: the means of the columns)
    /// Put that in, and X and T appear only as X̃ = X − x̄ and T̃ = T − t̄:
    /// ∂L/∂W = 1/n·X̃ᵀ·(X̃·W − T̃) + λ·W = 0,              so  (X̃ᵀX̃/n + λI)·W = X̃ᵀT̃/n     (λ: the L2 penalty)
    /// </code>
    /// Taking the means off first also makes the equations better conditioned.
    /// </summary>
    /// <exception cref="ArgumentException">The columns of X depend on one another, so that many W fit equally well; or there is an L1 penalty.</exception>
    public void Solve(Matrix x, Matrix t)
    {
        if (Penalty.L1 > 0) throw new ArgumentException(FormattableString.Invariant($"LinearRegression: an L1 penalty ({Penalty.L1}) has no closed form. Hint: use Step."));
        for (int k = 0; k < x.Columns && Penalty.L2 == 0; k++)
        {
            // Rounding in the mean could leave a constant column a tiny slope of its own to divide by.
            if (IsConstant(x, k)) throw new ArgumentException($"LinearRegression: feature {k} is the same in every row, just as the bias is. Hint: leave it out.");
        }
        Matrix centredX = x - x.MeanDown(), centredT = t - t.MeanDown();
        Matrix normal = centredX.T * centredX / x.Rows;
        for (int k = 0; k < normal.Rows; k++) normal[k, k] += Penalty.L2;
        W = Cholesky.Solve(normal, centredX.T * centredT / x.Rows);
        B = t.MeanDown() - (x.MeanDown() * W);
    }

    /// <summary>
    /// The matrix of second derivatives of L by the parameters (W above b) of one output: H = [X 1]ᵀ·[X 1]/n, plus the L2 penalty on
    /// the diagonal of W. It is the same everywhere, for the loss is a parabola. Gradient descent multiplies its distance from the
    /// bottom by I − η·H in each step, so it comes closer in every direction only if |1 − η·λ| &lt; 1 for every eigenvalue λ of H, that is if η &lt; 2/λmax.
    /// </summary>
    public Matrix Hessian(Matrix x)
    {
        Matrix withOnes = Matrix.SideBySide(x, Matrix.Full(x.Rows, 1, 1));
        Matrix result = withOnes.T * withOnes / x.Rows;
        for (int k = 0; k < x.Columns; k++) result[k, k] += Penalty.L2;
        return result;
    }

    private static bool IsConstant(Matrix x, int column)
    {
        for (int i = 1; i < x.Rows; i++)
        {
            if (x[i, column] != x[0, column]) return false;
        }
        return true;
    }
}
