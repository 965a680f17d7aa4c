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

    public Tensor Mean(ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        int count = Count("Mean", axes);
        return Sum(axes, keepAxes) / count;
    }

    /// <summary>The variance of all elements, a scalar. It takes no correction, which a call with an axis would be mistaken for.</summary>
    public Tensor Variance() => Reshape(Shape.Length).Variance([0]);

    public Tensor Variance(Index axis, bool keepAxes = false, int correction = 0) => Variance([axis], keepAxes, correction);

    public Tensor Variance(ReadOnlySpan<Index> axes, bool keepAxes = false, int correction = 0)
    {
        int count = Count("Variance", axes), degrees = count - correction;
        if (degrees <= 0) throw new ShapeException($"Variance: {count} numbers with correction {correction} leave no degree of freedom in {Shape}.");
        Tensor deviation = this - Mean(axes, keepAxes: true);
        return (deviation * deviation).Sum(axes, keepAxes) / degrees;
    }

    private int Count(string operation, ReadOnlySpan<Index> axes)
    {
        Check.DistinctAxes(operation, Shape, axes);
        int count = 1;
        foreach (Index axis in axes) count *= Shape[axis];
        return count;
    }
}
