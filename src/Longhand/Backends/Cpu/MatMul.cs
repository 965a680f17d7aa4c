using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

public sealed partial class CpuBackend
{
    /// <summary>
    /// The length of the blocks that the inner size is cut into. It is part of what a product means here: each output is,
    /// block after block, a chain of fused multiply-adds along k that starts at 0 and is then added to y. What the first block
    /// is added to is what y starts from: nothing, the bias, or y itself when accumulating. Changing it changes the last bits of every trained weight.
    /// </summary>
    internal const int MatMulBlock = 384;

    /// <summary>The vector width of matrix products in bits, 128, 256 or 512; settable so that tests can compare them.</summary>
    internal int MatMulVectorWidth { get; set; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    public void MatMul(Storage y, Storage a, Storage b, in MatMulSizes sizes) => Multiply(y, a, b, null, sizes);

    public void Linear(Storage y, Storage x, Storage weight, Storage bias, int rows, int inputs, int outputs)
    {
        CheckLength(nameof(bias), bias, outputs);
        Multiply(y, x, weight, bias, new MatMulSizes(1, rows, outputs, inputs));
    }

    private void Multiply(Storage y, Storage a, Storage b, Storage? bias, in MatMulSizes sizes)
    {
        long length = (long)sizes.Batch * sizes.M * sizes.N;
        CheckLength(nameof(y), y, length);
        CheckLength(nameof(a), a, (sizes.ShareA ? 1L : sizes.Batch) * sizes.M * sizes.K);
        CheckLength(nameof(b), b, (sizes.ShareB ? 1L : sizes.Batch) * sizes.K * sizes.N);
        if (length == 0) return;
        Floats left = CpuStorage.From(a).Floats, right = CpuStorage.From(b).Floats, result = CpuStorage.From(y).Floats;
        Floats? start = bias is null ? null : CpuStorage.From(bias).Floats;
        if (sizes.K == 0)
        {
            for (int row = 0; start is not null && row < sizes.M; row++) start.AsSpan(0, sizes.N).CopyTo(result.AsSpan(row * sizes.N, sizes.N));
            if (start is null && !sizes.Accumulate) result.AsSpan(0, (int)length).Clear();
            return;
        }
        var job = new MatMulJob(result, left, right, start, sizes, MatMulVectorWidth, Threads);
        _workers.For(job.Cells, job.CellsPerThread, job);
    }

    /// <summary>Beyond this point there are only pointers, so a wrong size must stop here.</summary>
    private static void CheckLength(string name, Storage storage, long needed)
    {
        if (storage.Length < needed)
            throw new ArgumentException($"MatMul: {name} holds {storage.Length} numbers, but its sizes need {needed}.", name);
    }
}
