using Longhand.Backends;
using Longhand.Models;
using Longhand.Nn;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// What a training step must compute and keep, from the model's shape alone: the share of the peak and of the memory is measured against
/// these, and what an implementation does besides is its own loss. Counted are matrix products; element-wise work is small beside them.
/// </summary>
internal static class StepCost
{
    /// <summary>
    /// The operations that training on one token needs: 6 for each weight of a matrix product (2 forward, 4 backward); and for attention,
    /// where a position looks back over (T + 1)/2 others on average, 2·2·C·(T + 1)/2 forward in each layer and twice that backward. An
    /// embedding is looked up, not multiplied, but a tied one counts once, as the output layer.
    /// </summary>
    /// <param name="model">A GPT or a recurrent model.</param>
    /// <param name="isLookedUp">
    /// Of recurrent models: true where the first layer's weights are multiplied by the rows of the embedding and each token's product is
    /// looked up, as <see cref="RecurrentLayer.ForwardTokens"/> does: so few rows beside so many tokens are not counted. False where they
    /// are multiplied by each token's row, as PyTorch's layers do, which know nothing of an embedding.
    /// </param>
    /// <exception cref="ArgumentException">The model is of another kind.</exception>
    public static double FlopsPerToken(ModelConfig model, bool isLookedUp = true)
    {
        double C = model.Width, T = model.Context, L = model.Layers, V = model.Vocabulary;
        return model switch
        {
            GptConfig => (6 * ((L * 12 * C * C) + (V * C))) + (L * 6 * C * (T + 1)),
            // Each gate reads the layer's own state and the layer below; below the first is the embedding.
            RecurrentConfig recurrent => 6 * ((((2 * L) - (isLookedUp ? 1 : 0)) * Sizes(recurrent).Gates * C * C) + (V * C)),
            _ => throw Unknown(model),
        };
    }

    /// <summary>
    /// The bytes of the forward pass that the gradients of a step read, in single precision, and V logits with V gradients of them.
    /// In each layer and for each token of a GPT two normalised rows, three of queries, keys and values, attention's result, two sums of
    /// the residual stream, and four each before and after GELU, all of the width (16·C). In each recurrent layer its states, what its
    /// cells save (four rows of gates; nothing in an Rnn, whose gradient follows from the state), and the copy of its output that the layer
    /// above, or the output layer, multiplies. What the inputs give the gates is not among them: only the forward pass reads it.
    /// </summary>
    /// <exception cref="ArgumentException">The model is of another kind.</exception>
    public static long ActivationBytes(ModelConfig model, int tokens)
    {
        long rows = model switch
        {
            GptConfig => 16,
            RecurrentConfig recurrent => Sizes(recurrent).States + Sizes(recurrent).Saved + 1,
            _ => throw Unknown(model),
        };
        return 4L * tokens * ((rows * model.Width * model.Layers) + (2L * model.Vocabulary));
    }

    private static RecurrentSizes Sizes(RecurrentConfig model) => new(model.Cell, Steps: 0, Batch: 0, model.Width);

    private static ArgumentException Unknown(ModelConfig model) =>
        new($"Nobody has counted what training of a {model.Kind} costs; expected a GPT or a recurrent model.");
}
