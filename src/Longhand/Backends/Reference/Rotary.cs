using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Rotary positions: pairs of features turned by an angle that grows with the position.</summary>
public sealed partial class ReferenceBackend
{
    public void Rotary(Storage y, Storage x, int rows, int period, int firstPosition, int heads, int headSize, bool inverse)
    {
        double[] ys = Of(y), xs = Of(x);
        int half = headSize / 2;
        for (int head = 0; head < rows * heads; head++)
        {
            int position = firstPosition + (head / heads % period);
            for (int j = 0; j < half; j++)
            {
                double angle = position * Math.Pow(10_000, -2.0 * j / headSize);
                (double sin, double cos) = Math.SinCos(inverse ? -angle : angle);
                int first = (head * headSize) + j, second = first + half;
                ys[first] = (cos * xs[first]) - (sin * xs[second]);
                ys[second] = (sin * xs[first]) + (cos * xs[second]);
            }
        }
    }
}
