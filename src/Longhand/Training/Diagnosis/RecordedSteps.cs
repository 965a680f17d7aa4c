namespace Longhand.Training;

/// <summary>
/// Which steps of a run are looked into: all of the first few, where a bad start shows and passes quickly, then ever fewer, and one in a
/// fortieth of the run (but never more than one in five) from there on; and the last. That is 60 to 80 steps of a run of a few thousand,
/// and up to about a third of a very short one. A function of the number of steps alone, so a resumed run looks into the same ones.
/// </summary>
public sealed class RecordedSteps
{
    private const int Shortest = 5, Count = 40;

    private readonly HashSet<int> _steps = [];

    /// <param name="steps">How many steps the run will have.</param>
    public RecordedSteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        int widest = Math.Max(Shortest, steps / Count);
        for (long step = 0; step < steps; step += Math.Clamp(step / 4, 1, widest)) _steps.Add((int)step);
        if (steps > 0) _steps.Add(steps - 1);
    }

    /// <summary>How many.</summary>
    public int Total => _steps.Count;

    /// <summary>Whether this step is one of them; steps count from 0 here, as a loop does.</summary>
    public bool Includes(int step) => _steps.Contains(step);
}
