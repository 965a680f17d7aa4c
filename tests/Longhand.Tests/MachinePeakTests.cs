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
    }
}
