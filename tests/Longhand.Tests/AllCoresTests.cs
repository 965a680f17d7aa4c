using Longhand.Labs.Experiments;

namespace Longhand.Tests;

public sealed class AllCoresTests
{
    [Fact]
    public void Every_piece_is_done_once()
    {
        int[] done = new int[100];
        AllCores.For(done.Length, i => Interlocked.Increment(ref done[i]), CancellationToken.None);
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_went_wrong_arrives_as_it_was_thrown()
    {
        var thrown = new InvalidDataException("piece 3");
        var problem = Assert.Throws<InvalidDataException>(() => AllCores.For(4, i => { if (i == 3) Fail(); }, CancellationToken.None));
        Assert.Same(thrown, problem);
        Assert.Contains(nameof(Fail), problem.StackTrace, StringComparison.Ordinal);

        void Fail() => throw thrown;
    }

    [Fact]
    public void A_piece_that_was_stopped_does_not_hide_what_went_wrong_in_another()
    {
        // The first piece waits for the second to fail, where there are two cores; with one, the second is never begun.
        using var failed = new ManualResetEventSlim();
        void Work(int piece)
        {
            if (piece == 0)
            {
                if (Environment.ProcessorCount > 1) failed.Wait(TimeSpan.FromSeconds(60));
                throw new OperationCanceledException();
            }
            failed.Set();
            throw new InvalidDataException();
        }
        if (Environment.ProcessorCount > 1) Assert.Throws<InvalidDataException>(() => AllCores.For(2, Work, CancellationToken.None));
        else Assert.Throws<OperationCanceledException>(() => AllCores.For(2, Work, CancellationToken.None));
    }

    [Fact]
    public void Nothing_begins_after_a_stop()
    {
        using var stop = new CancellationTokenSource();
        int begun = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => AllCores.For(
            1000,
            _ =>
            {
                // The newest listener hears first, so the loop, which listened before, hears of it after all this.
                if (Interlocked.Increment(ref begun) == 1) stop.Token.Register(() => Thread.Sleep(50));
                stop.Cancel();
            },
            stop.Token));
        Assert.InRange(begun, 1, Environment.ProcessorCount);
    }
}
