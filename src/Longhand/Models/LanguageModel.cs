using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>
/// A model that reads tokens and gives, at every position, logits for the next one. All kinds are trained, measured, sampled and saved by
/// the same code through this class.
/// </summary>
public abstract class LanguageModel : Module
{
    /// <summary>Its shape.</summary>
    public abstract ModelConfig Config { get; }

    /// <summary>Where the parameters live.</summary>
    public abstract IBackend Backend { get; }

    /// <summary>Logits for the token after each position, from the tokens up to it.</summary>
    /// <param name="ids">(B, T) token ids.</param>
    /// <param name="rng">In training, where dropout's draws come from; null in use.</param>
    /// <param name="watch">Shown what passes through the model; null when nobody looks.</param>
    /// <returns>(B, T, V)</returns>
    public abstract Tensor Forward(Indices ids, Rng? rng = null, Watch? watch = null);

    /// <summary>A reader of one text, which has read nothing yet. The parameters are used as constants and stay as they were.</summary>
    public abstract ITextReader NewReader();

    /// <summary>The mean cross-entropy of predicting targets (B, T) after ids (B, T), in nats per token.</summary>
    public Tensor Loss(Indices ids, Indices targets, Rng? rng = null, int ignored = -100, Watch? watch = null) =>
        Forward(ids, rng, watch).CrossEntropy(targets, ignored);

    /// <summary>
    /// Holds the weights of matrix products in 8 bits from here on, in a quarter of the memory, for faster inference with slightly other logits.
    /// There is no way back: such a model cannot be trained, saved or moved.
    /// </summary>
    /// <exception cref="NotSupportedException">This kind of model has no such form.</exception>
    public virtual void Quantize() => throw new NotSupportedException($"A model of kind {Config.Kind} has no 8-bit form; only gpt has.");
}

/// <summary>
/// Reads a text piece by piece and remembers what its model remembers of it: keys and values, a hidden state, the last few tokens.
/// </summary>
public interface ITextReader
{
    /// <summary>Reads on.</summary>
    /// <param name="ids">The tokens that come next in the text, at least one.</param>
    /// <param name="logits">Room for one number for each token of the vocabulary: what may follow the last of them.</param>
    void Read(ReadOnlySpan<int> ids, float[] logits);
}
