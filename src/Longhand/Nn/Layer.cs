using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// A module from one tensor to one tensor. Randomness is an argument: with a generator the layer behaves as in training
/// (dropout drops, batch normalisation uses the batch), without one as in use. A <see cref="Watch"/> is shown the layer's output.
/// </summary>
public abstract class Layer : Module
{
    public abstract Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null);
}
