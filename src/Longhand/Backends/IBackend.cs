using Longhand.Numerics;

namespace Longhand.Backends;

/// <summary>
/// What the tensor engine needs from a processor. Every kernel is a pure function of its arguments: it writes only the
/// storages named first (y, dX …), reads the others, allocates nothing that outlives it (but for <see cref="Quantize"/>,
/// which returns its result), and gives the same bits for every number of threads and vector width. Shapes have been checked before a kernel is called.
/// Outputs may not overlap inputs, except in <c>Map</c>, where y may be one of the inputs, and where a kernel says so.
/// </summary>
public interface IBackend
{
    /// <summary>A short name for messages: "cpu", "reference".</summary>
    string Name { get; }

    // ---- memory ----

    /// <summary>Room for <paramref name="length"/> numbers with undefined content.</summary>
    Storage Allocate(int length);

    /// <summary>Hands a storage back: a later <see cref="Allocate"/> may return it, so nobody may use it any more.
    /// Never required; a storage that is simply dropped is garbage collected.</summary>
    void Release(Storage x);

    /// <summary>Overwrites the numbers from <paramref name="start"/> on.</summary>
    void Write(Storage y, ReadOnlySpan<float> values, int start = 0);

    void Write(Storage y, ReadOnlySpan<double> values);
    void Read(Storage x, Span<float> values);
    void Read(Storage x, Span<double> values);
    void Fill(Storage y, double value);

    // ---- element by element ----

    /// <summary>yᵢ = op(xᵢ).</summary>
    void Map<TOp>(TOp op, Storage y, Storage x) where TOp : struct, IUnary;

    /// <summary>yᵢ = op(aᵢ, bᵢ); equal lengths.</summary>
    void Map<TOp>(TOp op, Storage y, Storage a, Storage b) where TOp : struct, IBinary;

    /// <summary>yᵢ = op(aᵢ, bᵢ, cᵢ); equal lengths.</summary>
    void Map<TOp>(TOp op, Storage y, Storage a, Storage b, Storage c) where TOp : struct, ITernary;

    /// <summary>y = x + row, the row of n added to every row of x.</summary>
    void AddRow(Storage y, Storage x, Storage row, int n);

    /// <summary>
    /// yᵢ = xᵢ / (1 − p) where draw i keeps it, else 0; it keeps when rng.Uniform(i) ≥ p.
    /// The gradient is the same call on dy.
    /// </summary>
    void Dropout(Storage y, Storage x, Rng rng, float p);

    // ---- moving and reducing ----

    /// <summary>Copies between strided views: broadcast, transpose, slice, concatenate.</summary>
    void Copy(Storage y, Storage x, in CopyLayout layout);

    /// <summary>x is (outer, n, inner); y (outer, inner) is the sum over the middle axis. n = 0 gives 0.</summary>
    void Sum(Storage y, Storage x, int outer, int n, int inner);

    /// <summary>x is (outer, n, inner); y (outer, inner) is the maximum over the middle axis, n ≥ 1; NaN wins.</summary>
    void Max(Storage y, Storage x, int outer, int n, int inner);

    /// <summary>Σ xᵢ², the lanes added in single precision over short blocks and the blocks in double.</summary>
    double SumOfSquares(Storage x);

    /// <summary>False as soon as one element is infinite or not a number.</summary>
    bool AllFinite(Storage x);

    /// <summary>Rows of a table: y (ids.Length, n), yᵢ = table[idsᵢ].</summary>
    void GatherRows(Storage y, Storage table, ReadOnlySpan<int> ids, int n);

    /// <summary>Its gradient: dTable[idsᵢ] += dyᵢ, for each table row in the order of i. dTable has been filled by the caller.</summary>
    void ScatterAddRows(Storage dTable, Storage dy, ReadOnlySpan<int> ids, int n);

    /// <summary>One element of each row: x (ids.Length, n), yᵢ = x[i, idsᵢ].</summary>
    void Pick(Storage y, Storage x, ReadOnlySpan<int> ids, int n);

