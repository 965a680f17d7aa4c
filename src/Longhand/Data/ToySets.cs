using Longhand.Numerics;

namespace Longhand.Data;

/// <summary>
/// Small problems in the plane, made up on the spot, to watch a model learn: each has a shape that some models can separate
/// and others cannot. The formula gives a point without noise; every coordinate then gets its own normal draw with standard
/// deviation <c>noise</c>, in the coordinates' units. Classes take turns, so their sizes differ by at most one (but for
/// <see cref="Quadrants"/>, where chance decides), and where the formula walks along a curve the rows are shuffled.
/// <para>
/// The same generator gives the same bits on every machine: the sines and the draws are the library's own. Each set forks its own
/// purpose from the generator, so one may be passed to several sets.
/// </para>
/// </summary>
public static class ToySets
{
    /// <summary>The most points of a set.</summary>
    public const int MaximumCount = 10_000_000;

    /// <summary>
    /// Clouds around K centres at equal angles on the unit circle: class c lies at (cos 2πc/K, sin 2πc/K).
    /// Straight lines separate them when the noise is well below the distance between neighbours, 2·sin(π/K).
    /// </summary>
    public static LabelledPoints Blobs(int count, double noise, Rng rng, int classes = 3) =>
        Make(nameof(Blobs), count, noise, rng.Fork("blobs"), classes, (c, _) => Polar(1, (double)c / classes));

    /// <summary>
    /// Two half circles that reach into each other, for t from 0 to π in equal steps: class 0 at (cos t, sin t),
    /// class 1 at (1 − cos t, ½ − sin t). No straight line separates them. As scikit-learn's <c>make_moons</c>.
    /// </summary>
    public static LabelledPoints Moons(int count, double noise, Rng rng) =>
        Make(nameof(Moons), count, noise, rng.Fork("moons"), classes: 2, (c, share) =>
        {
            (double x, double y) = Polar(1, share / 2);
            return c == 0 ? (x, y) : (1 - x, 0.5 - y);
        });

    /// <summary>
    /// A ring in a ring, at equal angles: class 0 with radius 1, class 1 with radius ½. No straight line separates them, but
    /// the feature x² + y² does. As scikit-learn's <c>make_circles</c> with a factor of ½.
    /// </summary>
    public static LabelledPoints Circles(int count, double noise, Rng rng) =>
        Make(nameof(Circles), count, noise, rng.Fork("circles"), classes: 2, (c, share) => Polar(c == 0 ? 1 : 0.5, share), closed: true);

    /// <summary>
    /// K arms that wind outwards around each other, for s from 0 to 1 in equal steps: class c has radius 0.1 + 0.9·s at the
    /// angle 2π·(turns·s + c/K). The more turns, the more folds a model needs.
    /// </summary>
    /// <param name="count">N, at least one point for each class.</param>
    /// <param name="noise">Standard deviation of what is added to each coordinate; neighbouring arms are about 0.9/(K·turns) apart.</param>
    /// <param name="rng">The source of randomness.</param>
    /// <param name="classes">K, the arms.</param>
    /// <param name="turns">How often an arm goes round.</param>
    public static LabelledPoints Spirals(int count, double noise, Rng rng, int classes = 2, double turns = 1)
    {
        if (!(turns >= 0 && turns <= 100))
            throw new ArgumentOutOfRangeException(nameof(turns), FormattableString.Invariant(
                $"ToySets.Spirals: turns is {turns} but must be from 0 to 100."));
        return Make(nameof(Spirals), count, noise, rng.Fork("spirals"), classes,
            (c, s) => Polar(0.1 + (0.9 * s), (turns * s) + ((double)c / classes)));
    }

    /// <summary>
    /// Exclusive or: the corners (0, 0), (1, 1) of the unit square are class 0, (0, 1) and (1, 0) class 1, in turn. Four points without
    /// noise are the truth table, which no single straight line can separate (Minsky and Papert, 1969).
    /// </summary>
    public static LabelledPoints Xor(int count, double noise, Rng rng)
    {
        Check(nameof(Xor), count, noise, classes: 2);
        float[] x = new float[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            (int a, int b) = ((i >> 1) & 1, i & 1);                    // 00, 01, 10, 11, in the order of the truth table
            (x[2 * i], x[(2 * i) + 1], labels[i]) = (a, b, a ^ b);
        }
        return new LabelledPoints(Noisy(x, noise, rng.Fork("xor")), labels, features: 2, classes: 2);
    }

