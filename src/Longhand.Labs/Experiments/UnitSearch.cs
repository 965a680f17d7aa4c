using Longhand.Backends;
using Longhand.Models;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Looks for single units of a recurrent model that follow a property of the text (as Karpathy, Johnson and Fei-Fei did, 2015). The model reads stretches of a text
/// that it has not learned from; among all units, the one whose memory is most correlated with the property on half of the
/// stretches is chosen, and its correlation on the other half is what counts: the best of many units on the text it was chosen on looks better than it is.
/// </summary>
internal sealed class UnitSearch
{
    private const int Stretches = 24, WarmUp = 100;

    private readonly string _text;
    private readonly int _length;
    private readonly int[] _starts;
    private readonly float[][] _memory;                      // by stretch: (length, units)

    /// <param name="model">What reads.</param>
    /// <param name="text">Where it comes from.</param>
    /// <param name="length">Characters of each of the 24 stretches, which lie evenly in the last tenth.</param>
    public UnitSearch(RecurrentModel model, CharText text, int length)
    {
        _text = text.ValidationText;
        _length = Math.Min(length, _text.Length / Stretches);
        _starts = [.. Enumerable.Range(0, Stretches).Select(s => (int)((long)(_text.Length - _length) * s / (Stretches - 1)))];
        bool isLstm = model.Config.Cell == RecurrentCell.Lstm;
        int layers = model.Config.Layers, H = model.Config.Width;
        Units = layers * H;
        _memory = [.. _starts.Select(_ => new float[_length * Units])];
        ReadOnlySpan<int> tokens = text.Data.Validation.Span;
        Tensor? state = null;
        for (int t = 0; t < _length; t++)
        {
            int[] ids = new int[Stretches];
            for (int s = 0; s < Stretches; s++) ids[s] = tokens[_starts[s] + t];
            state = model.AsConstants(() =>
            {
                using (Workspace.Begin()) return model.Forward(new Indices(ids, (Stretches, 1)), state).State.Keep();
            });
            float[] all = state.ToArray();                   // (layers, B, H); of an LSTM (2, layers, B, H), h before c
            int from = isLstm ? layers * Stretches * H : 0;
            for (int s = 0; s < Stretches; s++)
            {
                for (int layer = 0; layer < layers; layer++)
                {
                    all.AsSpan(from + (((layer * Stretches) + s) * H), H).CopyTo(_memory[s].AsSpan((t * Units) + (layer * H)));
                }
            }
        }
    }

    public int Units { get; }

    /// <summary>The unit of a property: its correlation on the stretches where it was chosen, on the others, and a piece of the others to look at.</summary>
    /// <param name="Property">What was looked for.</param>
    /// <param name="Unit">Its number, from 0 through all layers.</param>
    /// <param name="Chosen">Correlation where it was chosen.</param>
    /// <param name="Checked">Correlation where it was not; NaN where the property never changes.</param>
    /// <param name="Shown">A piece of text.</param>
    /// <param name="Grounds">The unit's memory after each character, over its greatest, with the sign of the correlation.</param>
    public sealed record Finding(TextProperty Property, int Unit, double Chosen, double Checked, string Shown, double[] Grounds);

    public Finding Find(TextProperty property, int shown)
    {
        double[] values = property.Of(_text);
        double[] correlations = [.. Enumerable.Range(0, Units).Select(u => Correlation(values, u, 0))];
        int best = 0;
        for (int u = 1; u < Units; u++)
        {
            if (Math.Abs(correlations[u]) > Math.Abs(correlations[best])) best = u;
        }
        (int stretch, int from, int count) = Piece(values, shown);
        double sign = correlations[best] < 0 ? -1 : 1, greatest = Enumerable.Range(0, _length).Max(t => Math.Abs(_memory[stretch][(t * Units) + best]));
        double[] grounds = [.. Enumerable.Range(from, count).Select(t => sign * _memory[stretch][(t * Units) + best] / Math.Max(greatest, 1e-9f))];
        return new Finding(property, best, correlations[best], Correlation(values, best, 1), _text.Substring(_starts[stretch] + from, count), grounds);
    }

    // Over every other stretch, leaving out the first characters, when the memory is still filling.
    private double Correlation(double[] values, int unit, int half)
    {
        double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (int s = half; s < Stretches; s += 2)
        {
            for (int t = WarmUp; t < _length; t++)
            {
                double a = values[_starts[s] + t], b = _memory[s][(t * Units) + unit];
                (n, x, y, xx, yy, xy) = (n + 1, x + a, y + b, xx + (a * a), yy + (b * b), xy + (a * b));
            }
        }
        return ((n * xy) - (x * y)) / Math.Sqrt(((n * xx) - (x * x)) * ((n * yy) - (y * y)));
    }

    // The piece of the other half in which the property varies most: chosen by the text, not by how well the unit does there.
    private (int Stretch, int From, int Count) Piece(double[] values, int count)
    {
        count = Math.Min(count, _length - WarmUp);
        (double Variance, int Stretch, int From) best = (-1, 1, WarmUp);
        for (int s = 1; s < Stretches; s += 2)
        {
            for (int t = WarmUp; t + count <= _length; t++)
            {
                if (_text[_starts[s] + t - 1] != '\n') continue;
                ReadOnlySpan<double> piece = values.AsSpan(_starts[s] + t, count);
                double sum = 0, squares = 0;
                foreach (double v in piece) (sum, squares) = (sum + v, squares + (v * v));
                double variance = (squares / count) - (sum / count * (sum / count));
                if (variance > best.Variance) best = (variance, s, t);
            }
        }
        return (best.Stretch, best.From, count);
    }
}
