using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// An element-wise function as a layer, for <see cref="Sequential"/>: <c>new Activation(x => x.Tanh())</c>, or one of the usual ones by name.
/// </summary>
public sealed class Activation(Func<Tensor, Tensor> function, ActivationKind kind = ActivationKind.Linear) : Layer
{
    public static Activation Relu() => new(static x => x.Relu(), ActivationKind.Relu);
    public static Activation LeakyRelu(float slope = 0.01f) => new(x => x.LeakyRelu(slope));
    public static Activation Tanh() => new(static x => x.Tanh(), ActivationKind.Tanh);
    public static Activation Sigmoid() => new(static x => x.Sigmoid(), ActivationKind.Sigmoid);
    public static Activation Gelu() => new(static x => x.Gelu(), ActivationKind.Gelu);
    public static Activation GeluExact() => new(static x => x.GeluExact(), ActivationKind.Gelu);
    public static Activation Silu() => new(static x => x.Silu());
    public static Activation Softplus() => new(static x => x.Softplus());

    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor y = function(x);
        watch?.Output(y, kind);
        return y;
    }
}
