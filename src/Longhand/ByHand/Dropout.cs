using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Leaves out a random share of a layer in each training step, so that no unit can rely on any other (Srivastava and others, 2014).
/// What stays is multiplied by 1/(1 − rate), so that the mean stays the same and nothing has to change in use ("inverted" dropout).
/// <code>
/// Forward:    Y = X ⊙ M,   each element of M is 0 with probability rate and 1/(1 − rate) otherwise
/// Backward:   dX = dY ⊙ M
/// </code>
/// </summary>
public sealed class Dropout
{
    /// <param name="rate">The probability that an element is left out, at least 0 and below 1.</param>
    public Dropout(double rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentException(FormattableString.Invariant($"Dropout: the rate is {rate} but must be at least 0 and below 1."));
        Rate = rate;
    }

    public double Rate { get; }

    /// <summary>The mask is null where nothing is dropped.</summary>
    public sealed record Cache(Matrix? Mask, Matrix Y);

    /// <param name="x">What to thin out.</param>
    /// <param name="rng">Where the draws come from; null in use: everything passes.</param>
    public Cache Forward(Matrix x, Rng? rng)
    {
        if (rng is not { } draws || Rate == 0) return new Cache(null, x);
        var mask = new Matrix(x.Rows, x.Columns);
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < x.Columns; j++) mask[i, j] = draws.UniformDouble((i * x.Columns) + j) < Rate ? 0 : 1 / (1 - Rate);
        }
        return new Cache(mask, x.Hadamard(mask));
    }

    public Matrix Backward(Cache cache, Matrix dY) => cache.Mask is null ? dY : dY.Hadamard(cache.Mask);
}
