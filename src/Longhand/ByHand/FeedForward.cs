using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// The second half of a transformer block: each position on its own through a hidden layer four times as wide,
/// Y = gelu(X·W₁ + b₁)·W₂ + b₂.
/// <para>Shapes: X and Y are (T, C), the hidden layer (T, 4C).</para>
/// </summary>
public sealed class FeedForward(int width, Rng rng)
{
    /// <summary>W₁, b₁.</summary>
    public Linear Expand { get; } = new(width, 4 * width, rng.Fork("expand"));

    /// <summary>W₂, b₂.</summary>
    public Linear Output { get; } = new(4 * width, width, rng.Fork("output"));

    public sealed record Cache(Linear.Cache Expand, Linear.Cache Output)
    {
        public Matrix Y => Output.Y;
    }

    public sealed record Gradients(Matrix DX, Linear.Gradients Expand, Linear.Gradients Output);

    public Cache Forward(Matrix x)
    {
        Linear.Cache expand = Expand.Forward(x);
        return new Cache(expand, Output.Forward(Activation.Gelu.Of(expand.Y)));
    }

    /// <summary>With Z = X·W₁ + b₁ and A = gelu(Z): dA from the second layer, dZ = dA ⊙ gelu′(Z), dX from the first.</summary>
    public Gradients Backward(Cache cache, Matrix dY)
    {
        Linear.Gradients output = Output.Backward(cache.Output, dY);
        Matrix dZ = output.DX.Hadamard(Activation.Gelu.SlopeAt(cache.Expand.Y));
        Linear.Gradients expand = Expand.Backward(cache.Expand, dZ);
        return new Gradients(expand.DX, expand, output);
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        Expand.Descend(gradients.Expand, learningRate);
        Output.Descend(gradients.Output, learningRate);
    }
}
