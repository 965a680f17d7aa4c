using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// A multi-layer perceptron of any depth, trained by backpropagation (Rumelhart, Hinton and Williams, 1986) in its four equations.
/// <code>
/// Forward, for each layer l = 1 … N, from A⁰ = X:     Zˡ = Aˡ⁻¹·Wˡ + bˡ      Aˡ = φ(Zˡ)
/// The last layer's bend belongs to the loss:          L = Loss(Zᴺ, T)
/// Backward, with δˡ = ∂L/∂Zˡ, from l = N to 1:
///   BP1   δᴺ = ∂L/∂Aᴺ ⊙ φ′(Zᴺ)              the error at the last layer
///   BP2   δˡ⁻¹ = (δˡ·Wˡᵀ) ⊙ φ′(Zˡ⁻¹)        the error one layer before, from the error at this one
///   BP3   ∂L/∂bˡ = Σ δˡ                     a bias is added to every row
///   BP4   ∂L/∂Wˡ = Aˡ⁻¹ᵀ·δˡ                 a weight's gradient is what came in times the error at what went out
/// </code>
/// A penalty adds its gradient to BP4; dropout multiplies its mask into Aˡ, and so into BP2 on the way back.
/// The equations and their numbers are Nielsen's (Neural Networks and Deep Learning, 2015), with a row for each example; there, columns.
/// <para>Left out: any step but plain gradient descent, and normalisation between layers (see <see cref="BatchNorm"/>).</para>
/// </summary>
public sealed class Mlp
{
    private readonly Dropout _dropout;

    /// <param name="sizes">The features of the input, of each hidden layer, and of the output: [2, 3, 1].</param>
    /// <param name="hidden">φ of the hidden layers.</param>
    /// <param name="loss">The loss, with the bend of the last layer.</param>
    /// <param name="rng">Where the first weights come from: normal with variance gain/inputs, for signals of about the same size in every layer.</param>
    /// <param name="dropout">The share of each hidden layer that training steps leave out.</param>
    public Mlp(ReadOnlySpan<int> sizes, Activation hidden, Loss loss, Rng rng, double dropout = 0)
    {
        if (sizes.Length < 2) throw new ArgumentException($"Mlp: {sizes.Length} sizes; it needs at least those of the input and the output.");
        (Hidden, Loss, _dropout) = (hidden, loss, new Dropout(dropout));
        W = new Matrix[sizes.Length - 1];
        B = new Matrix[sizes.Length - 1];
        for (int l = 0; l < W.Length; l++)
        {
            W[l] = Matrix.Normal(sizes[l], sizes[l + 1], rng.Fork(l), Math.Sqrt(hidden.Gain / sizes[l]));
            B[l] = new Matrix(1, sizes[l + 1]);
        }
    }

    /// <summary>The weights of each layer, (in, out); layer 1 of the formulas is W[0].</summary>
    public Matrix[] W { get; }

    /// <summary>The biases of each layer, (1, out).</summary>
    public Matrix[] B { get; }

    public Activation Hidden { get; }

    public Loss Loss { get; }

    public Penalty Penalty { get; init; } = Penalty.None;

    /// <summary>
    /// Every layer's values: A[0] is the input, Z[l] = A[l]·W[l] + B[l], and A[l + 1] = φ(Z[l]), thinned out by dropout, whose caches
    /// are kept as well. The last Z has no A: it goes to the loss.
    /// </summary>
    public sealed record Cache(Matrix[] A, Matrix[] Z, Dropout.Cache[] Drops)
    {
        /// <summary>Zᴺ.</summary>
        public Matrix Last => Z[^1];
    }

    public sealed record Gradients(Matrix DX, Matrix[] DW, Matrix[] DB);

    /// <param name="x">One row for each example.</param>
    /// <param name="rng">In training, where dropout's draws come from, a new one for each step; null in use: nothing is dropped.</param>
    public Cache Forward(Matrix x, Rng? rng = null)
    {
        int N = W.Length;
        Matrix[] a = new Matrix[N], z = new Matrix[N];
        var drops = new Dropout.Cache[N - 1];
        a[0] = x;
        for (int l = 0; l < N; l++)
        {
            z[l] = (a[l] * W[l]) + B[l];
            if (l == N - 1) break;
            drops[l] = _dropout.Forward(Hidden.Of(z[l]), rng?.Fork(l));
            a[l + 1] = drops[l].Y;
        }
        return new Cache(a, z, drops);
    }

    /// <summary>What the network answers for each row.</summary>
    public Matrix Predict(Matrix x) => Loss.Output(Forward(x).Last);

    /// <summary>The loss and the penalty on the weights of every layer.</summary>
    public double LossOf(Cache cache, Matrix t) => Loss.Of(cache.Last, t) + W.Sum(Penalty.Of);

    /// <summary>The four equations.</summary>
    public Gradients Backward(Cache cache, Matrix t)
    {
        Matrix[] dW = new Matrix[W.Length], dB = new Matrix[W.Length];
        Matrix delta = Loss.Delta(cache.Last, t);                                             // BP1
        for (int l = W.Length - 1; ; l--)
        {
            dB[l] = delta.SumDown();                                                          // BP3
            dW[l] = (cache.A[l].T * delta) + Penalty.Gradient(W[l]);                          // BP4
            Matrix dA = delta * W[l].T;
            if (l == 0) return new Gradients(dA, dW, dB);
            delta = _dropout.Backward(cache.Drops[l - 1], dA).Hadamard(Hidden.SlopeAt(cache.Z[l - 1]));   // BP2
        }
    }

    /// <summary>Every parameter moves against its gradient.</summary>
    public void Descend(Gradients gradients, double learningRate)
    {
        for (int l = 0; l < W.Length; l++)
        {
            W[l] -= learningRate * gradients.DW[l];
            B[l] -= learningRate * gradients.DB[l];
        }
    }

    /// <summary>One step of gradient descent on these rows.</summary>
    /// <returns>The loss before the step.</returns>
    public double Step(Matrix x, Matrix t, double learningRate, Rng? rng = null)
    {
        Cache cache = Forward(x, rng);
        double loss = LossOf(cache, t);
        Descend(Backward(cache, t), learningRate);
        return loss;
    }
}
