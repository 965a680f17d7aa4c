namespace Longhand.Backends.Cpu;

/// <summary>
/// Room for packed strips: one array per thread that stays. Apart from <see cref="Kernel.Scratch"/>, because kernels that keep
/// something there multiply matrices meanwhile.
/// </summary>
internal static unsafe class MatMulScratch
{
    [ThreadStatic]
    private static float[]? t_room;

    public static float* Get(int length) => Kernel.Aligned(ref t_room, length);
}
