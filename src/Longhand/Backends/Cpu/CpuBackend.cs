namespace Longhand.Backends.Cpu;

/// <summary>
/// The processor's vector units and cores: single precision, 16 virtual lanes on every machine, work split over threads so
/// that each output element is computed by one thread. One file per kernel; this one holds the memory.
/// </summary>
public sealed partial class CpuBackend : IBackend
{
    private readonly Workers _workers;
    private readonly Dictionary<int, Stack<float[]>> _released = [];

    /// <param name="threads">How many cores to use, 1 to 256; null means all that the process may use.</param>
    public CpuBackend(int? threads = null)
    {
        _workers = new Workers(threads ?? Math.Min(Environment.ProcessorCount, 256));
    }

    public string Name => "cpu";

    /// <summary>How many threads share the work.</summary>
    public int Threads => _workers.Threads;

    public Storage Allocate(int length)
    {
        lock (_released)
        {
            if (_released.TryGetValue(length, out Stack<float[]>? stack) && stack.TryPop(out float[]? array)) return new CpuStorage(array);
        }
        return new CpuStorage(GC.AllocateUninitializedArray<float>(length));
    }

    public void Release(Storage x)
    {
        float[] array = CpuStorage.From(x).Detach();
        lock (_released)
        {
            if (!_released.TryGetValue(array.Length, out Stack<float[]>? stack)) _released[array.Length] = stack = new();
            stack.Push(array);
        }
    }

    public void Write(Storage y, ReadOnlySpan<float> values) => values.CopyTo(CpuStorage.Of(y));

    public void Write(Storage y, ReadOnlySpan<double> values)
    {
        Span<float> span = CpuStorage.Of(y);
        for (int i = 0; i < values.Length; i++) span[i] = (float)values[i];
    }

    public void Read(Storage x, Span<float> values) => CpuStorage.Of(x).CopyTo(values);

    public void Read(Storage x, Span<double> values)
    {
        Span<float> span = CpuStorage.Of(x);
        for (int i = 0; i < span.Length; i++) values[i] = span[i];
    }

    public void Fill(Storage y, double value) => CpuStorage.Of(y).Fill((float)value);
}
