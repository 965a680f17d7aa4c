using System.Numerics;
using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// A table of numbers in double precision, row by row, with the operators a formula on paper needs: Y = X·W + b is
/// <c>x * w + b</c>, dW = Xᵀ·dY is <c>x.T * dY</c>, A ⊙ B is <c>a.Hadamard(b)</c>. Operators return new matrices; only the indexer
/// and <see cref="Row"/> write into one.
/// <para>
/// A data set is one matrix: a row for each example, a column for each feature. In a sum, a difference or a Hadamard product the
/// right side may be a single row, which then meets every row of the left side (a bias), or a single column, which meets every
/// column (a mean of each row).
/// </para>
/// <para>
/// All of this folder follows one pattern. <c>Forward</c> returns a <c>Cache</c>: every value it computed, by the name it has on paper,
/// the result among them. <c>Backward</c> takes the cache and the gradient of the loss with respect to the result (dY), and returns
/// <c>Gradients</c>: one for the input (DX) and one for each parameter (DW, DB), each of the shape of what it belongs to. Nothing is
/// recorded and nothing is accumulated behind the scenes. Read in this order: Perceptron, LinearRegression, LogisticRegression,
/// SoftmaxRegression, Activation, Loss, Mlp, Penalty, Dropout, BatchNorm, LayerNorm, Linear, Softmax, Attention,
/// MultiHeadAttention, FeedForward, TransformerBlock; and, with memory: Orthogonal, RecurrentCell, RnnCell, ThroughTime, LstmCell, GruCell,
/// Bidirectional, Stacked, Alignment and its kinds, SkipGram.
/// </para>
/// <para>Left out: more than two axes, views that share memory, and speed; the tensor engine has those.</para>
/// </summary>
public sealed class Matrix
{
    private readonly double[] _values;

    /// <summary>All zeros.</summary>
    public Matrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (Rows, Columns) = (rows, columns);
        _values = new double[checked(rows * columns)];
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The numbers row by row.</summary>
    public ReadOnlySpan<double> Values => _values;

    public double this[int row, int column]
    {
        get => _values[Place(row, column)];
        set => _values[Place(row, column)] = value;
    }

