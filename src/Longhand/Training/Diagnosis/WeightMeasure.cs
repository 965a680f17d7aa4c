using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// Measures one weight matrix around an optimizer's step: the size of its numbers and of its gradient from all of it, the size of its
/// change from a sample of rows, so that no copy of a large model is made.
/// </summary>
internal sealed class WeightMeasure
{
    private const int Rows = 16;

    private readonly string _layer;
    private readonly Parameter _parameter;
    private readonly Indices? _rows;
    private readonly float[] _before, _after;
    private double _weight, _gradient;

    public WeightMeasure(string layer, Parameter parameter)
    {
        (_layer, _parameter) = (layer, parameter);
        int units = parameter.Shape[^1], all = parameter.Shape.Length / units, rows = Math.Min(Rows, all);
        if (rows < all)
        {
            int[] ids = new int[rows];
            for (int i = 0; i < rows; i++) ids[i] = (int)((long)i * all / rows);
            _rows = new Indices(ids);
        }
        _before = new float[rows * units];
        _after = new float[_before.Length];
    }

    /// <summary>Between the backward pass and the step.</summary>
    public void Before()
    {
        Tensor weight = _parameter.Value.Detach();
        _weight = Size(weight);
        _gradient = _parameter.Gradient is { } gradient ? Size(gradient) : 0;
        Sample(weight, _before);
    }

    /// <summary>After the step.</summary>
    public WeightRecord After()
    {
        Sample(_parameter.Value.Detach(), _after);
        double sum = 0;
        for (int i = 0; i < _before.Length; i++)
        {
            double change = (double)_after[i] - _before[i];
            sum += change * change;
        }
        return new WeightRecord(_layer, _weight, _gradient, Math.Sqrt(sum / Math.Max(1, _before.Length)));
    }

    private static double Size(Tensor x) => Math.Sqrt(x.Backend.SumOfSquares(x.Storage) / Math.Max(1, x.Shape.Length));

    private void Sample(Tensor weight, float[] values)
    {
        int units = weight.Shape[^1];
        Tensor matrix = weight.Reshape((weight.Shape.Length / Math.Max(1, units), units));
        (_rows is null ? matrix : matrix.GatherRows(_rows)).Read(values);
    }
}
