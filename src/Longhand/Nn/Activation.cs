using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// An element-wise function as a layer, for <see cref="Sequential"/>: <c>new Activation(x => x.Tanh())</c>, or one of the usual ones by name.
/// </summary>
public sealed class Activation(Func<Tensor, Tensor> function) : Layer
{
    public static Activation Relu() => new(static x => x.Relu());
    public static Activation LeakyRelu(float slope = 0.01f) => new(x => x.LeakyRelu(slope));
    public static Activation Tanh() => new(static x => x.Tanh());
    public static Activation Sigmoid() => new(static x => x.Sigmoid());
    public static Activation Gelu() => new(static x => x.Gelu());
    public static Activation GeluExact() => new(static x => x.GeluExact());
    public static Activation Silu() => new(static x => x.Silu());
    public static Activation Softplus() => new(static x => x.Softplus());

    public override Tensor Forward(Tensor x, Rng? rng = null) => function(x);
}
