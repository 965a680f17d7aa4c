using System.Diagnostics;
using Longhand.Data;
using Longhand.Models;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// The work behind <see cref="Evaluation"/>, done in pieces, so that whoever waits for a long text can be told how far it is. The pieces
/// are cut by the clock and the batches are not, so the loss is the same however it was cut.
/// </summary>
internal sealed class EvaluationPass
{
    // Enough rows to keep the kernels busy; the result does not depend on it beyond the last bits of a batch's mean.
    private const int TokensAtOnce = 2048;

    /// <summary>How long a piece takes: often enough to look alive.</summary>
    private static readonly TimeSpan s_piece = TimeSpan.FromMilliseconds(300);

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly LanguageModel _model;
    private readonly EvaluationWindows _windows;
    private readonly int[] _inputs, _targets;
    private double _sum;
    private int _next;

    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public EvaluationPass(LanguageModel model, ReadOnlyMemory<int> tokens, int? windowsAtOnce = null)
    {
        _model = model;
        int context = model.Config.Context;
        _windows = new EvaluationWindows(tokens, windowsAtOnce ?? Math.Max(1, TokensAtOnce / context), context);
        _inputs = new int[_windows.Windows * _windows.Context];
        _targets = new int[_inputs.Length];
    }

    /// <summary>Predictions made so far.</summary>
    public int Done { get; private set; }

    /// <summary>Predictions to make.</summary>
    public int Total => _windows.Targets;

    public bool IsComplete => _next == _windows.Batches;

    /// <summary>The mean loss of the predictions made so far.</summary>
    public double Loss => _sum / Done;

    /// <summary>Seconds since it began.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>Does the next piece; true while there is more to do and <paramref name="stop"/> is not cancelled.</summary>
    public bool Advance(CancellationToken stop) => _model.AsConstants(() =>
    {
        long begun = Stopwatch.GetTimestamp();
        while (!IsComplete && !stop.IsCancellationRequested)
        {
            AddBatch();
            if (Stopwatch.GetElapsedTime(begun) >= s_piece) break;
        }
        return !IsComplete && !stop.IsCancellationRequested;
    });

    private void AddBatch()
    {
        int count = _windows.Fill(_next++, _inputs, _targets);
        Shape shape = (_windows.Windows, _windows.Context);
        using (Workspace.Begin())
        {
            Tensor mean = _model.Loss(new Indices(_inputs, shape), new Indices(_targets, shape), ignored: EvaluationWindows.Ignored);
            _sum += count * (double)mean.ToScalar();
        }
        Done += count;
    }
}
