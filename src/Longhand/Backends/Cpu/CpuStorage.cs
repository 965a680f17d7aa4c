namespace Longhand.Backends.Cpu;

/// <summary>Single-precision numbers, which go back to the backend's pool on release.</summary>
internal sealed class CpuStorage(Floats floats) : Storage(floats.Length)
{
    private Floats? _floats = floats;

    public Floats Floats => _floats ?? throw new InvalidOperationException("This storage was handed back to the cpu backend.");

    /// <summary>The numbers of a storage this backend made; anything else is a caller's mistake.</summary>
    public static Span<float> Of(Storage storage) => From(storage).Floats.Span;

    public static CpuStorage From(Storage storage) => storage as CpuStorage
        ?? throw new InvalidOperationException("The cpu backend was given a storage of another backend; move the tensor first.");

    /// <summary>Takes the numbers out for reuse; the storage is dead from here on.</summary>
    public Floats Detach()
    {
        Floats floats = Floats;
        _floats = null;
        IsReleased = true;
        return floats;
    }
}
