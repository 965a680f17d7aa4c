using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// The preconditions of operations in one place, so that every message has the same form:
/// the operation, the actual shapes, the rule broken, a hint.
/// </summary>
public static class Check
{
    /// <summary>Throws unless the two shapes are equal.</summary>
    public static void SameShape(string operation, Shape a, Shape b)
    {
        if (a != b) throw new ShapeException($"{operation}: {a} and {b} must be the same shape.");
    }

    /// <summary>Throws unless there is one target for each prediction, and at least one.</summary>
    public static void Targets(string operation, Shape predictions, Shape targets)
    {
        if (predictions != targets)
            throw new ShapeException($"{operation}: predictions {predictions} and targets {targets} must be the same shape."
                + (predictions.Length == targets.Length ? $" Hint: both have {targets.Length} numbers; give one of them the other's shape with Reshape." : ""));
        if (predictions.Length == 0) throw new ShapeException($"{operation}: {predictions} holds no predictions, so there is no mean.");
    }

    /// <summary>Throws unless x has at least this many axes.</summary>
    public static void RankAtLeast(string operation, Tensor x, int rank)
    {
        if (x.Shape.Rank < rank) throw new ShapeException($"{operation}: {x.Shape} has {x.Shape.Rank} axes; at least {rank} are needed.");
    }

    /// <summary>Throws unless the two inner sizes of a product agree.</summary>
    public static void InnerSizes(string operation, Shape a, Shape b, int left, int right)
    {
        if (left != right)
            throw new ShapeException($"{operation}: {a} · {b}: inner sizes must agree ({left} ≠ {right}). "
                + $"Hint: the left side gives {left} features; the right side must take {left}, for example Linear({left}, …).");
    }

    /// <summary>Throws if two of the axes are the same.</summary>
    public static void DistinctAxes(string operation, Shape shape, ReadOnlySpan<Index> axes)
    {
        Span<bool> named = stackalloc bool[Shape.MaximumRank];
        foreach (Index axis in axes)
        {
            ref bool seen = ref named[shape.Axis(axis)];
            if (seen) throw new ShapeException($"{operation}: axis {shape.Axis(axis)} of {shape} is named twice.");
            seen = true;
        }
    }

    /// <summary>Throws unless the parameter is a vector with one number per feature.</summary>
    public static void PerFeature(string operation, string name, Tensor parameter, int features)
    {
        if (parameter.Shape != (Shape)features)
            throw new ShapeException($"{operation}: {name} is {parameter.Shape} but must be ({features}): one number per feature.");
    }

    /// <summary>Throws unless both tensors live on the same backend, and returns it.</summary>
    public static IBackend SameBackend(string operation, Tensor a, Tensor b)
    {
        if (!ReferenceEquals(a.Backend, b.Backend))
            throw new InvalidOperationException($"{operation}: one side is on backend '{a.Backend.Name}' and the other on another "
                + $"'{b.Backend.Name}'. Hint: move one with To(backend); a model and its inputs must share one backend object.");
        return a.Backend;
    }

    /// <summary>Throws unless every index is in 0 … limit − 1 or equals <paramref name="ignored"/>; names the first offender.</summary>
    public static void IdsBelow(string operation, Indices ids, int limit, int? ignored = null)
    {
        ReadOnlySpan<int> values = ids.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)limit && values[i] != ignored)
                throw new ArgumentOutOfRangeException(
                    nameof(ids), FormattableString.Invariant($"{operation}: index {values[i]} at position {i} is outside 0 … {limit - 1}."));
        }
    }

    /// <summary>Throws unless 0 ≤ value &lt; 1.</summary>
    public static void Probability(string operation, string name, float value)
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{operation}: {name} is {value} but must be at least 0 and below 1."));
    }

    /// <summary>Throws unless there is a length for each sequence of the batch, each in 0 … steps.</summary>
    public static void Lengths(string operation, Indices lengths, int batch, int steps)
    {
        if (lengths.Shape != (Shape)batch)
            throw new ShapeException($"{operation}: lengths must be ({batch}), one for each sequence, but are {lengths.Shape}.");
        foreach (int length in lengths.Values)
        {
            if (length < 0 || length > steps)
                throw new ShapeException($"{operation}: a length of {length} does not lie in 0 … {steps}, the number of steps.");
        }
    }

    /// <summary>Throws unless the value is a share, all included.</summary>
    public static void Share(string operation, string name, float value)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{operation}: {name} is {value} but must be in 0 … 1."));
    }
}
