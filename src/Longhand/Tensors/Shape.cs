using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Longhand.Tensors;

/// <summary>
/// The sizes of a tensor's axes, outermost first. Made from a number or a tuple, <c>Tensor.Zeros((B, T, C))</c>, and taken
/// apart the same way, <c>var (B, T, C) = x.Shape;</c>, which throws when the rank is another.
/// At most 8 axes and 2³¹ − 1 elements; no axes at all is a scalar with one element.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    public const int MaximumRank = 8;

    private readonly int[]? _sizes;                      // null in default(Shape), which is a scalar
    private readonly int _length;

    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaximumRank) throw new ShapeException($"A tensor has at most {MaximumRank} axes, not {sizes.Length}.");
        long length = 1;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ShapeException($"An axis cannot have size {size.ToString(CultureInfo.InvariantCulture)}: sizes start at 0.");
            length *= size;
            if (length > int.MaxValue) throw new ShapeException($"A tensor {Format(sizes)} would have more than 2³¹ − 1 elements.");
        }
        _sizes = sizes.ToArray();
        _length = (int)length;
    }

    /// <summary>No axes, one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>How many axes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>How many elements: the product of the sizes, 1 for a scalar.</summary>
    public int Length => _sizes is null ? 1 : _length;

    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>The size of one axis; <c>shape[^1]</c> is the last.</summary>
    public int this[Index axis] => Sizes[Axis(axis)];

    /// <summary>The number of an axis counted from the front; throws when there is no such axis.</summary>
    public int Axis(Index axis)
    {
        int offset = axis.GetOffset(Rank);
        if (offset < 0 || offset >= Rank) throw new ShapeException($"Axis {axis} does not exist in {this}: it has {Rank} axes.");
        return offset;
    }

    /// <summary>The same sizes with one axis replaced.</summary>
    public Shape With(Index axis, int size)
    {
        int[] sizes = Sizes.ToArray();
        sizes[Axis(axis)] = size;
        return new Shape(sizes);
    }

    /// <summary>Row-major strides: how far apart neighbours along each axis lie.</summary>
    public int[] Strides()
    {
        int[] strides = new int[Rank];
        int stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Sizes[axis];
        }
        return strides;
    }

    /// <summary>
    /// The shape both sides stretch to in an element-wise operation: sizes are aligned at the last axis, and a size of 1
    /// (or a missing axis) repeats.
    /// </summary>
    public static Shape Broadcast(Shape a, Shape b, string operation)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> sizes = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Rank ? a[^i] : 1, right = i <= b.Rank ? b[^i] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ShapeException($"{operation}: {a} and {b} do not fit: axis ^{i} has size {left} on the left and {right} on the right. "
                    + "Sizes must be equal or 1, aligned at the last axis. Hint: Reshape one side so that equal axes line up.");
            sizes[^i] = left == 1 ? right : left;
        }
        return new Shape(sizes);
    }

    public static implicit operator Shape(int size) => new(size);
    public static implicit operator Shape((int, int) s) => new(s.Item1, s.Item2);
    public static implicit operator Shape((int, int, int) s) => new(s.Item1, s.Item2, s.Item3);
    public static implicit operator Shape((int, int, int, int) s) => new(s.Item1, s.Item2, s.Item3, s.Item4);
    public static implicit operator Shape((int, int, int, int, int) s) => new(s.Item1, s.Item2, s.Item3, s.Item4, s.Item5);
    public static implicit operator Shape((int, int, int, int, int, int) s) =>
        new(s.Item1, s.Item2, s.Item3, s.Item4, s.Item5, s.Item6);

    public void Deconstruct(out int a, out int b)
    {
        RequireRank(2);
        (a, b) = (Sizes[0], Sizes[1]);
    }

    public void Deconstruct(out int a, out int b, out int c)
    {
        RequireRank(3);
        (a, b, c) = (Sizes[0], Sizes[1], Sizes[2]);
    }

    public void Deconstruct(out int a, out int b, out int c, out int d)
    {
        RequireRank(4);
        (a, b, c, d) = (Sizes[0], Sizes[1], Sizes[2], Sizes[3]);
    }

    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>As one writes it: (2, 3); a scalar is ().</summary>
    public override string ToString() => Format(Sizes);

    private static string Format(ReadOnlySpan<int> sizes)
    {
        string[] parts = new string[sizes.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = sizes[i].ToString(CultureInfo.InvariantCulture);
        return $"({string.Join(", ", parts)})";
    }

    private void RequireRank(int rank)
    {
        if (Rank != rank) throw new ShapeException($"A shape with {rank} axes was expected, but this one is {this}.");
    }
}
