namespace Longhand.Backends.Cpu;

/// <summary>Single-precision numbers in one managed array.</summary>
internal sealed class CpuStorage(float[] array) : Storage(array.Length)
{
    public float[] Array { get; } = array;

    public Span<float> Span => Array;

    /// <summary>The numbers of a storage this backend made; anything else is a caller's mistake.</summary>
    public static Span<float> Of(Storage storage) => From(storage).Array;

    public static CpuStorage From(Storage storage) => storage as CpuStorage
        ?? throw new InvalidOperationException("The cpu backend was given a storage of another backend; move the tensor first.");
}
