using Longhand.Backends;
using Longhand.Backends.Cpu;

namespace Longhand.Cli.Benchmarks;

/// <summary>A matrix product by our kernels, on small whole numbers: results are exact, so everybody's can be compared exactly.</summary>
internal sealed class OurProduct
{
    private readonly CpuBackend _backend;
    private readonly Storage _y, _a, _b;
    private readonly MatMulSizes _sizes;
    private readonly int _length;

    public OurProduct(Product p, int threads)
    {
        _backend = new CpuBackend(threads);
        _sizes = new MatMulSizes(p.Batch, p.M, p.N, p.K, p.TransposeA, p.TransposeB);
        _length = p.Batch * p.M * p.N;
        _y = _backend.Allocate(_length);
        _a = WholeNumbers(p.Batch * p.M * p.K, factor: 7, modulus: 13);
        _b = WholeNumbers(p.Batch * p.K * p.N, factor: 5, modulus: 11);
    }

    public void Multiply() => _backend.MatMul(_y, _a, _b, _sizes);

    /// <summary>Σ yᵢ·(i mod 97), which peers compute, too.</summary>
    public double CheckSum()
    {
        Multiply();
        float[] y = new float[_length];
        _backend.Read(_y, y);
        double sum = 0;
        for (int i = 0; i < y.Length; i++)
        {
            sum += y[i] * (double)(i % 97);
        }
        return sum;
    }

    private Storage WholeNumbers(int count, long factor, int modulus)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (i * factor % modulus) - (modulus / 2);
        }
        Storage x = _backend.Allocate(count);
        _backend.Write(x, values.AsSpan());
        return x;
    }
}
