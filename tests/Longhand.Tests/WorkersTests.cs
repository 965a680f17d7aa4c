using Longhand.Backends.Cpu;

namespace Longhand.Tests;

/// <summary>They run while no other test does, since one call at a time in the process has the helpers.</summary>
[Collection("alone")]
public sealed class WorkersTests
{
    private readonly struct Count(int[] visits) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) Interlocked.Increment(ref visits[i]);
        }
    }

    private readonly struct Parts(List<(int Start, int End)> parts) : IRangeJob
    {
        public void Run(int start, int end)
        {
            lock (parts) parts.Add((start, end));
        }
    }

    private readonly struct FailAt(int index) : IRangeJob
    {
        public void Run(int start, int end)
        {
            if (start <= index && index < end) throw new InvalidOperationException($"index {index}");
        }
    }

    private readonly struct Nested(Workers workers, int[] visits, int width) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) workers.For(width, 1, new Shifted(visits, i * width));
        }
    }

    private readonly struct Shifted(int[] visits, int offset) : IRangeJob
    {
        public void Run(int start, int end) => new Count(visits).Run(offset + start, offset + end);
    }

    private readonly struct Nothing : IRangeJob
    {
        public void Run(int start, int end) { }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_index_is_visited_once(int threads)
    {
        var workers = new Workers(threads);
        foreach (int count in new[] { 0, 1, 2, 3, 7, 64, 1001 })
        {
            var visits = new int[count];
            workers.For(count, 1, new Count(visits));
            Assert.All(visits, n => Assert.Equal(1, n));
        }
    }

    [Theory]
    [InlineData(4, 100, 1, 16)]
    [InlineData(4, 100, 12, 8)]
    [InlineData(4, 100, 25, 4)]
    [InlineData(4, 100, 50, 2)]
    [InlineData(4, 100, 51, 1)]
    [InlineData(4, 3, 1, 3)]
    [InlineData(4, 10, 0, 8)]
    public void Pieces_are_contiguous_and_not_smaller_than_the_minimum(int threads, int count, int minimum, int expected)
    {
        var parts = new List<(int Start, int End)>();
        new Workers(threads).For(count, minimum, new Parts(parts));
        parts.Sort();
        Assert.Equal(expected, parts.Count);
        Assert.Equal(0, parts[0].Start);
        Assert.Equal(count, parts[^1].End);
        for (int i = 1; i < parts.Count; i++) Assert.Equal(parts[i - 1].End, parts[i].Start);
        Assert.All(parts, p => Assert.True(p.End - p.Start >= minimum));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public void An_exception_in_a_part_reaches_the_caller_and_the_next_call_works(int index)
    {
        var workers = new Workers(2);
        var error = Assert.Throws<InvalidOperationException>(() => workers.For(100, 1, new FailAt(index)));
        Assert.Equal($"index {index}", error.Message);
        var visits = new int[100];
        workers.For(100, 1, new Count(visits));
        Assert.All(visits, n => Assert.Equal(1, n));
    }

    [Fact]
    public void A_nested_call_runs_inside_its_part()
    {
        var workers = new Workers(3);
        var visits = new int[50 * 40];
        workers.For(50, 1, new Nested(workers, visits, 40));
        Assert.All(visits, n => Assert.Equal(1, n));
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        var callers = new Thread[4];
        var wrong = 0;
        for (int c = 0; c < callers.Length; c++)
        {
            var workers = new Workers(2 + c % 2);
            callers[c] = new Thread(() =>
            {
                var visits = new int[97];
                for (int round = 1; round <= 300; round++)
                {
                    workers.For(visits.Length, 1, new Count(visits));
                    foreach (int n in visits)
                        if (n != round) Interlocked.Increment(ref wrong);
                }
            });
            callers[c].Start();
        }
        foreach (Thread caller in callers) caller.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_thread_that_is_done_takes_pieces_of_the_others()
    {
        // Whoever meets index 0 is held up until all others are done, so they cannot be the same thread's.
        using var rest = new CountdownEvent(7);
        new Workers(2).For(8, 1, new Waits(rest));
        Assert.True(rest.IsSet);
    }

    private readonly struct Waits(CountdownEvent rest) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                if (i > 0) rest.Signal();
                else Assert.True(rest.Wait(TimeSpan.FromSeconds(30)), "nobody else took the other pieces");
            }
        }
    }

    [Fact]
    public void Thousands_of_short_calls_lose_no_part()
    {
        var workers = new Workers(3);
        var visits = new int[3];
        for (int round = 1; round <= 20_000; round++)
        {
            workers.For(visits.Length, 1, new Count(visits));
            Assert.True(visits[0] == round && visits[1] == round && visits[2] == round, $"round {round}: {string.Join(", ", visits)}");
        }
    }

    [Fact]
    public void Sleeping_helpers_wake_up()
    {
        var workers = new Workers(2);
        var visits = new int[10];
        for (int round = 1; round <= 5; round++)
        {
            Thread.Sleep(5); // far longer than a helper spins
            workers.For(visits.Length, 1, new Count(visits));
            Assert.All(visits, n => Assert.Equal(round, n));
        }
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        var workers = new Workers(2);
        for (int i = 0; i < 100; i++) workers.For(100, 1, default(Nothing));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) workers.For(100, 1, default(Nothing));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void The_number_of_threads_is_checked(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Workers(threads));
}
