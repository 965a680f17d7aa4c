namespace Longhand.Backends.Cpu;

/// <summary>
/// Single-precision numbers in one managed array, which goes back to the backend's pool on release. The array may be longer than the storage.
/// </summary>
internal sealed class CpuStorage(float[] array, int length) : Storage(length)
{
    private float[]? _array = array;

    public float[] Array => _array ?? throw new InvalidOperationException("This storage was handed back to the cpu backend.");

    /// <summary>The numbers of a storage this backend made; anything else is a caller's mistake.</summary>
    public static Span<float> Of(Storage storage) => From(storage).Array.AsSpan(0, storage.Length);

    public static CpuStorage From(Storage storage) => storage as CpuStorage
        ?? throw new InvalidOperationException("The cpu backend was given a storage of another backend; move the tensor first.");

    /// <summary>Takes the array out for reuse; the storage is dead from here on.</summary>
    public float[] Detach()
    {
        float[] array = Array;
        _array = null;
        IsReleased = true;
        return array;
    }
}
