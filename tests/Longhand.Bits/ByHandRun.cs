using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Longhand.ByHand;
using Longhand.Numerics;

namespace Longhand.Bits;

/// <summary>
/// A short training of models derived by hand, in sizes that leave a rest for every vector width: a network with dropout, and a
/// transformer block.
/// </summary>
internal static class ByHandRun
{
    public static string Fingerprint()
    {
        var rng = new Rng("by hand");
        Matrix x = Matrix.Normal(13, 19, rng.Fork("x")), t = Matrix.OneHot([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 3);
        var network = new Mlp([19, 11, 3], Activation.Tanh, Loss.SoftmaxCrossEntropy, rng.Fork("network"), dropout: 0.2);
        for (int step = 0; step < 20; step++) network.Step(x, t, learningRate: 0.3, rng.Fork(step));

        Matrix sequence = Matrix.Normal(7, 18, rng.Fork("sequence")), wanted = Matrix.Normal(7, 18, rng.Fork("wanted"));
        var block = new TransformerBlock(width: 18, heads: 2, rng.Fork("block"));
        for (int step = 0; step < 10; step++)
        {
            TransformerBlock.Cache cache = block.Forward(sequence);
            block.Descend(block.Backward(cache, (cache.Y - wanted) / sequence.Rows), learningRate: 0.05);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Matrix result in (Matrix[])[.. network.W, .. network.B, block.Forward(sequence).Y]) hash.AppendData(MemoryMarshal.AsBytes(result.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
