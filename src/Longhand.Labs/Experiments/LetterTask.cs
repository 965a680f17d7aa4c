using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Sequences of letters and what they are to become. Whether one is held out follows from its letters alone, so none is ever trained on and
/// tested with.
/// </summary>
/// <param name="letters">How many different ones.</param>
/// <param name="shortest">Letters in a sequence, at least.</param>
/// <param name="longest">At most.</param>
/// <param name="reverses">Whether the answer is the sequence backwards, or the sequence itself.</param>
internal sealed class LetterTask(int letters, int shortest, int longest, bool reverses)
{
    /// <summary>The token after an answer.</summary>
    public int End => letters;

    /// <summary>The token before an answer.</summary>
    public int Begin => letters + 1;

    /// <summary>How many different tokens there are.</summary>
    public int Vocabulary => letters + 2;

    public int Shortest => shortest;

    public int Longest => longest;

    /// <summary>A token as a person reads it.</summary>
    public string Show(int token) => token < letters ? ((char)('a' + token)).ToString() : token == End ? "end" : "begin";

    /// <summary>Sequences in a batch, filled up behind their ends.</summary>
    /// <param name="Sources">(B, longest).</param>
    /// <param name="Targets">(B, longest + 1), with the end behind the letters; −100 where nothing counts.</param>
    /// <param name="Lengths">(B).</param>
    public sealed record Batch(Indices Sources, Indices Targets, Indices Lengths);

    /// <summary>Draws sequences.</summary>
    /// <param name="count">B.</param>
    /// <param name="heldOut">Whether from those for testing, an eighth of all, or from those for training.</param>
    /// <param name="rng">Where they come from: another one for each batch.</param>
    /// <param name="length">A length for all; drawn for each when left out.</param>
    public Batch Draw(int count, bool heldOut, Rng rng, int? length = null)
    {
        int room = Math.Max(longest, length ?? 0);
        int[] sources = new int[count * room], targets = new int[count * (room + 1)], lengths = new int[count];
        Array.Fill(targets, -100);
        for (int b = 0, draw = 0; b < count; draw++)
        {
            Rng own = rng.Fork(draw);
            int n = length ?? shortest + own.Below(longest - shortest + 1, 0);
            Span<int> source = sources.AsSpan(b * room, n), target = targets.AsSpan(b * (room + 1), n + 1);
            for (int i = 0; i < n; i++) source[i] = own.Below(letters, i + 1);
            if (IsHeldOut(source) != heldOut) continue;
            source.CopyTo(target);
            if (reverses) target[..n].Reverse();
            target[n] = End;
            lengths[b++] = n;
        }
        return new Batch(new Indices(sources, (count, room)), new Indices(targets, (count, room + 1)), new Indices(lengths, count));
    }

    // A hash that mixes every letter and its place (Fowler, Noll and Vo's): an eighth of all sequences of any length, spread evenly.
    private static bool IsHeldOut(ReadOnlySpan<int> letters)
    {
        uint hash = 2166136261;
        foreach (int letter in letters) hash = (hash ^ (uint)letter) * 16777619;
        return (hash >> 16) % 8 == 0;
    }
}
