using System.Globalization;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Layers one after another; their parameters are named "0.weight", "1.weight" … by position.</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;

    public Sequential(params Layer[] layers)
    {
        _layers = layers;
        for (int i = 0; i < layers.Length; i++) Declare(i.ToString(CultureInfo.InvariantCulture), layers[i]);
    }

    /// <summary>Each layer gets its own fork of the generator, so their draws are independent.</summary>
    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].Forward(x, rng?.Fork(i), watch?.Inside(i.ToString(CultureInfo.InvariantCulture)));
        }
        return x;
    }
}
