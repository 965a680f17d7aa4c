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
/// A part is worked through in a few pieces, and a thread that is done takes pieces of the others' parts: cores are rarely
/// equally fast, on a shared machine least of all. A thread begins with the same part in every call, so what one kernel wrote
/// is still in its core's cache when the next one reads it.
/// </para>
/// <para>
/// The helpers are background threads shared by all instances in the process (a second backend does not double them),
/// started when first needed. Between calls they look for work for a moment, so that the many short kernels of a training step
/// reach them in about a microsecond, and then sleep. A caller that is done computes what no helper has begun, so a
/// helper that is slow to wake, or has no core to run on, delays nobody. There is no queue: one call at a time has the
/// helpers, and a call that finds them taken, nested or from another thread, computes its pieces itself. What the pieces are
/// depends on the sizes alone, never on who computes them. A call allocates nothing.
/// </para>
/// </summary>
internal sealed class Workers
{
    private const int MostThreads = 256, PiecesOfAPart = 4;

    /// <summary>How many numbers lie between two counters, so that no two share a cache line.</summary>
    private const int Apart = 32;

    /// <summary>For each part, which of its pieces is the next that nobody has begun.</summary>
    private static readonly int[] s_next = new int[MostThreads * Apart];
    private static Helper[] s_helpers = [];
    private static int s_taken;
    private static int s_unfinished;
    private static ExceptionDispatchInfo? s_failure;
    private static readonly Signal s_finished = new();

    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        Threads = threads;
    }

    public int Threads { get; }

    /// <summary>
    /// Runs <paramref name="job"/> over 0 … count − 1, cut into contiguous pieces for at most <see cref="Threads"/> threads, of at least
    /// <paramref name="minimum"/> indices each, and returns when all are done. An exception in a part is thrown here.
    /// </summary>
    public void For<TJob>(int count, int minimum, TJob job) where TJob : struct, IRangeJob
    {
        if (count <= 0) return;
        int most = count / Math.Max(minimum, 1), parts = Math.Min(Threads, most);
        if (parts <= 1)
        {
            job.Run(0, count);
            return;
        }
        int pieces = Math.Min(PiecesOfAPart, most / parts);
        if (Interlocked.CompareExchange(ref s_taken, 1, 0) == 0)
        {
            try
            {
                Share(count, parts, pieces, job);
            }
            finally
            {
                Volatile.Write(ref s_taken, 0);
            }
        }
        else
        {
            for (int piece = 0; piece < parts * pieces; piece++) RunPiece(job, count, parts * pieces, piece);
        }
    }

    private static void Share<TJob>(int count, int parts, int pieces, TJob job) where TJob : struct, IRangeJob
    {
        if (s_helpers.Length < parts - 1) Hire(parts - 1);
        for (int part = 0; part < parts; part++) s_next[part * Apart] = 0;

        // Nobody else can be using this box: there is one per job type and this call has the helpers.
        Shared<TJob> shared = Shared<TJob>.Instance;
        shared.Set(job, count, parts, pieces);
        s_unfinished = parts;
        for (int part = 1; part < parts; part++) s_helpers[part - 1].Offer(shared, part);

        shared.Work(0);

        // Now every piece is done or begun; helpers that have begun none need not.
        int idle = 1;
        for (int part = parts - 1; part > 0; part--)
        {
            if (s_helpers[part - 1].TakeBack()) idle++;
        }
        if (Interlocked.Add(ref s_unfinished, -idle) > 0) s_finished.Wait();

        shared.Set(default, 0, 0, 0); // or the box would keep the job's memory alive
        Interlocked.Exchange(ref s_failure, null)?.Throw();
    }

    private static void RunPiece<TJob>(TJob job, int count, int pieces, int piece) where TJob : struct, IRangeJob =>
        job.Run((int)((long)count * piece / pieces), (int)((long)count * (piece + 1) / pieces));

    private static void Hire(int count)
    {
        var helpers = new Helper[count];
        s_helpers.CopyTo(helpers, 0);
        for (int i = s_helpers.Length; i < count; i++) helpers[i] = new Helper(i + 1);
        s_helpers = helpers;
    }

    /// <summary>A job seen without its type, so that any helper can work on it.</summary>
    private abstract class Shared
    {
        protected int Parts, Pieces;

        /// <summary>All pieces of one part that nobody has begun, then those of the other parts.</summary>
        public void Work(int part)
        {
            for (int i = 0; i < Parts; i++, part = part + 1 < Parts ? part + 1 : 0)
            {
                ref int next = ref s_next[part * Apart];
                while (Volatile.Read(ref next) < Pieces && Interlocked.Increment(ref next) is var taken && taken <= Pieces)
                    Try((part * Pieces) + taken - 1);
            }
        }

        protected abstract void Run(int piece);

        private void Try(int piece)
        {
            try
            {
                Run(piece);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref s_failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }
    }

    private sealed class Shared<TJob> : Shared where TJob : struct, IRangeJob
    {
        public static readonly Shared<TJob> Instance = new();
        private TJob _job;
        private int _count;

        public void Set(TJob job, int count, int parts, int pieces) => (_job, _count, Parts, Pieces) = (job, count, parts, pieces);

        protected override void Run(int piece) => RunPiece(_job, _count, Parts * Pieces, piece);
    }

    /// <summary>A background thread that works on each call, unless the caller takes the offer back first.</summary>
    private sealed class Helper
    {
        private readonly Signal _offered = new();
        private Shared? _shared;
        private int _part;

        public Helper(int number) => new Thread(Work) { IsBackground = true, Name = $"Longhand worker {number}" }.Start();

        public void Offer(Shared shared, int part)
        {
            (_shared, _part) = (shared, part);
            _offered.Set();
        }

        /// <summary>False if the helper has begun.</summary>
        public bool TakeBack() => _offered.TryTake();

        private void Work()
        {
            while (true)
            {
                _offered.Wait();
                _shared!.Work(_part);
                if (Interlocked.Decrement(ref s_unfinished) == 0) s_finished.Set();
            }
        }
    }

    /// <summary>
    /// Set by one thread and taken by exactly one other; taking is atomic, so whoever takes it alone has what it stands for.
    /// The thread that waits spins first, then gives way to other threads between two looks (the one that it waits for may need this very
    /// core), and at last sleeps until the next setting.
    /// </summary>
    private sealed class Signal
    {
        private const int Unset = 0, IsSet = 1, Asleep = 2;
        private static readonly TimeSpan s_spinning = TimeSpan.FromMicroseconds(20), s_patience = TimeSpan.FromMicroseconds(100);
        private readonly AutoResetEvent _wake = new(false);
        private int _state;

        public void Set()
        {
            if (Interlocked.Exchange(ref _state, IsSet) == Asleep) _wake.Set();
        }

        public bool TryTake() => Interlocked.CompareExchange(ref _state, Unset, IsSet) == IsSet;

        public void Wait()
        {
            long start = Stopwatch.GetTimestamp();
            while (true)
            {
                if (Volatile.Read(ref _state) == IsSet && TryTake()) return;
                TimeSpan waited = Stopwatch.GetElapsedTime(start);
                if (waited < s_patience)
                {
                    if (waited < s_spinning) Thread.SpinWait(1);
                    else Thread.Yield();
                    continue;
                }

                // After waking, the signal may have been taken by another; then all begins anew.
                if (Interlocked.CompareExchange(ref _state, Asleep, Unset) == Unset) _wake.WaitOne();
                start = Stopwatch.GetTimestamp();
            }
        }
    }
}
