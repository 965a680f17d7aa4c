namespace Longhand.Tensors;

/// <summary>
/// Rotary position embedding (Su and others, RoFormer, 2021): in each head, the pair of features (j, j + D/2) at position p is
/// turned by the angle p·10000^(−2j/D), so that the product of a query and a key depends on their distance.
/// A rotation is undone by turning back, and that is its gradient too: dx = dy turned by −angle.
/// x is (B, T, C) with heads side by side in C; row t has position firstPosition + t.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Rotary(int heads, int firstPosition = 0)
    {
        var (_, _, C) = Shape;
        if (heads < 1 || C % heads != 0 || C / heads % 2 != 0)
            throw new ShapeException($"Rotary: {C} features do not split into {heads} heads of an even size. Hint: width = heads · an even number.");
        return Record(Turn(this, heads, firstPosition, inverse: false), [this], dy => [Turn(dy, heads, firstPosition, inverse: true)]);
    }

    private static Tensor Turn(Tensor x, int heads, int firstPosition, bool inverse)
    {
        var (B, T, C) = x.Shape;
        Tensor y = Allocate(x.Shape, x.Backend);
        x.Backend.Rotary(y.Storage, x.Storage, B * T, T, firstPosition, heads, C / heads, inverse);
        return y;
    }
}
