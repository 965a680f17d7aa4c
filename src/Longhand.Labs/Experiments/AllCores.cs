using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Pieces of work side by side, as many at a time as there are cores, begun in their order. What goes wrong in one arrives as it was
/// thrown, once those that have begun are over.
/// </summary>
internal static class AllCores
{
    /// <param name="count">How many pieces.</param>
    /// <param name="work">Does the piece of this number, from 0 on.</param>
    /// <param name="stop">No piece is begun after this is cancelled; those that have begun must end themselves.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static void For(int count, Action<int> work, CancellationToken stop)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop };
        void Begin(int piece)
        {
            // The loop hears of a cancellation a little later than the one who cancels; pieces can be short.
            stop.ThrowIfCancellationRequested();
            work(piece);
        }
        try
        {
            // One piece at a time to whoever is free; Parallel.For would hand out several together.
            Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, count), EnumerablePartitionerOptions.NoBuffering), options, Begin);
        }
        catch (AggregateException all)
        {
            // A piece that only stopped because it was asked to does not hide what went wrong in another.
            Exception first = all.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) ?? all.InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
