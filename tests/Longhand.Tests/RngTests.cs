using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class RngTests
{
    // Known answers of the authors' reference implementation (Random123, kat_vectors, philox4x32 10).
    [Fact]
    public void Philox_equals_the_published_vectors()
    {
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Rng.Philox(0, 0, 0, 0, 0));
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu),
            Rng.Philox(~0u, ~0u, ~0u, ~0u, ulong.MaxValue));
        Assert.Equal((0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
            Rng.Philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0x299f31d0a4093822));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(uint.MaxValue - 3L)]                                // the lower counter word overflows on the way
    [InlineData(1L << 50)]
    public void Eight_blocks_at_once_are_the_eight_blocks(long block)
    {
        var rng = new Rng("blocks");
        List<uint> expected = [];
        for (int i = 0; i < 8; i++)
        {
            (uint a, uint b, uint c, uint d) = rng.Block(block + i);
            expected.AddRange([a, b, c, d]);
        }
        rng.EightBlocks(block, out Vector512<uint> first, out Vector512<uint> second);
        uint[] words = new uint[32];
        first.CopyTo(words);
        second.CopyTo(words, 16);
        Assert.Equal(expected, words);
    }

    [Fact]
    public void Normal_draws_have_mean_0_variance_1_and_tails()
    {
        var rng = new Rng("normal");
        double sum = 0, squares = 0, beyondTwo = 0;
        const int Count = 100_000;
        for (int i = 0; i < Count; i++)
        {
            double x = rng.Normal(i);
            sum += x;
            squares += x * x;
            if (Math.Abs(x) > 2) beyondTwo++;
        }
        Assert.InRange(sum / Count, -0.01, 0.01);
        Assert.InRange(squares / Count, 0.98, 1.02);
        Assert.InRange(beyondTwo / Count, 0.0435, 0.0475);          // 4.55 % in theory
    }

    [Fact]
    public void Forks_differ_from_each_other_and_from_their_parent()
    {
        var rng = new Rng("a");
        uint[] first = [rng.Bits(0), rng.Fork("x").Bits(0), rng.Fork("y").Bits(0), rng.Fork(0).Bits(0), rng.Fork(1).Bits(0), new Rng("b").Bits(0)];
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Equal(rng.Fork("x").Fork(7), new Rng("a").Fork("x").Fork(7));
    }

    [Fact]
    public void A_permutation_holds_every_number_once()
    {
        Assert.Equal(Enumerable.Range(0, 97), new Rng("p").Permutation(97).Order());
        Assert.NotEqual(new Rng("p").Permutation(97), new Rng("q").Permutation(97));
    }
}
