using System.Globalization;

namespace Longhand.Pictures;

/// <summary>
/// An axis whose ticks are round numbers (1, 2 or 5 times a power of ten) and whose ends are ticks. Very small or large
/// values are labelled in units of a power of a thousand, which <see cref="Unit"/> names.
/// </summary>
internal sealed class LinearAxis : Axis
{
    private readonly double _step;
    private readonly int _exponent;
    private readonly int _decimals;

    /// <summary>
    /// Covers [least, greatest] with about <paramref name="ticks"/> intervals; whole numbers only if asked. The ends become ticks,
    /// unless they are to stay as they are.
    /// </summary>
    public LinearAxis(double least, double greatest, int ticks, bool whole = false, bool keepsEnds = false)
    {
        // A flat or missing curve still needs an axis with some height, and one that survives rounding next to large values.
        double middle = Math.Abs(least) + Math.Abs(greatest);
        if (!(greatest - least > 1e-6 * middle))
        {
            double room = middle > 0 ? middle / 4 : 1;
            (least, greatest) = (least > 0 ? Math.Max(0, least - room) : least < 0 ? least - room : 0, greatest + room);
        }
        _step = RoundStep((greatest - least) / ticks);
        if (whole)
        {
            _step = Math.Max(_step, 1);
        }
        Low = keepsEnds ? least : Math.Floor(least / _step + 1e-9) * _step;
        High = keepsEnds ? greatest : Math.Ceiling(greatest / _step - 1e-9) * _step;
        double largest = Math.Max(Math.Abs(Low), Math.Abs(High));
        _exponent = largest < 0.1 || largest >= (whole ? 1e6 : 1e4) ? 3 * (int)Math.Floor(Math.Log10(largest) / 3) : 0;
        _decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_step / Scale) - 1e-9), 0, 9);
    }

    /// <inheritdoc/>
    public override string Unit => _exponent == 0 ? "" : $" (×10{PageText.Superscript(_exponent)})";

    private double Scale => Math.Pow(10, _exponent);

    /// <inheritdoc/>
    public override IEnumerable<(double Value, string Label)> Ticks()
    {
        // Counted in whole steps from 0, so that 0 is 0 and not what rounding left of it.
        double first = Math.Ceiling(Low / _step - 1e-6), last = Math.Floor(High / _step + 1e-6);
        for (double i = first; i <= last; i++)
        {
            double value = (i * _step) + 0.0;                                   // never −0
            string label = (value / Scale).ToString("N" + _decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            yield return (value, label.Replace('-', '−'));
        }
    }

    /// <inheritdoc/>
    public override double Share(double value) => (value - Low) / (High - Low);

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double factor = rough / power;
        return power * (factor <= 1.001 ? 1 : factor <= 2.001 ? 2 : factor <= 5.001 ? 5 : 10);
    }
}
