using Longhand.Data;
using Longhand.Numerics;
using Longhand.Text;

namespace Longhand.Tests;

public sealed class BatchesTests
{
    [Theory]
    [InlineData(10, 9)]
    [InlineData(11, 9)]
    [InlineData(19, 17)]
    [InlineData(20, 18)]
    [InlineData(0, 0)]
    public void The_last_tenth_is_for_validation(int length, int train)
    {
        var data = new TokenData(Enumerable.Range(0, length).ToArray());
        Assert.Equal(Enumerable.Range(0, train), data.Train.ToArray());
        Assert.Equal(Enumerable.Range(train, length - train), data.Validation.ToArray());
    }

    [Fact]
    public void Data_comes_from_a_text()
    {
        TokenData data = TokenData.Encode(CharTokenizer.FromText("abc"), "abcabcabcab");
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], data.Train.ToArray());
        Assert.Equal([0, 1], data.Validation.ToArray());
    }

    [Fact]
    public void The_minimum_length_is_the_first_that_can_be_trained_on()
    {
        for (int context = 1; context < 300; context++)
        {
            int length = TokenData.MinimumLength(context);
            Assert.True(Enough(length, context), $"{length} tokens are too few for {context}");
            Assert.False(Enough(length - 1, context), $"{length - 1} tokens are enough for {context}");
        }

        static bool Enough(int length, int context)
        {
            var data = new TokenData(new int[length]);
            return data.Train.Length >= context + 1 && data.Validation.Length >= 2;
        }
    }

    [Fact]
    public void Targets_are_the_tokens_one_later_and_every_offset_can_come()
    {
        const int Length = 13, Windows = 7, Context = 5;
        var batches = new Batches(Enumerable.Range(100, Length).ToArray(), Windows, Context, new Rng("a"));
        int[] inputs = new int[Windows * Context], targets = new int[Windows * Context];
        int[] starts = new int[Length - Context];
        for (int step = 0; step < 400; step++)
        {
            batches.Fill(step, microStep: 0, inputs, targets);
            for (int b = 0; b < Windows; b++)
            {
                int start = inputs[b * Context];
                starts[start - 100]++;
                Assert.Equal(Enumerable.Range(start, Context), inputs[(b * Context)..((b + 1) * Context)]);
                Assert.Equal(Enumerable.Range(start + 1, Context), targets[(b * Context)..((b + 1) * Context)]);
            }
        }
        Assert.All(starts, count => Assert.InRange(count, 290, 410));     // 350 expected, standard deviation 17.5
    }

    [Fact]
    public void A_batch_depends_on_seed_step_and_part_and_not_on_what_was_drawn_before()
    {
        int[] tokens = Enumerable.Range(0, 5000).ToArray();
        var first = new Batches(tokens, windows: 4, context: 8, new Rng("seed"));
        var second = new Batches(tokens, windows: 4, context: 8, new Rng("seed"));
        int[] expected = Draw(first, 70, 1);
        Draw(second, 3, 0);
        Assert.Equal(expected, Draw(second, 70, 1));
        Assert.NotEqual(expected, Draw(second, 70, 0));
        Assert.NotEqual(expected, Draw(second, 71, 1));
        Assert.NotEqual(expected, Draw(new Batches(tokens, windows: 4, context: 8, new Rng("other")), 70, 1));
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        var batches = new Batches(new int[1000], windows: 4, context: 8, new Rng("a"));
        var windows = new EvaluationWindows(new int[1000], windows: 4, context: 8);
        int[] inputs = new int[32], targets = new int[32];
        batches.Fill(0, 0, inputs, targets);
        windows.Fill(0, inputs, targets);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 30; step++)
        {
            batches.Fill(step, 0, inputs, targets);
            windows.Fill(step, inputs, targets);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_window_needs_one_token_more_than_its_context()
    {
        var batches = new Batches(new[] { 1, 2, 3, 4 }, windows: 2, context: 3, new Rng("a"));
        int[] inputs = new int[6], targets = new int[6];
        batches.Fill(0, 0, inputs, targets);
        Assert.Equal([1, 2, 3, 1, 2, 3], inputs);
        Assert.Equal([2, 3, 4, 2, 3, 4], targets);
        string message = Assert.Throws<ArgumentException>(() => new Batches(new int[3], windows: 2, context: 3, new Rng("a"))).Message;
        Assert.StartsWith("Batches: a window of 3 tokens and the one after it need 4 tokens, but the text has 3.", message);
        Assert.Throws<ArgumentException>(() => batches.Fill(0, 0, inputs, targets.AsSpan(1)));
    }

    [Theory]
    [InlineData(2, 3, 4)]
    [InlineData(13, 3, 4)]
    [InlineData(14, 3, 4)]
    [InlineData(25, 3, 4)]
    [InlineData(1000, 7, 64)]
    [InlineData(50, 1, 1)]
    public void Evaluation_predicts_every_token_but_the_first_once(int length, int windows, int context)
    {
        var evaluation = new EvaluationWindows(Enumerable.Range(0, length).ToArray(), windows, context);
        int[] inputs = new int[windows * context], targets = new int[windows * context];
        var predicted = new List<int>();
        for (int batch = 0; batch < evaluation.Batches; batch++)
        {
            int count = evaluation.Fill(batch, inputs, targets);
            Assert.True(count > 0);
            for (int i = 0; i < inputs.Length; i++)
            {
                Assert.Equal(i < count ? inputs[i] + 1 : EvaluationWindows.Ignored, targets[i]);
                if (i >= count) Assert.Equal(0, inputs[i]);
            }
            predicted.AddRange(targets[..count]);
        }
        Assert.Equal(Enumerable.Range(1, length - 1), predicted);
        Assert.Equal(length - 1, evaluation.Targets);
    }

    [Fact]
    public void Evaluation_needs_two_tokens() =>
        Assert.Throws<ArgumentException>(() => new EvaluationWindows(new int[1], windows: 1, context: 4));

    private static int[] Draw(Batches batches, long step, int microStep)
    {
        int[] inputs = new int[batches.Windows * batches.Context], targets = new int[inputs.Length];
        batches.Fill(step, microStep, inputs, targets);
        return inputs;
    }
}
