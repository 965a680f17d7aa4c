using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <content>The exponential of many numbers: the same steps in eight lanes, so the same bits as one after the other.</content>
public static partial class StableMath
{
    /// <summary>Replaces every number by its exponential, as <see cref="Exp(double)"/> gives it.</summary>
    public static void Exp(Span<double> xs)
    {
        int lanes = Vector512<double>.Count, i = 0;
        for (; i + lanes <= xs.Length; i += lanes)
        {
            Span<double> part = xs.Slice(i, lanes);
            Vector512<double> x = Vector512.Create<double>(part);
            // Further out the result may be no normal number, and multiplying by 2ᵏ would not be the same as scaling by it; NaN compares false.
            if (Vector512.LessThanAll(Vector512.Abs(x), Vector512.Create(700.0))) Exp(x).CopyTo(part);
            else foreach (ref double number in part) number = Exp(number);
        }
        for (; i < xs.Length; i++) xs[i] = Exp(xs[i]);
    }

    private static Vector512<double> Exp(Vector512<double> x)
    {
        Vector512<double> k = Vector512.Round(x * 1.4426950408889634);
        Vector512<double> r = (x - (k * Ln2High)) - (k * Ln2Low), one = Vector512<double>.One, sum = one;

        // r/n for n = 14 … 1. Divisions are what this costs, and r/14 is (r/7)/2 to the last bit, as halving rounds nothing: six are enough.
        Vector512<double> r3 = r / 3, r5 = r / 5, r7 = r / 7;
        sum = one + (r7 * 0.5 * sum);
        sum = one + (r / 13 * sum);
        sum = one + (r3 * 0.25 * sum);
        sum = one + (r / 11 * sum);
        sum = one + (r5 * 0.5 * sum);
        sum = one + (r / 9 * sum);
        sum = one + (r * 0.125 * sum);
        sum = one + (r7 * sum);
        sum = one + (r3 * 0.5 * sum);
        sum = one + (r5 * sum);
        sum = one + (r * 0.25 * sum);
        sum = one + (r3 * sum);
        sum = one + (r * 0.5 * sum);
        sum = one + (r * sum);
        Vector512<long> exponent = Vector512.ConvertToInt64(k) + Vector512.Create(1023L);
        return sum * (exponent << 52).AsDouble();
    }
}
