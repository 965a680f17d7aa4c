using System.Collections.Concurrent;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// One thread for all that is timed of ours. Between turns a benchmark waits, and goes on with whichever thread of the pool is free; there
/// the kernels would make their packing room anew, in memory that is in no cache, as no training does that stays on its thread.
/// </summary>
internal static class OwnThread
{
    private static readonly BlockingCollection<Action> s_work = Begin();

    /// <summary>Does the work there; the task has its result, or what it threw.</summary>
    public static Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception problem)
            {
                done.SetException(problem);
            }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (Action piece in work.GetConsumingEnumerable()) piece();
        })
        {
            IsBackground = true,
            Name = "benchmark",
        };
        thread.Start();
        return work;
    }
}
