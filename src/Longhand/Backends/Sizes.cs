namespace Longhand.Backends;

/// <summary>
/// One matrix product per batch entry: y (M×N) = a (M×K) · b (K×N), all row-major and contiguous.
/// </summary>
/// <param name="Batch">How many products; entry i of a starts at i·M·K, of b at i·K·N, of y at i·M·N.</param>
/// <param name="M">Rows of a and y.</param>
/// <param name="N">Columns of b and y.</param>
/// <param name="K">The inner size. Zero gives y = 0 (or y unchanged with <paramref name="Accumulate"/>).</param>
/// <param name="TransposeA">a is stored as K×M.</param>
/// <param name="TransposeB">b is stored as N×K.</param>
/// <param name="ShareA">All batch entries use the same a (its stride is 0).</param>
/// <param name="ShareB">All batch entries use the same b (its stride is 0).</param>
/// <param name="Accumulate">y += a·b instead of y = a·b.</param>
public readonly record struct MatMulSizes(
    int Batch, int M, int N, int K,
    bool TransposeA = false, bool TransposeB = false, bool ShareA = false, bool ShareB = false, bool Accumulate = false);

/// <summary>
/// A copy between two strided views: for every index i over <paramref name="Sizes"/>,
/// y[YOffset + Σ i·YStrides] = x[XOffset + Σ i·XStrides]. Stride 0 in x repeats (broadcast); permuted strides transpose;
/// offsets cut slices and place parts. At most 8 axes; no sizes at all means one element.
/// </summary>
public readonly record struct CopyLayout(int[] Sizes, int YOffset, int[] YStrides, int XOffset, int[] XStrides);

/// <summary>
/// Heads inside rows: element (b, t, h, d) is Data[Offset + b·BatchStride + t·RowStride + h·HeadSize + d].
/// Queries, keys and values of a fused projection are three of these over one storage.
/// </summary>
public readonly record struct HeadRows(Storage Data, int Offset, int BatchStride, int RowStride);

/// <summary>
/// Sizes of scaled dot-product attention. Causal: query i sees key j when j ≤ i + (Keys − Queries), so with a cache the
/// queries are the last rows. Dropout is applied to the attention weights after the softmax: weight (b, h, i, j) uses draw
/// ((b·Heads + h)·Queries + i)·Keys + j of the generator passed beside.
/// </summary>
public readonly record struct AttentionSizes(
    int Batch, int Heads, int HeadSize, int Queries, int Keys, double Scale, bool Causal, float Dropout = 0);

/// <summary>
/// One step of AdamW (Loshchilov and Hutter, 2019) with the clipping factor folded in: g = GradientScale·gradient,
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w·(1 − LearningRate·WeightDecay) − LearningRate·(m/Correction1) / (√(v/Correction2) + ε),
/// with Correction = 1 − βᵗ. In double, because 1 − β₂ keeps only four good digits when β₂ = 0.999 has been rounded to single
/// precision first: a kernel computes 1 − β, LearningRate/Correction1, 1/Correction2 and 1 − LearningRate·WeightDecay in double and rounds each once.
/// </summary>
public readonly record struct AdamWStep(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay,
    double Correction1, double Correction2, double GradientScale);

/// <summary>What a recurrent layer does at each step; the formulas are in <see cref="IBackend.Recurrent"/>.</summary>
public enum RecurrentCell
{
    /// <summary>The simple recurrent network of Elman (1990), with tanh.</summary>
    Rnn,

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate by Gers and others, 2000).</summary>
    Lstm,

    /// <summary>The gated recurrent unit (Cho and others, 2014), with the reset gate after the product.</summary>
    Gru,
}

/// <summary>
/// A recurrent layer over T steps of B sequences with H units. Time comes first: step t of all sequences lies together.
/// </summary>
public readonly record struct RecurrentSizes(RecurrentCell Cell, int Steps, int Batch, int Width)
{
    /// <summary>G: how many gates, so how many numbers of x each unit reads.</summary>
    public int Gates => Cell switch { RecurrentCell.Rnn => 1, RecurrentCell.Lstm => 4, _ => 3 };

    /// <summary>S: how many numbers each unit remembers.</summary>
    public int States => Cell == RecurrentCell.Lstm ? 2 : 1;

    /// <summary>How many numbers each unit saves at each step for the gradient.</summary>
    public int Saved => Cell == RecurrentCell.Rnn ? 0 : 4;
}
