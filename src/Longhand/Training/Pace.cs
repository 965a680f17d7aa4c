using System.Diagnostics;

namespace Longhand.Training;

/// <summary>How fast training steps go: a mean that follows the last ones, for an estimate of what is left.</summary>
internal sealed class Pace(long tokensPerStep)
{
    private long _begun;
    private int _steps;
    private double _recent;

    public double RecentTokensPerSecond => _recent == 0 ? 0 : tokensPerStep / _recent;

    public void Begin() => _begun = Stopwatch.GetTimestamp();

    /// <summary>Ends the step that began last, and returns the seconds it took.</summary>
    public double End()
    {
        double seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        _steps++;

        // The first steps include compiling the kernels, so the average forgets them quickly.
        _recent = _steps <= 2 ? seconds : (0.9 * _recent) + (0.1 * seconds);
        return seconds;
    }

    public double SecondsFor(int steps) => steps * _recent;
}
