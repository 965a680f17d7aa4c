using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// A table with one learned row of features for each token: y = table[id]. A product with a one-hot vector, without the zeros.
/// </summary>
public sealed class Embedding : Module
{
    /// <param name="count">How many different tokens.</param>
    /// <param name="features">How many numbers stand for each.</param>
    /// <param name="rng">Where the first rows come from; null leaves them at zero, to be read from a file.</param>
    /// <param name="initializer">How the table starts; standard normal when left out.</param>
    public Embedding(int count, int features, Rng? rng, Initializer? initializer = null)
    {
        Weight = Declare("weight", Initializers.Start(initializer ?? Initializers.Normal(1), (count, features), rng));
    }

    public Parameter Weight { get; }

    /// <summary>ids of any shape; the result has one more axis, the features.</summary>
    public Tensor Forward(Indices ids) => Weight.Quantized is { } table ? table.Rows(ids) : Weight.Value.GatherRows(ids);

    /// <summary>x·tableᵀ: a number for each token, of how far x points the way of its row. The output layer of a model that ties the two.</summary>
    public Tensor Logits(Tensor x) => Weight.Quantized is { } table ? table.Times(x) : x.MatMul(Weight.Value, transposeOther: true);

    /// <summary>Holds the table in 8 bits from here on, with a scale for each row; for inference only; see <see cref="QuantizedMatrix"/>.</summary>
    public void Quantize() => Weight.Quantize(QuantizedMatrix.FromRows);
}
