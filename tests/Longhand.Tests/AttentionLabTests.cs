using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Numerics;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

/// <summary>The labs that train an encoder and a decoder on letters: attention-copy and seq2seq-reverse.</summary>
public sealed class AttentionLabTests
{
    private static readonly (string, object)[] s_small = [("letters", 8), ("longest", 8), ("width", 24), ("steps", 300)];

    [Fact]
    public void Every_attention_copies_and_plain_recurrence_does_not()
    {
        (LabResult result, string page) = Run("attention-copy", s_small);
        foreach (string kind in new[] { "additive", "dot", "general", "concat" })
            Assert.InRange(Number(result, $"exact_{kind}"), 0.8, 1);
        Assert.InRange(Number(result, "exact_none"), 0, 0.6);
        Assert.True(Number(result, "parameters_none") >= Number(result, "parameters_additive"));
        Assert.Contains("attention leaves it where it was read", result.Conclusion, StringComparison.Ordinal);
        Assert.EndsWith("one training of each kind, and another seed gives another number.", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("writes end", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_reverses_and_a_larger_memory_falls_short()
    {
        (LabResult result, _) = Run("seq2seq-reverse", s_small);
        Assert.InRange(Number(result, "exact_attention"), 0.85, 1);
        Assert.InRange(Number(result, "exact_plain"), 0, 0.7);
        Assert.True(Number(result, "plain_first_letter") > Number(result, "plain_last_letter") + 0.1);
        Assert.True(Number(result, "parameters_plain_3") > 3 * Number(result, "parameters_attention"));
    }

    [Fact]
    public void Without_training_they_say_so()
    {
        (LabResult result, _) = Run("attention-copy", ("letters", 8), ("longest", 8), ("width", 8), ("steps", 10));
        Assert.Contains("none has learned enough to say more", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides() =>
        Assert.Equal(
            Run("seq2seq-reverse", ("width", 8), ("steps", 10), ("teacher-forcing", 0.5)).Page,
            Run("seq2seq-reverse", ("width", 8), ("steps", 10), ("teacher-forcing", 0.5)).Page);

    [Fact]
    public void What_is_held_out_is_never_trained_on()
    {
        var task = new LetterTask(letters: 3, shortest: 4, longest: 5, reverses: true);
        string[] train = Sequences(task.Draw(2000, heldOut: false, new Rng("train"))), test = Sequences(task.Draw(2000, heldOut: true, new Rng("test")));
        Assert.Empty(train.Intersect(test));
        Assert.InRange(test.Distinct().Count() / (81.0 + 243), 0.06, 0.2);
    }

    [Fact]
    public void A_batch_is_filled_up_behind_the_ends()
    {
        var task = new LetterTask(letters: 26, shortest: 2, longest: 6, reverses: true);
        LetterTask.Batch batch = task.Draw(50, heldOut: false, new Rng("batch"));
        for (int b = 0; b < 50; b++)
        {
            int n = batch.Lengths.Values[b];
            int[] source = batch.Sources.Values.Slice(b * 6, n).ToArray(), target = batch.Targets.Values.Slice(b * 7, 7).ToArray();
            Assert.Equal([.. source.Reverse(), task.End, .. Enumerable.Repeat(-100, 6 - n)], target);
        }
        Assert.Equal([2, 3, 4, 5, 6], batch.Lengths.Values.ToArray().Distinct().Order());
    }

    private static string[] Sequences(LetterTask.Batch batch) =>
        [.. Enumerable.Range(0, batch.Lengths.Shape[0]).Select(b => string.Join(' ', batch.Sources.Values.Slice(b * 5, batch.Lengths.Values[b]).ToArray()))];
}
