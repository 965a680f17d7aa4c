using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// Small grey or two-coloured pictures side by side, each with a line under it: digits, or the weights of units that look at digits.
/// </summary>
public sealed class ImageGrid : Picture
{
    private static readonly (byte, byte, byte) s_black = (0, 0, 0), s_orange = (235, 114, 43), s_blue = (38, 139, 210);

    /// <summary>Each picture's pixels row by row from the top, and what stands under it.</summary>
    public required IReadOnlyList<(float[] Pixels, string Caption)> Images { get; init; }

    /// <summary>Pixels in a row of each picture.</summary>
    public required int ImageWidth { get; init; }

    /// <summary>
    /// True for weights: blue above zero and orange below. False for ink on paper: the greater, the darker (on a dark page, the lighter).
    /// </summary>
    public bool IsSigned { get; init; }

    /// <summary>The value of full colour; left out, each picture's own greatest.</summary>
    public double? Greatest { get; init; }

    internal override void Write(TextWriter html, string id)
    {
        html.WriteLine($"<div class=\"images\" role=\"group\" aria-label=\"{Escape(About)}\">");
        foreach ((float[] pixels, string caption) in Images)
        {
            int height = Math.Max(1, pixels.Length / ImageWidth);
            string address = Png.Address(ImageWidth, height, Pixels(pixels.AsSpan(0, height * ImageWidth)));
            html.WriteLine($"<div><img class=\"{(IsSigned ? "signed" : "ink")}\" src=\"{address}\" width=\"{ImageWidth}\" height=\"{height}\" alt=\"{Escape(caption)}\"/><span>{Escape(caption)}</span></div>");
        }
        html.WriteLine("</div>");
    }

    private byte[] Pixels(ReadOnlySpan<float> values)
    {
        double greatest = Greatest ?? 0;
        if (Greatest is null)
        {
            foreach (float value in values)
            {
                greatest = float.IsFinite(value) ? Math.Max(greatest, Math.Abs(value)) : greatest;
            }
        }
        var pixels = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double strength = greatest > 0 && float.IsFinite(values[i]) ? Math.Clamp(values[i] / greatest, IsSigned ? -1 : 0, 1) : 0;
            (byte red, byte green, byte blue) = (IsSigned, strength < 0) switch { (false, _) => s_black, (_, true) => s_orange, _ => s_blue };
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = (red, green, blue);
            pixels[(4 * i) + 3] = (byte)Math.Round(255 * Math.Abs(strength));
        }
        return pixels;
    }
}
