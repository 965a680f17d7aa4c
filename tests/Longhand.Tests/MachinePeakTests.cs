using Longhand.Backends.Cpu;

namespace Longhand.Tests;

public sealed class MachinePeakTests
{
    [Fact]
    public void Measures_something_plausible()
    {
        MachinePeak peak = MachinePeak.Measure(threads: 2);
        Assert.InRange(peak.OneThread, 0.001, 2000);
        Assert.InRange(peak.AllThreads, 0.001, 4000);
        Assert.InRange(peak.ReadBandwidth, 0.1, 2000);
        Assert.InRange(MachinePeak.FusedMultiplyAdds(2, TimeSpan.Zero), 0.001, 4000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Refuses_numbers_of_threads_that_the_pool_has_not(int threads)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MachinePeak.Measure(threads));
        Assert.Throws<ArgumentOutOfRangeException>(() => MachinePeak.FusedMultiplyAdds(threads, TimeSpan.Zero));
    }
}
