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
        Assert.Equal(6 * (model.ParameterCount - biases - (11 * 16)), StepCost.FlopsPerToken(model, isLookedUp: false));
    }

    [Fact]
    public void Of_the_recurrent_shapes_looking_up_spares_almost_a_quarter()
    {
        // (2L·G·C² + V·C) / ((2L − 1)·G·C² + V·C) with L = 2, C = 128, V = 65.
        double[] factors = [73_856.0 / 57_472, 270_464.0 / 204_928, 204_928.0 / 155_776];
        Assert.Equal(factors, TrainingShape.Recurrent.Select(shape =>
            StepCost.FlopsPerToken(shape.Model, isLookedUp: false) / StepCost.FlopsPerToken(shape.Model)));
    }

    [Fact]
    public void Of_GPT_the_tied_embedding_counts_as_output_layer_and_attention_grows_with_the_context()
    {
        var model = new GptConfig { Layers = 2, Heads = 2, Width = 16, Context = 8, Vocabulary = 11 };
        Assert.Equal((6 * ((2 * 12 * 16 * 16) + (11 * 16))) + (2 * 6 * 16 * (8 + 1)), StepCost.FlopsPerToken(model));
        Assert.Equal(2 * 6 * 16 * 8, StepCost.FlopsPerToken(model with { Context = 16 }) - StepCost.FlopsPerToken(model));
    }

    // One token: 22 numbers are logits and their gradients. The rest, in each of two layers of 16 units: h and its copy in an RNN;
    // beside them c, i, f, g and o in an LSTM; r, z, n and q in a GRU.
    [Theory]
    [InlineData(RecurrentCell.Rnn, 64 + 22)]
    [InlineData(RecurrentCell.Lstm, 224 + 22)]
    [InlineData(RecurrentCell.Gru, 192 + 22)]
    public void A_recurrent_layer_keeps_states_gates_and_its_output(RecurrentCell cell, int numbers)
    {
        var model = new RecurrentConfig(cell) { Layers = 2, Width = 16, Vocabulary = 11 };
        Assert.Equal(4 * numbers, StepCost.ActivationBytes(model, tokens: 1));
        Assert.Equal(400 * numbers, StepCost.ActivationBytes(model, tokens: 100));
    }

    [Fact]
    public void A_layer_of_GPT_keeps_sixteen_rows() =>
        Assert.Equal(4 * (512 + 22), StepCost.ActivationBytes(new GptConfig { Layers = 2, Width = 16, Vocabulary = 11 }, tokens: 1));

    [Fact]
    public void A_kind_that_nobody_counted_is_refused() =>
        Assert.Contains(
            "bigram", Assert.Throws<ArgumentException>(() => StepCost.FlopsPerToken(new BigramConfig())).Message, StringComparison.Ordinal);
}
