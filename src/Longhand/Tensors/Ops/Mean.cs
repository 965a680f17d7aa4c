namespace Longhand.Tensors;

/// <summary>
/// Mean and variance along axes, composed from the sum: mean = Σx / n, variance = Σ(x − mean)² / (n − correction).
/// A correction of 0 gives the variance of these numbers, 1 the unbiased estimate from a sample (Bessel).
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The mean of all elements, a scalar.</summary>
    public Tensor Mean() => Sum() / Shape.Length;

    public Tensor Mean(Index axis, bool keepAxes = false) => Mean([axis], keepAxes);

    public Tensor Mean(ReadOnlySpan<Index> axes, bool keepAxes = false) => Sum(axes, keepAxes) / Count(axes);

    /// <summary>The variance of all elements, a scalar.</summary>
    public Tensor Variance(int correction = 0) => Reshape(Shape.Length).Variance([0], keepAxes: false, correction);

    public Tensor Variance(Index axis, bool keepAxes = false, int correction = 0) => Variance([axis], keepAxes, correction);

    public Tensor Variance(ReadOnlySpan<Index> axes, bool keepAxes = false, int correction = 0)
    {
        int degrees = Count(axes) - correction;
        if (degrees <= 0) throw new ShapeException($"Variance: {Count(axes)} numbers with correction {correction} leave no degree of freedom in {Shape}.");
        Tensor deviation = this - Mean(axes, keepAxes: true);
        return (deviation * deviation).Sum(axes, keepAxes) / degrees;
    }

    private int Count(ReadOnlySpan<Index> axes)
    {
        int count = 1;
        foreach (Index axis in axes) count *= Shape[axis];
        return count;
    }
}
