namespace Longhand.Bits;

/// <summary>
/// Every kernel of a backend at sizes that hurt: nothing, one, primes, one below and one above each vector width and block.
/// One table drives all comparisons: processor against reference, one thread against several, one vector width against
/// another. One file per family; this one says which sizes.
/// </summary>
public static partial class KernelTable
{
    private const double Rounding = 2e-6;                // a few roundings of one number
    private const double Summing = 2e-5;                 // a difference, a quotient or a short sum of numbers of size one

    /// <summary>
    /// Added one after the other, n random numbers of size one walk as far as √n, and each rounding is a part of where the walk
    /// stands: the errors add up like ε·n. Fast kernels add in lanes and blocks, so beyond a few thousand it grows no further.
    /// </summary>
    private static double SummingOver(int n) => Summing + (1e-7 * Math.Min(n, 2000));

    /// <summary>In all a few seconds' work for a processor that must emulate every fused multiply-add.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        .. Elementwise([0, 1, 2, 7, 15, 16, 17, 31, 33, 64, 97, 255, 256, 257, 1021, 70_001]),
        .. Operations(),
        .. Moving(),
        .. Reductions(
            [(0, 3, 4), (2, 0, 3), (1, 1, 1), (1, 17, 1), (5, 16, 1), (3, 31, 1), (7, 33, 1), (1, 257, 1), (1, 1021, 1), (1, 4099, 1),
             (400, 300, 1), (2, 100_003, 1), (3, 5, 7), (2, 17, 16), (1, 65, 17), (64, 1, 33), (13, 64, 64), (9, 3, 129), (1, 1000, 129)]),
        .. MatMul(
            [(0, 5, 3), (5, 0, 3), (5, 3, 0), (1, 1, 1), (1, 65, 33), (7, 13, 5), (12, 32, 64), (13, 33, 17), (33, 1, 31), (6, 16, 300),
             (64, 64, 64), (65, 97, 129), (3, 257, 256), (257, 31, 65), (17, 31, 1027), (130, 300, 257), (1, 1500, 300), (700, 9, 33), (31, 165, 1024)]),
        .. Quantized(
            [(0, 5, 3), (2, 0, 3), (2, 5, 0), (1, 1, 1), (1, 17, 33), (1, 64, 64), (1, 65, 129), (1, 200, 500), (1, 1500, 40), (2, 31, 7),
             (3, 63, 385), (13, 80, 65), (70, 130, 400)]),
        .. Rows(
            [(0, 5), (1, 1), (1, 16), (2, 17), (3, 31), (5, 33), (3, 64), (4, 65), (3, 127), (2, 256), (2, 257), (1, 1021),
             (33, 7), (65, 3), (130, 257), (1000, 65)]),
        .. Attention(
            [(0, 5, 4), (2, 0, 4), (5, 3, 4), (1, 1, 1), (5, 5, 3), (17, 17, 8), (16, 16, 16), (64, 64, 16), (65, 65, 32), (130, 130, 17),
             (3, 33, 17), (1, 129, 64)]),
        .. Recurrent(
            [(0, 3, 4), (2, 0, 4), (1, 1, 1), (1, 1, 64), (3, 2, 5), (4, 5, 16), (3, 13, 17), (2, 25, 33), (5, 50, 32), (2, 7, 128), (2, 3, 130), (2, 19, 33), (2, 9, 400)]),
    ];
}
