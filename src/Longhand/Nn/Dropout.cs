using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Dropout with a fixed probability: drops when there is a generator (training), passes through when there is none.</summary>
public sealed class Dropout : Layer
{
    private readonly float _probability;

    /// <param name="probability">The share of elements that is zeroed, at least 0 and below 1.</param>
    public Dropout(float probability)
    {
        Check.Probability("Dropout", nameof(probability), probability);
        _probability = probability;
    }

    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null) => rng is { } random ? x.Dropout(_probability, random) : x;
}
