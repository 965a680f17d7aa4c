using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// Dropout (Srivastava and others, 2014): each element is zeroed with probability p and the others are divided by 1 − p, so that
/// the expected value stays. Element i is kept when draw i of the generator is at least p; the gradient uses the same draws.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Dropout(float p, Rng rng)
    {
        Check.Probability("Dropout", nameof(p), p);
        if (p == 0) return this;
        return Record(Drop(this, rng, p), [this], dy => [Drop(dy, rng, p)]);
    }

    private static Tensor Drop(Tensor x, Rng rng, float p)
    {
        Tensor y = Allocate(x.Shape, x.Backend);
        x.Backend.Dropout(y.Storage, x.Storage, rng, p);
        return y;
    }
}
