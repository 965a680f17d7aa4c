using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// Learning rates by step: pure functions from a step, counted from 0, to the rate that step uses, so a resumed run needs no
/// state. They compose as functions do. The same bits on every machine.
/// </summary>
public static class Schedule
{
    /// <summary>The same rate for ever.</summary>
    public static Func<long, double> Constant(double rate)
    {
        Setting.NotNegative(nameof(Constant), nameof(rate), rate);
        return _ => rate;
    }

    /// <summary>
    /// A straight line from <paramref name="first"/> at step 0 to <paramref name="last"/> at step <paramref name="steps"/>, then flat.
    /// </summary>
    public static Func<long, double> Linear(double first, double last, long steps)
    {
        Setting.NotNegative(nameof(Linear), nameof(first), first);
        Setting.NotNegative(nameof(Linear), nameof(last), last);
        Setting.AtLeast(nameof(Linear), nameof(steps), steps, 1);
        return step => step >= steps ? last : first + ((last - first) * step / steps);
    }

    /// <summary>rate·factor^⌊step / every⌋: flat, and multiplied every so many steps.</summary>
    public static Func<long, double> Stairs(double rate, long every, double factor)
    {
        Setting.NotNegative(nameof(Stairs), nameof(rate), rate);
        Setting.AtLeast(nameof(Stairs), nameof(every), every, 1);
        Setting.NotNegative(nameof(Stairs), nameof(factor), factor);
        return step => rate * StableMath.Power(factor, step / every);
    }

    /// <summary>
    /// Half a cosine from <paramref name="rate"/> at step 0 down to <paramref name="lowest"/> at step <paramref name="steps"/>, then flat:
    /// lowest + (rate − lowest)·(1 + cos(π·step / steps)) / 2 (Loshchilov and Hutter, SGDR, 2017, without the restarts).
    /// </summary>
    public static Func<long, double> Cosine(double rate, long steps, double lowest = 0)
    {
        Setting.NotNegative(nameof(Cosine), nameof(rate), rate);
        Setting.AtLeast(nameof(Cosine), nameof(steps), steps, 1);
        Setting.NotNegative(nameof(Cosine), nameof(lowest), lowest);
        return step => step >= steps ? lowest : HalfCosine(rate, lowest, (double)step / steps);
    }

    /// <summary>
    /// Rises evenly to the first rate of <paramref name="after"/> and goes on with it: after(0)·(step + 1) / (warmUp + 1), then
    /// after(step − warmUp). Adaptive optimizers need it: their first averages come from a handful of gradients.
    /// </summary>
    public static Func<long, double> WarmUp(long warmUp, Func<long, double> after)
    {
        Setting.AtLeast(nameof(WarmUp), nameof(warmUp), warmUp, 0);
        double target = after(0);
        return step => step < warmUp ? target * (step + 1) / (warmUp + 1) : after(step - warmUp);
    }

    /// <summary>
    /// Warm-up, then half a cosine that reaches <paramref name="lowest"/> at step <paramref name="steps"/>: the usual one for a GPT.
    /// </summary>
    public static Func<long, double> WarmUpCosine(double rate, long warmUp, long steps, double lowest = 0)
    {
        if (steps <= warmUp) throw Setting.Wrong(nameof(WarmUpCosine), nameof(warmUp), warmUp, $"below the number of steps, {steps}");
        return WarmUp(warmUp, Cosine(rate, steps - warmUp, lowest));
    }

    /// <summary>
    /// Half a cosine up from highest / startDivisor, then half a cosine down to highest / startDivisor / finalDivisor at the last of
    /// <paramref name="steps"/> steps (Smith and Topin, Super-Convergence, 2018).
    /// </summary>
    /// <param name="highest">The rate at the top, at step risingShare·steps − 1.</param>
    /// <param name="steps">How many steps the cycle has, 2 or more; flat afterwards.</param>
    /// <param name="risingShare">The share of them that rises, 0 ≤ share &lt; 1.</param>
    /// <param name="startDivisor">How far below the highest it starts.</param>
    /// <param name="finalDivisor">How far below the start it ends.</param>
    public static Func<long, double> OneCycle(
        double highest, long steps, double risingShare = 0.3, double startDivisor = 25, double finalDivisor = 1e4)
    {
        Setting.NotNegative(nameof(OneCycle), nameof(highest), highest);
        Setting.AtLeast(nameof(OneCycle), nameof(steps), steps, 2);
        Setting.Fraction(nameof(OneCycle), nameof(risingShare), risingShare);
        Setting.Positive(nameof(OneCycle), nameof(startDivisor), startDivisor);
        Setting.Positive(nameof(OneCycle), nameof(finalDivisor), finalDivisor);
        double first = highest / startDivisor, last = first / finalDivisor;
        double top = Math.Max(0, (risingShare * steps) - 1), end = steps - 1;
        return step => step >= end ? last
            : step < top ? HalfCosine(first, highest, step / top)
            : HalfCosine(highest, last, (step - top) / (end - top));
    }

    // From a at share 0 to b at share 1, level at both ends.
    private static double HalfCosine(double a, double b, double share) => b + ((a - b) * (1 + StableMath.Cos(Math.PI * share)) / 2);
}
