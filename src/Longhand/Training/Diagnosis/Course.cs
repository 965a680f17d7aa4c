namespace Longhand.Training;

/// <summary>
/// How a training went, in the few numbers that several rules ask for: smoothed losses at both ends, how far the weights moved, how large
/// the largest steps were.
/// </summary>
internal sealed class Course
{
    // Below this a curve has no shape.
    private const int FewestSteps = 30;

    private readonly double[] _losses;

    public Course(TrainingRecord record)
    {
        Record = record;
        _losses = [.. record.Steps.Select(s => s.Loss).Where(double.IsFinite)];
        Snapshots = [.. record.Snapshots.Where(s => s.Weights.All(w => double.IsFinite(w.Gradient + w.Update + w.Weight)))];
        First = _losses.Length > 0 ? _losses[0] : double.NaN;
        Scale = record.Guessing is > 0 and var guessing ? guessing : First;
        Steps = record.Steps.Count > 0 ? record.Steps[^1].Step : 0;
    }

    public TrainingRecord Record { get; }

    /// <summary>Those whose numbers are all finite.</summary>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <summary>Steps done.</summary>
    public int Steps { get; }

    /// <summary>The loss before the first step.</summary>
    public double First { get; }

    /// <summary>What a loss is measured against: that of knowing nothing, or the first one where nobody can say.</summary>
    public double Scale { get; }

    public bool HasShape => _losses.Length >= FewestSteps;

    /// <summary>The mean loss of the last tenth of the steps.</summary>
    public double Late => Mean(0.9, 1);

    /// <summary>The mean loss between two moments, as shares of all steps.</summary>
    public double Mean(double from, double to)
    {
        if (_losses.Length == 0) return double.NaN;
        int i = Math.Min((int)(from * _losses.Length), _losses.Length - 1), j = Math.Max(i + 1, (int)(to * _losses.Length));
        return _losses.AsSpan(i, j - i).ToArray().Average();
    }

    /// <summary>
    /// How far the steps moved a typical matrix in all, in units of its size and as if they had all gone the same way: so an upper bound.
    /// </summary>
    public double Moved
    {
        get
        {
            // Each snapshot stands for the steps up to the next one.
            var sums = new Dictionary<string, double>();
            for (int i = 0; i < Snapshots.Count; i++)
            {
                int until = i + 1 < Snapshots.Count ? Snapshots[i + 1].Step : Steps + 1;
                foreach (WeightRecord w in Snapshots[i].Weights)
                    sums[w.Layer] = sums.GetValueOrDefault(w.Layer) + (w.UpdateShare * Math.Max(0, until - Snapshots[i].Step));
            }
            return Median(sums.Values);
        }
    }

    /// <summary>How far a step moved the typical matrix, as a share of its size.</summary>
    public static double TypicalShare(Snapshot snapshot) => Median(snapshot.Weights.Select(w => w.UpdateShare));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
