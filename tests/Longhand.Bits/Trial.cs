using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Bits;

/// <summary>
/// One kernel call on one backend: hands out random arguments and remembers the storages it may have written.
/// The arguments depend on the case's name and the order in which they are asked for, and are exact in single precision,
/// so every backend is given the same numbers.
/// </summary>
public sealed class Trial(IBackend backend, string name)
{
    private readonly Rng _rng = new(name);
    private readonly List<Storage> _outputs = [];
    private readonly List<double[]> _numbers = [];
    private long _asked;

    public IBackend Backend { get; } = backend;

    /// <summary>A generator for kernels that draw themselves.</summary>
    public Rng Draws => _rng.Fork("draws");

    /// <summary>Room for a result, full of NaN: what a kernel forgets to write shows.</summary>
    public Storage Output(int length)
    {
        Storage y = Backend.Allocate(length);
        Backend.Fill(y, double.NaN);
        _outputs.Add(y);
        return y;
    }

    /// <summary>Draws from the standard normal distribution, times <paramref name="scale"/>.</summary>
    public Storage Input(int length, float scale = 1)
    {
        Rng rng = _rng.Fork(_asked++);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) values[i] = rng.Normal(i) * scale;
        return Given(values);
    }

    /// <summary>Draws from [0, 1).</summary>
    public Storage Uniform(int length)
    {
        Rng rng = _rng.Fork(_asked++);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) values[i] = rng.Uniform(i);
        return Given(values);
    }

    /// <summary>Exactly these numbers.</summary>
    public Storage Given(params float[] values)
    {
        Storage x = Backend.Allocate(values.Length);
        Backend.Write(x, values);
        return x;
    }

    /// <summary>An argument that the kernel also writes.</summary>
    public Storage Updated(Storage x)
    {
        _outputs.Add(x);
        return x;
    }

    /// <summary>Whole numbers in 0 … limit − 1, with repetitions.</summary>
    public int[] Ids(int count, int limit)
    {
        Rng rng = _rng.Fork(_asked++);
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) ids[i] = rng.Below(limit, i);
        return ids;
    }

    /// <summary>A result that is a number and not a storage.</summary>
    public void Number(double value) => _numbers.Add([value]);

    /// <summary>Everything the kernel wrote, in the order of the arguments.</summary>
    public double[][] Results()
    {
        List<double[]> results = [];
        foreach (Storage y in _outputs)
        {
            double[] values = new double[y.Length];
            Backend.Read(y, values);
            results.Add(values);
        }
        return [.. results, .. _numbers];
    }
}
