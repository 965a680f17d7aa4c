namespace Longhand.Backends.Cpu;

/// <summary>
/// The processor's vector units and cores: single precision, 16 virtual lanes on every machine, work split over threads so
/// that each output element is computed by one thread. One file per kernel; this one holds the memory.
/// </summary>
public sealed partial class CpuBackend : IBackend
{
    private readonly Workers _workers;
    private readonly FloatsPool _pool = new();

    /// <param name="threads">How many cores to use, 1 to 256; null means all that the process may use.</param>
    public CpuBackend(int? threads = null)
    {
        _workers = new Workers(threads ?? Math.Min(Environment.ProcessorCount, 256));
    }

    public string Name => "cpu";

    /// <summary>How many threads share the work.</summary>
    public int Threads => _workers.Threads;

    public Storage Allocate(int length) => new CpuStorage(_pool.Take(length));

    public void Release(Storage x) => _pool.GiveBack(CpuStorage.From(x).Detach());

    public void Write(Storage y, ReadOnlySpan<float> values, int start = 0) => values.CopyTo(CpuStorage.Of(y)[start..]);

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

    public void Fill(Storage y, double value) =>
        _workers.For(y.Length, Kernel.Minimum(1), new FillJob(CpuStorage.From(y).Floats, (float)value));

    private readonly struct FillJob(Floats y, float value) : IRangeJob
    {
        public void Run(int start, int end) => y.AsSpan(start, end - start).Fill(value);
    }
}
