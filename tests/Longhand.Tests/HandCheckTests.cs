using Longhand.ByHand;

namespace Longhand.Tests;

/// <summary>The check itself: it passes what is right and finds what is wrong.</summary>
public sealed class HandCheckTests
{
    private static readonly Matrix X = HandCheck.Random(3, 2, "x"), DY = HandCheck.Random(3, 2, "dy");

    [Fact]
    public void A_right_gradient_passes() => Check(2 * X.Hadamard(DY));

    [Fact]
    public void A_factor_a_sign_a_single_element_and_a_zero_are_found()
    {
        Fails(X.Hadamard(DY));
        Fails(-2 * X.Hadamard(DY));
        Fails(new Matrix(3, 2));
        Matrix right = 2 * X.Hadamard(DY);
        right[2, 1] += 1e-5;
        Fails(right);
        right[2, 1] = double.NaN;
        Fails(right);
    }

    [Fact]
    public void A_wrong_engine_formula_is_found() =>
        Assert.ThrowsAny<Exception>(() => HandCheck.Run("square", () => X.Hadamard(X), DY, [new Derived("x", X, 2 * X.Hadamard(DY))], t => t[0] * t[0] * 1.001));

    private static void Fails(Matrix gradient) => Assert.ThrowsAny<Exception>(() => Check(gradient));

    private static void Check(Matrix gradient) =>
        HandCheck.Run("square", () => X.Hadamard(X), DY, [new Derived("x", X, gradient)], t => t[0] * t[0]);
}
