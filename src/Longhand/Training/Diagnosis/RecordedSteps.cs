namespace Longhand.Training;

/// <summary>
/// Which steps of a run are looked into: all of the first few, where a bad start shows and passes quickly, then ever fewer, one in a
/// fortieth of the run and never more than one in eight; and the last. That is about 60 steps of a run of thousands, 45 of 300. A look
/// costs a tenth of a small model's step, so all of them together stay below two in a hundred. A function of the number of steps alone:
/// a resumed run looks into the same ones.
/// </summary>
public sealed class RecordedSteps
{
    private const int Shortest = 8, Count = 40;

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
