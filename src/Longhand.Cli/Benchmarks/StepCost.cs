using Longhand.Backends;
using Longhand.Models;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// What a training step must compute and keep, from the model's shape alone: the share of the peak and of the memory is measured against these, and
/// what an implementation does besides is its own loss. Counted are matrix products; element-wise work is small beside them.
/// </summary>
internal static class StepCost
{
    /// <summary>
    /// The operations that training on one token needs: 6 for each weight of a matrix product (2 forward, 4 backward); and for attention, where a
    /// position looks back over (T + 1)/2 others on average, 2·2·C·(T + 1)/2 forward in each layer and twice that backward. An embedding
    /// is looked up, not multiplied, but a tied one counts once, as the output layer.
    /// </summary>
    public static double FlopsPerToken(ModelConfig model)
    {
        double C = model.Width, T = model.Context;
        return model switch
        {
            GptConfig => (6 * ((model.Layers * 12 * C * C) + (model.Vocabulary * C))) + (model.Layers * 6 * C * (T + 1)),
            // Each gate reads the layer's own state and the layer below; below the first is the embedding, whose few rows times the weights can be looked up, too.
            RecurrentConfig recurrent => 6 * ((((2 * model.Layers) - 1) * Sizes(recurrent).Gates * C * C) + (model.Vocabulary * C)),
            _ => throw Unknown(model),
        };
    }

    /// <summary>
    /// The bytes that a step must keep from the forward for the backward pass, in single precision, and V logits with V gradients of them.
    /// In each layer and for each token of a GPT two normalised rows, three of queries, keys and values, attention's result, two sums of the residual
    /// stream, and four each before and after GELU, all of the width (16·C); of recurrent layers the input, the gates and the state.
    /// </summary>
    public static long ActivationBytes(ModelConfig model, int tokens)
    {
        long rows = model switch
        {
            GptConfig => 16,
            RecurrentConfig recurrent => 1 + Sizes(recurrent).Gates + Sizes(recurrent).States,
            _ => throw Unknown(model),
        };
        return 4L * tokens * ((rows * model.Width * model.Layers) + (2L * model.Vocabulary));
    }

    private static RecurrentSizes Sizes(RecurrentConfig model) => new(model.Cell, Steps: 0, Batch: 0, model.Width);

    private static ArgumentException Unknown(ModelConfig model) => new($"Nobody has counted what training of a {model.Kind} costs; expected a GPT or a recurrent model.");
}
