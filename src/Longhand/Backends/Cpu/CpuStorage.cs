namespace Longhand.Backends.Cpu;

/// <summary>Single-precision numbers in one managed array, which goes back to the backend's pool on release.</summary>
internal sealed class CpuStorage(float[] array) : Storage(array.Length)
{
    private float[]? _array = array;

    public float[] Array => _array ?? throw new InvalidOperationException("This storage was handed back to the cpu backend.");

    public Span<float> Span => Array;

    /// <summary>The numbers of a storage this backend made; anything else is a caller's mistake.</summary>
    public static Span<float> Of(Storage storage) => From(storage).Array;

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