    /// <summary>Its gradient: dX[i, idsᵢ] = dyᵢ, zero elsewhere; writes all of dX.</summary>
    void Place(Storage dX, Storage dy, ReadOnlySpan<int> ids, int n);

    // ---- matrix products ----

    /// <summary>y = a·b or y += a·b for each batch entry; see <see cref="MatMulSizes"/>.</summary>
    void MatMul(Storage y, Storage a, Storage b, in MatMulSizes sizes);

    /// <summary>y = x·W + bias for x (rows, inputs), W (inputs, outputs): the product, as above, added to the bias.</summary>
    void Linear(Storage y, Storage x, Storage weight, Storage bias, int rows, int inputs, int outputs);

    // ---- 8-bit weights, for inference ----

    /// <summary>
    /// Holds b (inputs × outputs, or stored as outputs × inputs when transposed) as signed 8-bit numbers with one scale for each output:
    /// scale = max |b| / 127 over its inputs, q = b / scale, rounded to the nearest whole number and ties to even, in single precision.
    /// How they lie in memory is the backend's own affair; only the two kernels below read them.
    /// </summary>
    Storage Quantize(Storage b, int inputs, int outputs, bool transposed);

    /// <summary>y[i, n] = scale[n]·Σₖ x[i, k]·q[k, n], plus bias[n] where there is one; x has rows of inputs, y of outputs.</summary>
    void QuantizedMatMul(Storage y, Storage x, Storage weights, Storage? bias, int rows);

    /// <summary>y[i, k] = scale[n]·q[k, n] with n = ids[i]: the weights of single outputs, as they are now.</summary>
    void QuantizedRows(Storage y, Storage weights, ReadOnlySpan<int> ids);

    // ---- fused ----

    /// <summary>Over rows of n: y = e^(x−max) / Σ e^(x−max). A row that is −∞ everywhere gives zeros.</summary>
    void Softmax(Storage y, Storage x, int rows, int n);

