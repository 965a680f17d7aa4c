using Longhand.ByHand;

namespace Longhand.Tests;

public sealed class ByHandMatrixTests
{
    private static readonly Matrix A = Matrix.From([[1, 2, 3], [4, 5, 6]]);

    [Fact]
    public void Operators_do_what_paper_says()
    {
        Equal([[22, 28], [49, 64]], A * Matrix.From([[1, 2], [3, 4], [5, 6]]));
        Equal([[1, 4], [2, 5], [3, 6]], A.T);
        Equal([[1, 4, 9], [16, 25, 36]], A.Hadamard(A));
        Equal([[2, 4, 6], [8, 10, 12]], A + A);
        Equal([[0, 0, 0], [0, 0, 0]], A - A);
        Equal([[-1, -2, -3], [-4, -5, -6]], -A);
        Equal([[0.5, 1, 1.5], [2, 2.5, 3]], A / 2);
        Equal([[3, 6, 9], [12, 15, 18]], 3 * A);
        Equal([[5, 7, 9]], A.SumDown());
        Equal([[6], [15]], A.SumAcross());
        Equal([[2.5, 3.5, 4.5]], A.MeanDown());
        Equal([[2], [5]], A.MeanAcross());
        Assert.Equal(21, A.Sum());
        Equal([[2, 3], [5, 6]], A.SelectColumns(1, 2));
        Equal([[4, 5, 6], [1, 2, 3], [4, 5, 6]], A.SelectRows([1, 0, 1]));
        Equal([[1, 2, 3, 4], [4, 5, 6, 5]], Matrix.SideBySide(A, Matrix.Column([4, 5])));
        Equal([[0, 0, 1], [1, 0, 0]], Matrix.OneHot([2, 0], 3));
        Equal([[1.5, 2], [3, 4]], Matrix.From([1.5f, 2, 3, 4], columns: 2));
    }

    [Fact]
    public void A_row_meets_every_row_and_a_column_every_column()
    {
        Equal([[11, 22, 33], [14, 25, 36]], A + Matrix.From([[10, 20, 30]]));
        Equal([[0, 1, 2], [2, 3, 4]], A - Matrix.From([[1], [2]]));
        Equal([[10, 20, 30], [80, 100, 120]], A.Hadamard(Matrix.Column([10, 20])));
    }

    // Long enough for every vector width, with a rest.
    [Fact]
    public void A_product_equals_the_sum_it_stands_for()
    {
        Matrix a = HandCheck.Random(5, 7, "a"), b = HandCheck.Random(7, 19, "b"), c = a * b;
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 19; j++)
            {
                double sum = 0;
                for (int k = 0; k < 7; k++) sum += a[i, k] * b[k, j];
                Assert.Equal(sum, c[i, j]);
            }
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_named()
    {
        Assert.Equal("Matrix product: (2, 3) · (2, 3): inner sizes must agree (3 ≠ 2).", Message(() => A * A));
        Assert.Equal("Matrix sum: (2, 3) and (3, 2) must be equal, or the right side one row (1, 3) or one column (2, 1).", Message(() => A + A.T));
        Assert.Equal("Matrix difference: (2, 3) and (1, 1) must be equal, or the right side one row (1, 3) or one column (2, 1).", Message(() => A - HandCheck.One));
        Assert.Equal("Matrix: row 1 has 1 numbers, but row 0 has 2.", Message(() => Matrix.From([[1, 2], [3]])));
        Assert.Throws<ArgumentOutOfRangeException>(() => A[0, 3]);
        Assert.Throws<OverflowException>(() => new Matrix(1 << 16, 1 << 16));
    }

    private static string Message(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;

    private static void Equal(double[][] expected, Matrix actual)
    {
        Assert.Equal((expected.Length, expected[0].Length), (actual.Rows, actual.Columns));
        Assert.Equal(expected.SelectMany(row => row), actual.Values.ToArray());
    }
}
