using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Longhand.Numerics;

/// <summary>
/// Counter-based random numbers: every draw is a function of (seed text, purpose, index) and of nothing else,
/// so it does not matter which thread asks first, how many draws came before, or on which machine.
/// <para>
/// The generator is Philox 4×32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3; 2011):
/// ten rounds of two 32×32→64-bit multiplications turn a 128-bit counter and a 64-bit key into 128 random bits.
/// The key comes from the SHA-256 of the seed text; <see cref="Fork(string)"/> and <see cref="Fork(long)"/> hash a
/// purpose or a step number into a new key and leave the parent untouched.
/// </para>
/// <para>Left out: any state. There is no "next"; the caller names the index it wants.</para>
/// </summary>
public readonly partial struct Rng : IEquatable<Rng>
{
    // Philox's factors, and what is added to the key from round to round: the golden ratio and √3 − 1.
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    private readonly ulong _key;

    private Rng(ulong key) => _key = key;

    /// <summary>The root of all randomness of a run: its key is the first 8 bytes of SHA-256(seed).</summary>
    public Rng(string seed) : this(Hash(Encoding.UTF8.GetBytes(seed)))
    {
    }

    /// <summary>An independent generator for one purpose, for example <c>rng.Fork("dropout")</c>.</summary>
    public Rng Fork(string purpose)
    {
        byte[] bytes = new byte[8 + Encoding.UTF8.GetByteCount(purpose)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _key);
        Encoding.UTF8.GetBytes(purpose, bytes.AsSpan(8));
        return new Rng(Hash(bytes));
    }

    /// <summary>An independent generator for one step, layer or sample number.</summary>
    public Rng Fork(long number)
    {
        // The top counter word is never reached by Block, so a fork's key is no output of its parent's stream.
        (uint a, uint b, _, _) = Philox((uint)number, (uint)((ulong)number >> 32), 0, 0xF04Bu, _key);
        return new Rng(a | ((ulong)b << 32));
    }

    /// <summary>Four random words: the draws with the indices 4·block … 4·block + 3.</summary>
    public (uint, uint, uint, uint) Block(long block) => Philox((uint)block, (uint)((ulong)block >> 32), 0, 0, _key);

    /// <summary>32 random bits for one index.</summary>
    public uint Bits(long index)
    {
        (uint a, uint b, uint c, uint d) = Block(index >> 2);
        return (index & 3) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    /// <summary>A number in [0, 1) with 24 random bits, exactly representable as a float.</summary>
    public float Uniform(long index) => (Bits(index) >> 8) * (1f / (1 << 24));

    /// <summary>A number in [0, 1) with 53 random bits: words 2·index and 2·index + 1.</summary>
    public double UniformDouble(long index)
    {
        (uint a, uint b, uint c, uint d) = Block(index >> 1);
        ulong bits = (index & 1) == 0 ? a | ((ulong)b << 32) : c | ((ulong)d << 32);
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A whole number in [0, limit), by the high word of a 64-bit product; the bias is below 2⁻³².</summary>
    public int Below(int limit, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)(((ulong)Bits(index) * (uint)limit) >> 32);
    }

    /// <summary>
    /// A draw from the standard normal distribution by the transform of Box and Muller (1958):
    /// √(−2 ln u)·cos(2πv), with the library's own logarithm and cosine so that every machine agrees.
    /// </summary>
    public float Normal(long index)
    {
        double u = 1.0 - UniformDouble(2 * index);       // (0, 1]: the logarithm is finite
        double v = UniformDouble((2 * index) + 1);
        return (float)(Math.Sqrt(-2.0 * StableMath.Log(u)) * StableMath.Cos(2.0 * Math.PI * v));
    }

    /// <summary>The numbers 0 … count − 1 in a random order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1, i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Philox 4×32-10 as published: counter (c0 … c3), key, ten rounds.</summary>
    public static (uint, uint, uint, uint) Philox(uint c0, uint c1, uint c2, uint c3, ulong key)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0, p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    public bool Equals(Rng other) => _key == other._key;
    public override bool Equals(object? obj) => obj is Rng other && Equals(other);
    public override int GetHashCode() => _key.GetHashCode();
    public static bool operator ==(Rng left, Rng right) => left.Equals(right);
    public static bool operator !=(Rng left, Rng right) => !left.Equals(right);

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
