using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>How a model knows where in the text a token stands.</summary>
public enum PositionKind
{
    /// <summary>A learned row for each position, added to the token's (GPT-2).</summary>
    Learned,

    /// <summary>Fixed sines and cosines of growing wavelengths, added to the token's (Vaswani and others, 2017).</summary>
    Sinusoidal,

    /// <summary>Queries and keys are turned by an angle that grows with the position (Su and others, 2021).</summary>
    Rotary,
}

/// <summary>The fixed table of sines and cosines.</summary>
public static class Positions
{
    /// <summary>
    /// (count, width): entry (p, 2j) is sin(p / 10000^(2j/width)) and (p, 2j+1) the cosine of the same angle.
    /// </summary>
    public static Tensor Sinusoidal(int count, int width)
    {
        double[] values = new double[count * width];
        for (int p = 0; p < count; p++)
        {
            for (int c = 0; c < width; c++)
            {
                double angle = p / StableMath.Power(10000.0, c / 2 * 2 / (double)width);
                values[(p * width) + c] = c % 2 == 0 ? StableMath.Sin(angle) : StableMath.Cos(angle);
            }
        }
        return Tensor.From(values, (count, width));
    }
}
