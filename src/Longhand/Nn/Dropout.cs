using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Dropout with a fixed probability: drops when there is a generator (training), passes through when there is none.</summary>
public sealed class Dropout(float probability) : Layer
{
    public override Tensor Forward(Tensor x, Rng? rng = null) => rng is { } random ? x.Dropout(probability, random) : x;
}
