using Longhand.Data;

namespace Longhand.Tests;

public sealed class TextStretchesTests
{
    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 4)]
    [InlineData(13, 3, 2)]
    [InlineData(13, 4, 3)]
    [InlineData(14, 3, 2)]
    [InlineData(12, 7, 5)]
    [InlineData(200, 7, 16)]
    [InlineData(5, 1, 64)]
    public void Windows_go_on_where_the_last_ended_and_every_token_but_the_first_is_predicted_once(int length, int stretches, int context)
    {
        var text = new TextStretches(Enumerable.Range(100, length).ToArray(), stretches, context);
        var read = new List<int>[stretches];
        for (int b = 0; b < stretches; b++) read[b] = [];
        int[] inputs = new int[stretches * context], targets = new int[inputs.Length];
        int predictions = 0;
        for (int w = 0; w < text.Windows; w++)
        {
            Array.Fill(inputs, -7);
            int filled = text.Fill(w, inputs, targets);
            Assert.InRange(filled, 1, inputs.Length);                      // a window without a target would have no mean
            predictions += filled;
            for (int i = 0; i < inputs.Length; i++)
            {
                bool counts = targets[i] != EvaluationWindows.Ignored;
                Assert.Equal(counts ? targets[i] - 1 : 0, inputs[i]);
                List<int> stretch = read[i / context];
                if (counts) stretch.Add(targets[i]);
                Assert.True(!counts || stretch.Count == (w * context) + (i % context) + 1, "padding stands in the middle of a stretch");
            }
        }
        Assert.Equal(length - 1, predictions);
        Assert.Equal(Enumerable.Range(101, length - 1), read.SelectMany(r => r));     // one stretch after another is the text
        int longest = (length - 1 + stretches - 1) / stretches;
        Assert.Equal((longest + context - 1) / context, text.Windows);
        Assert.All(read, r => Assert.True(r.Count == longest || r == read.Last(s => s.Count > 0) || r.Count == 0));
    }

    [Fact]
    public void What_it_cannot_do_is_refused()
    {
        int[] tokens = [1, 2, 3, 4, 5];
        var problem = Assert.Throws<ArgumentException>(() => new TextStretches(tokens.AsMemory(0, 1), 1, 1));
        Assert.Contains("takes 2 tokens", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextStretches(tokens, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextStretches(tokens, 1, 0));
        var text = new TextStretches(tokens, 2, 2);
        Assert.Equal(1, text.Windows);
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Fill(1, new int[4], new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Fill(-1, new int[4], new int[4]));
        Assert.Throws<ArgumentException>(() => text.Fill(0, new int[4], new int[3]));
    }
}
