using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// Measures one layer's output: its size, its spread over the examples, and how many units are dead or saturated. It reads a sample of
/// rows, evenly spread over the batch, so it costs the same however large the batch is. All sums are in double precision and in one
/// order, so that a log has the same bytes on every machine.
/// </summary>
internal sealed class ActivationMeasure
{
    // Enough that a unit which is active for one example in fifty is not taken for dead (0.98^128 = 8%).
    private const int Rows = 128, FewRows = 16;

    // Below this a GELU's slope is below a hundredth or its input is just 0; it is dead if it never leaves there.
    private const float Silent = 1e-3f;

    // Where a tanh's slope is 1 − 0.97² ≈ 6% of its steepest; for a sigmoid, the same distance from its ends.
    private const float Flat = 0.97f;

    private float[] _values = [];
    private double[] _sums = [], _squares = [];
    private bool[] _alive = [];

    /// <summary>Null for an output without numbers.</summary>
    public ActivationRecord? Measure(string layer, Tensor y, ActivationKind kind)
    {
        if (y.Shape.Length == 0 || y.Shape.Rank == 0) return null;
        int units = y.Shape[^1], rows = Sample(y, units);
        Span<double> sums = _sums.AsSpan(0, units), squares = _squares.AsSpan(0, units);
        Span<bool> alive = _alive.AsSpan(0, units);
        sums.Clear();
        squares.Clear();
        alive.Clear();
        int flat = 0;
        float silent = kind == ActivationKind.Gelu ? Silent : 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = _values.AsSpan(row * units, units);
            for (int i = 0; i < values.Length && i < sums.Length && i < squares.Length && i < alive.Length; i++)
            {
                double value = values[i];
                sums[i] += value;
                squares[i] += value * value;
                alive[i] |= Math.Abs(values[i]) > silent;
            }
            flat += Saturated(values, kind);
        }
        double size = 0, spread = 0;
        int dead = 0;
        for (int i = 0; i < units; i++)
        {
            size += squares[i];
            spread += Math.Max(0, squares[i] - (sums[i] * sums[i] / rows));
            if (!alive[i]) dead++;
        }
        double count = (double)rows * units;
        bool canDie = kind is ActivationKind.Relu or ActivationKind.Gelu;
        return new ActivationRecord(
            layer, kind, Math.Sqrt(size / count), Math.Sqrt(spread / count), Variety(rows, units), canDie ? (double)dead / units : 0, flat / count);
    }

    // Of a few rows: whether all units say the same shows in any of them.
    private double Variety(int rows, int units)
    {
        double variety = 0;
        rows = Math.Min(rows, FewRows);
        for (int row = 0; row < rows; row++)
        {
            double sum = 0, squares = 0;
            foreach (float value in _values.AsSpan(row * units, units))
            {
                sum += value;
                squares += (double)value * value;
            }
            variety += Math.Max(0, squares - (sum * sum / units));
        }
        return Math.Sqrt(variety / ((double)rows * units));
    }

    private int Sample(Tensor y, int units)
    {
        int all = y.Shape.Length / units, rows = Math.Min(all, Rows);
        int[] ids = new int[rows];
        for (int i = 0; i < rows; i++) ids[i] = (int)((long)i * all / rows);
        Tensor sample = y.Detach().Reshape((all, units));
        if (rows < all) sample = sample.GatherRows(new Indices(ids));
        if (_values.Length < rows * units) _values = new float[rows * units];
        if (_sums.Length < units) (_sums, _squares, _alive) = (new double[units], new double[units], new bool[units]);
        sample.Read(_values.AsSpan(0, rows * units));
        return rows;
    }

    private static int Saturated(ReadOnlySpan<float> values, ActivationKind kind)
    {
        int count = 0;
        if (kind == ActivationKind.Tanh)
        {
            foreach (float value in values) count += Math.Abs(value) > Flat ? 1 : 0;
        }
        else if (kind == ActivationKind.Sigmoid)
        {
            // σ(x) = (tanh(x/2) + 1) / 2
            foreach (float value in values) count += Math.Abs((2 * value) - 1) > Flat ? 1 : 0;
        }
        return count;
    }
}
