using System.Globalization;

namespace Longhand.Pictures;

/// <summary>
/// An axis along which equal distances are equal factors. Labels stand at powers of ten, at every second or third when there are
/// many, and at 1, 2 and 5 times a power when there are few.
/// </summary>
internal sealed class LogAxis : Axis
{
    private const int MostLabels = 9;

    private readonly double _low, _high;

    /// <summary>Covers [least, greatest]; both above 0.</summary>
    public LogAxis(double least, double greatest)
    {
        least = Math.Max(least, double.Epsilon);
        greatest = Math.Max(greatest, least);
        // A flat curve still needs an axis with some height.
        if (greatest / least < 1.5)
        {
            (least, greatest) = (least / 1.5, greatest * 1.5);
        }
        (_low, _high) = (Math.Log10(least), Math.Log10(greatest));
        (Low, High) = (least, greatest);
    }

    /// <inheritdoc/>
    public override IEnumerable<(double Value, string Label)> Ticks()
    {
        int first = (int)Math.Ceiling(_low - 1e-9), last = (int)Math.Floor(_high + 1e-9);
        int step = Math.Max(1, (last - first + MostLabels) / MostLabels);
        double[] factors = last - first >= 2 ? [1] : [1, 2, 5];
        for (int power = first - 1; power <= last; power++)
        {
            if (Math.Abs(power % step) != 0)
            {
                continue;
            }
            foreach (double factor in factors)
            {
                double log = power + Math.Log10(factor);
                if (log >= _low - 1e-9 && log <= _high + 1e-9)
                {
                    yield return (factor * Math.Pow(10, power), Label(factor, power));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override double Share(double value) => (Math.Log10(value) - _low) / (_high - _low);

    /// <inheritdoc/>
    public override bool CanShow(double value) => value > 0 && double.IsFinite(value);

    private static string Label(double factor, int power)
    {
        if (power is >= -3 and <= 4)
        {
            return (factor * Math.Pow(10, power)).ToString("#,0.####", CultureInfo.InvariantCulture);
        }
        string exponent = $"10{PageText.Superscript(power)}";
        return factor == 1 ? exponent : string.Create(CultureInfo.InvariantCulture, $"{factor}×{exponent}");
    }
}