    /// <summary>The transpose: rows become columns.</summary>
    public Matrix T
    {
        get
        {
            var result = new Matrix(Columns, Rows);
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++) result[j, i] = this[i, j];
            }
            return result;
        }
    }

    /// <summary>The matrix with these rows: <c>Matrix.From([[1, 2], [3, 4]])</c>.</summary>
    public static Matrix From(double[][] rows)
    {
        var result = new Matrix(rows.Length, rows.Length == 0 ? 0 : rows[0].Length);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != result.Columns)
                throw new ArgumentException($"Matrix: row {i} has {rows[i].Length} numbers, but row 0 has {result.Columns}.");
            rows[i].CopyTo(result.Row(i));
        }
        return result;
    }

    /// <summary>Numbers that lie row by row, as those of a data set do.</summary>
    public static Matrix From(ReadOnlySpan<float> values, int columns)
    {
        if (columns < 1 || values.Length % columns != 0)
            throw new ArgumentException($"Matrix: {values.Length} numbers do not make rows of {columns}.");
        var result = new Matrix(values.Length / columns, columns);
        for (int i = 0; i < values.Length; i++) result._values[i] = values[i];
        return result;
    }

    /// <summary>A single column.</summary>
    public static Matrix Column(ReadOnlySpan<double> values)
    {
        var result = new Matrix(values.Length, 1);
        values.CopyTo(result._values);
        return result;
    }

    /// <summary>A row for each label, with a 1 in the label's column and 0 elsewhere.</summary>
    public static Matrix OneHot(ReadOnlySpan<int> labels, int classes)
    {
        var result = new Matrix(labels.Length, classes);
        for (int i = 0; i < labels.Length; i++) result[i, labels[i]] = 1;
        return result;
    }

    /// <summary>Draws from the normal distribution with mean 0.</summary>
    public static Matrix Normal(int rows, int columns, Rng rng, double deviation = 1)
    {
        var result = new Matrix(rows, columns);
        for (int i = 0; i < result._values.Length; i++) result._values[i] = deviation * rng.Normal(i);
        return result;
    }

    /// <summary>The same number everywhere.</summary>
    public static Matrix Full(int rows, int columns, double value)
    {
        var result = new Matrix(rows, columns);
        result._values.AsSpan().Fill(value);
        return result;
    }

    /// <summary>
    /// The matrix product: (m, k)·(k, n) is (m, n), with Σₖ aᵢₖ·bₖⱼ at (i, j). Row i of the result is the sum of the rows of b, each
    /// times a number of row i of a; each of its elements adds up its k terms in order, however many are computed at once.
    /// </summary>
    public static Matrix operator *(Matrix a, Matrix b)
    {
        if (a.Columns != b.Rows)
            throw new ArgumentException($"Matrix product: {a.Size} · {b.Size}: inner sizes must agree ({a.Columns} ≠ {b.Rows}).");
        var result = new Matrix(a.Rows, b.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = 0; k < a.Columns; k++) AddScaled(result.Row(i), a[i, k], b.Row(k));
        }
        return result;
    }

    public static Matrix operator +(Matrix a, Matrix b) => Zip("sum", a, b, static (x, y) => x + y);

    public static Matrix operator -(Matrix a, Matrix b) => Zip("difference", a, b, static (x, y) => x - y);

    /// <summary>Y − T for answers Y and targets T, which must have the same size: repeated silently, a single column of T would be compared with all of Y's.</summary>
    internal static Matrix Errors(Matrix y, Matrix t) =>
        (y.Rows, y.Columns) == (t.Rows, t.Columns) ? y - t
            : throw new ArgumentException($"Targets: {t.Size} for answers of {y.Size}; there must be one for each. Hint: for classes, Matrix.OneHot.");

    public static Matrix operator -(Matrix a) => a.Map(static x => -x);

    public static Matrix operator *(double factor, Matrix a) => a.Map(x => factor * x);

    public static Matrix operator *(Matrix a, double factor) => factor * a;

    public static Matrix operator /(Matrix a, double divisor) => a.Map(x => x / divisor);

    /// <summary>A ⊙ B: the product element by element.</summary>
    public Matrix Hadamard(Matrix other) => Zip("Hadamard product", this, other, static (x, y) => x * y);

    /// <summary>The function of every element.</summary>
    public Matrix Map(Func<double, double> function)
    {
        var result = new Matrix(Rows, Columns);
        for (int i = 0; i < _values.Length; i++) result._values[i] = function(_values[i]);
        return result;
    }

    /// <summary>The sum of all elements.</summary>
    public double Sum()
    {
        double sum = 0;
        foreach (double x in _values) sum += x;
        return sum;
    }

    /// <summary>The sum of each column, a single row: what a bias receives from all rows it was added to.</summary>
    public Matrix SumDown()
    {
        var result = new Matrix(1, Columns);
        for (int i = 0; i < Rows; i++) AddScaled(result.Row(0), 1, Row(i));
        return result;
    }

    /// <summary>The sum of each row, a single column.</summary>
    public Matrix SumAcross()
    {
        var result = new Matrix(Rows, 1);
        for (int i = 0; i < Rows; i++)
        {
            foreach (double x in Row(i)) result[i, 0] += x;
        }
        return result;
    }

    /// <summary>The mean of each column, a single row.</summary>
    public Matrix MeanDown() => SumDown() / Rows;

    /// <summary>The mean of each row, a single column.</summary>
    public Matrix MeanAcross() => SumAcross() / Columns;

    /// <summary>One row, to read or to write.</summary>
    public Span<double> Row(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>These rows in this order, copied: a mini-batch.</summary>
    public Matrix SelectRows(ReadOnlySpan<int> rows)
    {
        var result = new Matrix(rows.Length, Columns);
        for (int i = 0; i < rows.Length; i++) Row(rows[i]).CopyTo(result.Row(i));
        return result;
    }

    /// <summary>Neighbouring columns, copied.</summary>
    public Matrix SelectColumns(int first, int count)
    {
        var result = new Matrix(Rows, count);
        for (int i = 0; i < Rows; i++) Row(i).Slice(first, count).CopyTo(result.Row(i));
        return result;
    }

    /// <summary>The matrices beside one another.</summary>
    public static Matrix SideBySide(params ReadOnlySpan<Matrix> parts)
    {
        int columns = 0, first = 0;
        foreach (Matrix part in parts) columns += part.Columns;
        var result = new Matrix(parts[0].Rows, columns);
        foreach (Matrix part in parts)
        {
            if (part.Rows != result.Rows) throw new ArgumentException($"Side by side: {parts[0].Size} and {part.Size} differ in their rows.");
            for (int i = 0; i < part.Rows; i++) part.Row(i).CopyTo(result.Row(i)[first..]);
            first += part.Columns;
        }
        return result;
    }

    public Matrix Copy() => Map(static x => x);

    internal string Size => $"({Rows}, {Columns})";

    private int Place(int row, int column) =>
        (uint)row < (uint)Rows && (uint)column < (uint)Columns ? (row * Columns) + column
            : throw new ArgumentOutOfRangeException(nameof(row), $"Matrix: ({row}, {column}) lies outside {Size}.");

    private static Matrix Zip(string operation, Matrix a, Matrix b, Func<double, double, double> function)
    {
        bool sameRow = b.Rows == 1, sameColumn = b.Columns == 1;
        if ((b.Rows != a.Rows && !sameRow) || (b.Columns != a.Columns && !sameColumn) || (b.Rows != a.Rows && b.Columns != a.Columns))
            throw new ArgumentException(
                $"Matrix {operation}: {a.Size} and {b.Size} must be equal, or the right side one row (1, {a.Columns}) or one column ({a.Rows}, 1).");
        var result = new Matrix(a.Rows, a.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            ReadOnlySpan<double> left = a.Row(i), right = b.Row(sameRow ? 0 : i);
            Span<double> sum = result.Row(i);
            for (int j = 0; j < sum.Length; j++) sum[j] = function(left[j], right[sameColumn ? 0 : j]);
        }
        return result;
    }

    // sum += factor·row, several columns at once. A multiplication and an addition, each rounded: the same bits for any width.
    private static void AddScaled(Span<double> sum, double factor, ReadOnlySpan<double> row)
    {
        int j = 0;
        for (; j + Vector<double>.Count <= sum.Length; j += Vector<double>.Count)
            (new Vector<double>(sum[j..]) + (factor * new Vector<double>(row[j..]))).CopyTo(sum[j..]);
        for (; j < sum.Length; j++) sum[j] += factor * row[j];
    }
}
