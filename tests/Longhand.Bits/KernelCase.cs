using System.Buffers.Binary;
using System.Security.Cryptography;
using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>One kernel at one size.</summary>
/// <param name="Kernel">The name of the method of <see cref="IBackend"/>.</param>
/// <param name="Sizes">What tells this case from the others of its kernel.</param>
/// <param name="Tolerance">
/// How far a single-precision result may be from the exact one, as a part of 1 + |exact|: absolute below 1, relative above.
/// </param>
/// <param name="Body">Asks the trial for arguments and calls the kernel.</param>
public sealed record KernelCase(string Kernel, string Sizes, double Tolerance, Action<Trial> Body)
{
    public string Name => $"{Kernel} {Sizes}";

    /// <summary>Every number the kernel writes.</summary>
    public double[][] Run(IBackend backend)
    {
        var trial = new Trial(backend, Name);
        Body(trial);
        return trial.Results();
    }

    /// <summary>The SHA-256 of all results, every NaN taken as the same one: which of them comes out is the hardware's choice.</summary>
    public string Fingerprint(IBackend backend)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[8];
        foreach (double[] values in Run(backend))
        {
            foreach (double value in values)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, double.IsNaN(value) ? double.NaN : value);
                hash.AppendData(bytes);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
