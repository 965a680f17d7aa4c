using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// The specification, executable: every kernel of <see cref="IBackend"/> as the plainest loops that compute its formula, in
/// double precision. A fast backend is right when it agrees with this one; gradients are checked on it, because finite
/// differences need more digits than single precision has.
/// <para>
/// Left out on purpose: vectors, threads, blocking, reuse of memory. It uses <see cref="Math"/> freely, so its last bits may
/// differ between machines; it trains nothing that is kept. One file per family of kernels; this one holds the memory. Throughout,
/// a plural is the array behind a storage: <c>xs[i]</c> is element i of x.
/// </para>
/// </summary>
public sealed partial class ReferenceBackend : IBackend
{
    public string Name => "reference";

    /// <summary>Filled with NaN, so that a kernel or a caller that relies on undefined content is seen at once.</summary>
    public Storage Allocate(int length)
    {
        double[] xs = new double[length];
        Array.Fill(xs, double.NaN);
        return new ReferenceStorage(xs);
    }

    /// <summary>Nothing is reused here, but the storage is dead all the same, so that a use after release is seen.</summary>
    public void Release(Storage x) => ReferenceStorage.Release(x);

    public void Write(Storage y, ReadOnlySpan<float> values, int start = 0)
    {
        double[] ys = Of(y);
        for (int i = 0; i < values.Length; i++) ys[start + i] = values[i];
    }

    public void Write(Storage y, ReadOnlySpan<double> values) => values.CopyTo(Of(y));

    public void Read(Storage x, Span<float> values)
    {
        double[] xs = Of(x);
        for (int i = 0; i < xs.Length; i++) values[i] = (float)xs[i];
    }

    public void Read(Storage x, Span<double> values) => Of(x).CopyTo(values);

    public void Fill(Storage y, double value) => Array.Fill(Of(y), value);
}
