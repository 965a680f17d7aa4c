using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Longhand.Backends.Cpu;

/// <summary>Work over a range of indices; a struct, so that running it in parallel needs no closure.</summary>
internal interface IRangeJob
{
    /// <summary>Handles the indices start … end − 1.</summary>
    void Run(int start, int end);
}

/// <summary>
/// Fork and join over a range: cuts it into equal contiguous parts, one per thread, and the caller computes the first.
/// <para>
/// The helpers are background threads shared by all instances in the process (a second backend does not double them),
/// started when first needed. Between calls they spin for a moment, so that the many short kernels of a training step
/// reach them in about a microsecond, and then sleep. There is no queue and no stealing: one call at a time has the
/// helpers, and a call that finds them taken, nested or from another thread, runs its parts itself. The parts never depend
/// on who runs them, only on the sizes. A call allocates nothing.
/// </para>
/// </summary>
internal sealed class Workers
{
    private static Helper[] s_helpers = [];
    private static int s_taken;
    private static int s_unfinished;
    private static ExceptionDispatchInfo? s_failure;
    private static readonly Gate s_finished = new();

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
        if (count <= 0) return;
        int parts = Math.Min(Threads, count / Math.Max(minimum, 1));
        if (parts <= 1)
        {
            job.Run(0, count);
        }
        else if (Interlocked.CompareExchange(ref s_taken, 1, 0) == 0)
        {
            try
            {
                Share(count, parts, job);
            }
            finally
            {
                Volatile.Write(ref s_taken, 0);
            }
        }
        else
        {
            for (int part = 0; part < parts; part++) RunPart(job, count, parts, part);
        }
    }

    private static void Share<TJob>(int count, int parts, TJob job) where TJob : struct, IRangeJob
    {
        if (s_helpers.Length < parts - 1) Hire(parts - 1);

        // Nobody else can be using this box: there is one per job type and this call has the helpers.
        Shared<TJob> shared = Shared<TJob>.Instance;
        shared.Set(job, count, parts);
        s_unfinished = parts - 1;
        TimeSpan patience = Patience(parts);
        for (int part = 1; part < parts; part++) s_helpers[part - 1].Begin(shared, part, patience);

        ExceptionDispatchInfo? failure = null;
        try
        {
            RunPart(job, count, parts, 0);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        s_finished.Wait(patience);
        shared.Set(default, 0, 0); // or the box would keep the job's arrays alive
        failure ??= s_failure;
        s_failure = null;
        failure?.Throw();
    }

    private static void RunPart<TJob>(TJob job, int count, int parts, int part) where TJob : struct, IRangeJob =>
        job.Run((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>How long to spin before sleeping: not at all worth it where the one we wait for needs our core.</summary>
    private static TimeSpan Patience(int parts) => TimeSpan.FromMicroseconds(parts > Environment.ProcessorCount ? 2 : 100);

    private static void Hire(int count)
    {
        var helpers = new Helper[count];
        s_helpers.CopyTo(helpers, 0);
        for (int i = s_helpers.Length; i < count; i++) helpers[i] = new Helper(i + 1);
        s_helpers = helpers;
    }

    /// <summary>A job seen without its type, so that any helper can run a part of it.</summary>
    private abstract class Shared
    {
        public abstract void Run(int part);
    }

    private sealed class Shared<TJob> : Shared where TJob : struct, IRangeJob
    {
        public static readonly Shared<TJob> Instance = new();
        private TJob _job;
        private int _count, _parts;

        public void Set(TJob job, int count, int parts) => (_job, _count, _parts) = (job, count, parts);

        public override void Run(int part) => RunPart(_job, _count, _parts, part);
    }

    /// <summary>One background thread: waits at its gate, runs one part, and the last to finish lets the caller go on.</summary>
    private sealed class Helper
    {
        private readonly Gate _gate = new();
        private Shared? _shared;
        private int _part;
        private TimeSpan _patience;

        public Helper(int number) => new Thread(Work) { IsBackground = true, Name = $"Longhand worker {number}" }.Start();

        public void Begin(Shared shared, int part, TimeSpan patience)
        {
            (_shared, _part, _patience) = (shared, part, patience);
            _gate.Open();
        }

        private void Work()
        {
            while (true)
            {
                _gate.Wait(_patience);
                try
                {
                    _shared!.Run(_part);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref s_failure, ExceptionDispatchInfo.Capture(e), null);
                }
                if (Interlocked.Decrement(ref s_unfinished) == 0) s_finished.Open();
            }
        }
    }

    /// <summary>Lets one waiting thread through per opening. Openings and passages alternate: whoever opens knows that the last was used.</summary>
    private sealed class Gate
    {
        private const int Closed = 0, Opened = 1, Asleep = 2;
        private readonly AutoResetEvent _wake = new(false);
        private int _state;

        public void Open()
        {
            if (Interlocked.Exchange(ref _state, Opened) == Asleep) _wake.Set();
        }

        public void Wait(TimeSpan patience)
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _state) != Opened)
            {
                Thread.SpinWait(1);
                if (Stopwatch.GetElapsedTime(start) < patience) continue;
                if (Interlocked.CompareExchange(ref _state, Asleep, Closed) == Closed) _wake.WaitOne();
                break;
            }
            Volatile.Write(ref _state, Closed);
        }
    }
}
