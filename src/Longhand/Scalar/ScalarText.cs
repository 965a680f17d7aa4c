using System.Globalization;

namespace Longhand.Scalar;

/// <summary>Numbers and names as pictures and derivations show them, the same in every culture.</summary>
internal static class ScalarText
{
    /// <summary>
    /// A number with so many decimals and a real minus sign: −3.00. One too small or too large for that keeps three digits and a power
    /// of ten, since a gradient of 0.00002 is not zero: 2.00·10⁻⁵.
    /// </summary>
    public static string Number(double x, int decimals)
    {
        if (double.IsNaN(x)) return "NaN";
        if (double.IsInfinity(x)) return x > 0 ? "∞" : "−∞";
        double size = Math.Abs(x);
        if (x != 0 && (size >= 1e6 || size < 0.5 * Math.Pow(10, -decimals)))
        {
            string[] parts = size.ToString("0.00e0", CultureInfo.InvariantCulture).Split('e');
            return $"{(x < 0 ? "−" : "")}{parts[0]}·10{Raised(int.Parse(parts[1], CultureInfo.InvariantCulture))}";
        }
        string digits = size.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return x < 0 ? "−" + digits : digits;
    }

    /// <summary>The same, in brackets where a sign follows another sign: 1.00 · (−3.00).</summary>
    public static string Factor(double x, int decimals)
    {
        string text = Number(x, decimals);
        return text.StartsWith('−') ? $"({text})" : text;
    }

    /// <summary>A constant's name is its number, as short as it goes: 2, 0.5, −1.</summary>
    public static string Constant(double x) => x.ToString("0.######", CultureInfo.InvariantCulture) switch
    {
        "0" or "-0" when x != 0 => Number(x, decimals: 6),
        _ when Math.Abs(x) >= 1e15 => Number(x, decimals: 6),
        string text => text.Replace('-', '−'),
    };

    /// <summary>
    /// A name with a layer above and places below: w²₃₁. Places of two digits are set apart by points; a layer or neuron 0 is left out.
    /// </summary>
    public static string Indexed(string name, int layer, int neuron, int input = 0)
    {
        int[] places = [.. new[] { neuron, input }.Where(place => place > 0)];
        string below = string.Join(places.Any(place => place > 9) ? "." : "", places.Select(place => Shifted(place, '₀')));
        return name + (layer > 0 ? Raised(layer) : "") + below;
    }

    /// <summary>A whole number as superscript.</summary>
    public static string Raised(int n)
    {
        const string digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";                             // not in one row of Unicode: ¹ ² ³ are older than the others
        string text = Math.Abs((long)n).ToString(CultureInfo.InvariantCulture);
        return (n < 0 ? "⁻" : "") + string.Concat(text.Select(c => digits[c - '0']));
    }

    private static string Shifted(int n, char zero) =>
        string.Concat(n.ToString(CultureInfo.InvariantCulture).Select(c => (char)(zero + (c - '0'))));
}