    /// <summary>dx = y ⊙ (dy − Σ dy⊙y), row by row.</summary>
    void SoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n);

    /// <summary>Over rows of n: y = x − max − ln Σ e^(x−max).</summary>
    void LogSoftmax(Storage y, Storage x, int rows, int n);

    /// <summary>dx = dy − e^y · Σ dy, row by row.</summary>
    void LogSoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n);

    /// <summary>
    /// For each row of n logits with target t: loss = lse − (1−s)·x[t] − (s/n)·Σ x, lse = max + ln Σ e^(x−max), s the label
    /// smoothing. A row whose target equals <paramref name="ignored"/> has loss 0. Saves lse (rows) for the gradient.
    /// </summary>
    void CrossEntropy(Storage losses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing);

    /// <summary>dLogits = dLoss · (e^(x−lse) − (1−s)·[j = t] − s/n), zero for ignored rows; dLosses has one number per row.</summary>
    void CrossEntropyBackward(Storage dLogits, Storage dLosses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing);

    /// <summary>
    /// Over rows of n: x̂ = (x − mean)·rstd, y = x̂⊙weight + bias, rstd = 1/√(variance + ε), variance = mean of squared deviations.
    /// Saves mean and rstd (rows each).
    /// </summary>
    void LayerNorm(Storage y, Storage mean, Storage rstd, Storage x, Storage weight, Storage bias, int rows, int n, float epsilon);

    /// <summary>
    /// With g = dy⊙weight: dx = rstd·(g − mean(g) − x̂·mean(g⊙x̂)); dWeight = Σ rows dy⊙x̂; dBias = Σ rows dy.
    /// Rows are added in blocks of a fixed size, then the blocks in order.
    /// </summary>
    void LayerNormBackward(Storage dX, Storage dWeight, Storage dBias, Storage dy, Storage x, Storage mean, Storage rstd, Storage weight, int rows, int n);

    /// <summary>Over rows of n: y = x·rstd⊙weight, rstd = 1/√(mean(x²) + ε). Saves rstd (rows).</summary>
    void RmsNorm(Storage y, Storage rstd, Storage x, Storage weight, int rows, int n, float epsilon);

    /// <summary>With g = dy⊙weight, x̂ = x·rstd: dx = rstd·(g − x̂·mean(g⊙x̂)); dWeight = Σ rows dy⊙x̂.</summary>
    void RmsNormBackward(Storage dX, Storage dWeight, Storage dy, Storage x, Storage rstd, Storage weight, int rows, int n);

    /// <summary>
    /// y = gelu(x + bias) over rows of n, the tanh form of GPT-2. Saves gelu′(x + bias) in <paramref name="slope"/> for the gradient,
    /// which is dx = dy ⊙ slope; it may be x itself, or null where no gradient is wanted.
    /// </summary>
    void BiasGelu(Storage y, Storage? slope, Storage x, Storage bias, int rows, int n);

    /// <summary>
    /// For each batch entry and head: y = softmax(q·kᵀ·scale + mask)·v. Keys from lengths[b] on are hidden when lengths is not
    /// empty; a row with no visible key gives zeros. Saves lse (batch·heads·queries): the logarithm of each row's Σ e^score.
    /// </summary>
    void Attention(HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v, in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng);

    /// <summary>
    /// Its gradient. With P the weights and D = Σ dy⊙y per row: dv = Pᵀ·dy, dS = P⊙(dy·vᵀ − D), dq = scale·dS·k, dk = scale·dSᵀ·q
    /// (Dao and others, FlashAttention, 2022, recompute P from lse). Overwrites dq, dk, dv.
    /// </summary>
    void AttentionBackward(HeadRows dq, HeadRows dk, HeadRows dv, HeadRows dy, HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v, in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng);

    /// <summary>
    /// Rotary positions (Su and others, RoFormer, 2021) on rows of heads·headSize features; row r is position firstPosition + r mod period.
    /// In each head the pair (j, j + headSize/2) turns by the angle position·10000^(−2j/headSize), backwards when inverse (the gradient).
    /// </summary>
    void Rotary(Storage y, Storage x, int rows, int period, int firstPosition, int heads, int headSize, bool inverse);

    /// <summary>
    /// A recurrent layer over a whole sequence. x (T, B, G·H) is what each step's input gives each gate, bias included; weight U (H, G·H) is what
    /// the units' own state gives it; start (S, B, H) is the state before the first step. Writes states (S, T+1, B, H), the start in front.
    /// With a = x + h·U, σ the sigmoid and ⊙ element by element:
    /// <code>
    /// Rnn    h′ = tanh(a)
    /// Lstm   i, f, g, o = σ(a₁), σ(a₂), tanh(a₃), σ(a₄);   c′ = f⊙c + i⊙g;   h′ = o⊙tanh(c′)
    /// Gru    r, z = σ(a₁), σ(a₂);   q = h·U₃ + bias;   n = tanh(x₃ + r⊙q);   h′ = n + z⊙(h − n)
    /// </code>
    /// Saves the gates (T, B, 4·H): i, f, g, o for Lstm, and r, z, n, q for Gru. Only Gru has a bias here, (H); q makes it one of its own.
    /// </summary>
    void Recurrent(Storage states, Storage saved, Storage x, Storage start, Storage weight, Storage? bias, in RecurrentSizes sizes);

    /// <summary>
    /// Its gradient, by walking the steps backwards: dStates (S, T+1, B, H) comes in; dX (T, B, G·H), dHidden, the gradient of h·U of the same
    /// shape, and dStart (S, B, H) come out. For Rnn and Lstm dHidden is dX and not written: give dX again. From it follow the others: dU = Σ hᵀ·dHidden.
    /// </summary>
    void RecurrentBackward(Storage dX, Storage dHidden, Storage dStart, Storage dStates, Storage states, Storage saved, Storage weight, in RecurrentSizes sizes);

    /// <summary>One optimizer step in place; see <see cref="AdamWStep"/>.</summary>
    void AdamW(Storage weight, Storage gradient, Storage m, Storage v, in AdamWStep step);
}
