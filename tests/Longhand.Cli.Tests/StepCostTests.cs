using Longhand.Backends;
using Longhand.Cli.Benchmarks;
using Longhand.Models;

namespace Longhand.Cli.Tests;

public sealed class StepCostTests
{
    // Without biases, the embedding and what reads it, every parameter is a weight of a product: 6 operations for each token.
    [Theory]
    [InlineData(RecurrentCell.Rnn, 1)]
    [InlineData(RecurrentCell.Lstm, 4)]
    [InlineData(RecurrentCell.Gru, 3)]
    public void A_recurrent_model_multiplies_by_every_weight_but_its_embedding_and_the_first_that_reads_it(RecurrentCell cell, int gates)
    {
        var model = new RecurrentConfig(cell) { Layers = 3, Width = 16, Vocabulary = 11 };
        long biases = (model.Layers * (gates + (cell == RecurrentCell.Gru ? 1 : 0)) * 16) + 11, lookedUp = (11 * 16) + (gates * 16 * 16);
        Assert.Equal(6 * (model.ParameterCount - biases - lookedUp), StepCost.FlopsPerToken(model));
    }

    [Fact]
    public void Of_GPT_the_tied_embedding_counts_as_output_layer_and_attention_grows_with_the_context()
    {
        var model = new GptConfig { Layers = 2, Heads = 2, Width = 16, Context = 8, Vocabulary = 11 };
        Assert.Equal((6 * ((2 * 12 * 16 * 16) + (11 * 16))) + (2 * 6 * 16 * (8 + 1)), StepCost.FlopsPerToken(model));
        Assert.Equal(2 * 6 * 16 * 8, StepCost.FlopsPerToken(model with { Context = 16 }) - StepCost.FlopsPerToken(model));
    }

    [Fact]
    public void What_is_kept_grows_with_tokens_and_gates()
    {
        var lstm = new RecurrentConfig(RecurrentCell.Lstm) { Layers = 2, Width = 16, Vocabulary = 11 };
        Assert.Equal(4 * 100 * ((2 * 16 * (1 + 4 + 2)) + (2 * 11)), StepCost.ActivationBytes(lstm, tokens: 100));
        Assert.True(StepCost.ActivationBytes(new RecurrentConfig(RecurrentCell.Rnn) { Layers = 2, Width = 16, Vocabulary = 11 }, 100) < StepCost.ActivationBytes(lstm, 100));
        Assert.Equal(4 * 100 * ((2 * 16 * 16) + (2 * 11)), StepCost.ActivationBytes(new GptConfig { Layers = 2, Width = 16, Vocabulary = 11 }, tokens: 100));
    }

    [Fact]
    public void A_kind_that_nobody_counted_is_refused() =>
        Assert.Contains("bigram", Assert.Throws<ArgumentException>(() => StepCost.FlopsPerToken(new BigramConfig())).Message, StringComparison.Ordinal);
}