    /// <summary>
    /// Points spread evenly over the square from −1 to 1, and as class the quadrant they lie in, counted against the clock as in
    /// mathematics: 0 where x, y ≥ 0; 1 where only x &lt; 0; 2 where both are negative; 3 where only y &lt; 0. Noise moves points after that.
    /// </summary>
    public static LabelledPoints Quadrants(int count, double noise, Rng rng)
    {
        Check(nameof(Quadrants), count, noise, classes: 1);
        rng = rng.Fork("quadrants");
        float[] x = Even(2 * count, rng.Fork("place"));
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            (bool isRight, bool isUp) = (x[2 * i] >= 0, x[(2 * i) + 1] >= 0);
            labels[i] = isUp ? (isRight ? 0 : 1) : (isRight ? 3 : 2);
        }
        return new LabelledPoints(Noisy(x, noise, rng), labels, features: 2, classes: 4);
    }

    /// <summary>
    /// A regression whose answer is known: inputs spread evenly from −1 to 1, targets Σⱼ weights[j]·x[j] + bias + noise·ε with ε normal.
    /// Least squares finds the weights again but for an error of about noise·√(3/N), since an input's variance is ⅓.
    /// </summary>
    public static RegressionPoints Linear(int count, ReadOnlySpan<double> weights, double bias, double noise, Rng rng)
    {
        Check(nameof(Linear), count, noise, classes: 1);
        if (weights.Length is 0 or > 1000)
            throw new ArgumentException($"ToySets.Linear: expected 1 to 1000 weights, one for each feature; found {weights.Length}.");
        if (count > MaximumCount / weights.Length)
            throw new ArgumentOutOfRangeException(nameof(count),
                $"ToySets.Linear: {count} points of {weights.Length} features are more than {MaximumCount} numbers.");
        rng = rng.Fork("linear");
        float[] x = Even(count * weights.Length, rng.Fork("place"));
        float[] targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            double sum = bias;
            for (int j = 0; j < weights.Length; j++) sum += weights[j] * x[(i * weights.Length) + j];
            targets[i] = (float)sum;
        }
        return new RegressionPoints(x, Noisy(targets, noise, rng), weights.Length);
    }

    // Point j of the n in its class stands at share j/(n − 1) of a curve with ends, or j/n of a closed one.
    private static LabelledPoints Make(string set, int count, double noise, Rng rng, int classes,
        Func<int, double, (double X, double Y)> place, bool closed = false)
    {
        Check(set, count, noise, classes);
        float[] x = new float[2 * count];
        int[] labels = new int[count], order = rng.Fork("order").Permutation(count);
        for (int i = 0; i < count; i++)
        {
            int c = i % classes, ofClass = ((count - 1 - c) / classes) + 1, steps = closed ? ofClass : Math.Max(1, ofClass - 1);
            (double px, double py) = place(c, (double)(i / classes) / steps);
            (x[2 * order[i]], x[(2 * order[i]) + 1], labels[order[i]]) = ((float)px, (float)py, c);
        }
        return new LabelledPoints(Noisy(x, noise, rng), labels, features: 2, classes);
    }

    private static (double X, double Y) Polar(double radius, double turn) =>
        (radius * StableMath.Cos(2 * Math.PI * turn), radius * StableMath.Sin(2 * Math.PI * turn));

    private static float[] Even(int count, Rng rng)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (2 * rng.Uniform(i)) - 1;
        return values;
    }

    private static float[] Noisy(float[] values, double noise, Rng rng)
    {
        rng = rng.Fork("noise");
        for (int i = 0; noise > 0 && i < values.Length; i++) values[i] = (float)(values[i] + (noise * rng.Normal(i)));
        return values;
    }

    private static void Check(string set, int count, double noise, int classes)
    {
        if (classes is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(classes), $"ToySets.{set}: classes is {classes} but must be from 1 to 1000.");
        if (count < classes || count > MaximumCount)
            throw new ArgumentOutOfRangeException(nameof(count),
                $"ToySets.{set}: count is {count} but must be from {classes} to {MaximumCount}.");
        if (!(noise >= 0 && noise <= 1000))
            throw new ArgumentOutOfRangeException(nameof(noise), FormattableString.Invariant(
                $"ToySets.{set}: noise is {noise} but must be from 0 to 1000."));
    }
}
