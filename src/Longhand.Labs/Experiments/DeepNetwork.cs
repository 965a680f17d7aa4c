using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A stack of equal layers, for looking at what happens to signals on their way through it:
/// <code>
/// hₗ = φ(N(hₗ₋₁·Wₗ + bₗ))   or, with a way around each layer,   hₗ = hₗ₋₁ + φ(N(hₗ₋₁·Wₗ + bₗ))
/// </code>
/// N is batch normalisation or nothing. A last linear layer gives the logits.
/// </summary>
internal sealed class DeepNetwork : Layer
{
    // Nothing is drawn here; a generator tells batch normalisation that this is training.
    private static readonly Rng s_training = new("training");

    private readonly Func<Tensor, Tensor> _bend;
    private readonly Linear[] _linears;
    private readonly Nn.BatchNorm[] _norms;
    private readonly bool _isResidual;

    /// <param name="sizes">Features coming in, width of the hidden layers, classes.</param>
    /// <param name="depth">Hidden layers.</param>
    /// <param name="bend">φ.</param>
    /// <param name="initializer">Of the weights of all layers; biases start at zero.</param>
    /// <param name="rng">For the first weights.</param>
    /// <param name="isNormalized">Whether there is batch normalisation before every φ.</param>
    /// <param name="isResidual">Whether there is a way around every hidden layer but the first, whose width changes.</param>
    public DeepNetwork(
        (int Inputs, int Width, int Classes) sizes, int depth, Func<Tensor, Tensor> bend, Initializer initializer, Rng rng,
        bool isNormalized = false, bool isResidual = false)
    {
        (_bend, _isResidual) = (bend, isResidual);
        _linears = new Linear[depth + 1];
        _norms = new Nn.BatchNorm[isNormalized ? depth : 0];
        for (int l = 0; l <= depth; l++)
        {
            int inputs = l == 0 ? sizes.Inputs : sizes.Width, outputs = l == depth ? sizes.Classes : sizes.Width;
            _linears[l] = Declare($"layer{l + 1}", new Linear(inputs, outputs, rng.Fork(l), initializer: initializer));
            if (l < _norms.Length) _norms[l] = Declare($"norm{l + 1}", new Nn.BatchNorm(sizes.Width));
        }
    }

    /// <summary>Hidden layers.</summary>
    public int Depth => _linears.Length - 1;

    /// <summary>x is (N, in); the result is (N, classes). The output of each φ is shown to the watch.</summary>
    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor h = x;
        for (int l = 0; l < Depth; l++)
        {
            Tensor z = _linears[l].Forward(h);
            Tensor y = _bend(_norms.Length > 0 ? _norms[l].Forward(z, rng) : z);
            watch?.Output(y);
            h = _isResidual && l > 0 ? h + y : y;
        }
        return _linears[Depth].Forward(h);
    }

    /// <summary>‖∂L/∂Wₗ‖ of every layer, the last one included, as the last backward walk left them.</summary>
    public double[] GradientNorms() => [.. _linears.Select(linear => GradientClipping.Norm([("weight", linear.Weight)]))];

    /// <summary>The outputs of φ in every hidden layer for these inputs, before the way around is added.</summary>
    public double[][] Activations(Tensor x)
    {
        var seen = new Collector();
        AsConstants(() => Forward(x, watch: new Watch(seen)));
        return [.. seen.Outputs];
    }

    /// <summary>Computes loss and gradients of these examples, and has them used while they are there.</summary>
    /// <param name="points">The examples.</param>
    /// <param name="use">Told the loss, with the gradients in the parameters; their memory is gone afterwards.</param>
    public double Backward(LabelledPoints points, Action<double> use)
    {
        using (Workspace.Begin())
        {
            ClearGradients();
            Tensor loss = Forward(Inputs(points), s_training).CrossEntropy(new Indices(points.Labels));
            loss.Backward();
            float value = loss.ToScalar();
            use(value);
            ClearGradients();
            return value;
        }
    }

    /// <summary>The share of these examples whose class gets the greatest logit, and their mean loss.</summary>
    public (double Accuracy, double Loss) Judge(LabelledPoints points)
    {
        using (Workspace.Begin())
        {
            return AsConstants(() =>
            {
                Tensor logits = Forward(Inputs(points));
                int[] best = Best(logits.ToDoubles(), points.Classes);
                int right = best.Zip(points.Labels).Count(pair => pair.First == pair.Second);
                return ((double)right / points.Count, (double)logits.CrossEntropy(new Indices(points.Labels)).ToScalar());
            });
        }
    }

    /// <summary>The logits for rows of numbers, (N, classes).</summary>
    public double[] Logits(float[] x, int features) => AsConstants(() => Forward(Tensor.From(x, (x.Length / features, features))).ToDoubles());

    /// <summary>Where the greatest of each row of numbers stands.</summary>
    public static int[] Best(double[] rows, int columns) =>
        [.. rows.Chunk(columns).Select(row => Array.IndexOf(row, row.Max())).Select(place => Math.Max(place, 0))];

    private static Tensor Inputs(LabelledPoints points) => Tensor.From(points.X, (points.Count, points.Features));

    private sealed class Collector : IObserver
    {
        public List<double[]> Outputs { get; } = [];

        public void Output(string layer, Tensor y, ActivationKind kind) => Outputs.Add(y.ToDoubles());

        public void Attention(string layer, Tensor q, Tensor k, int heads, bool causal)
        {
        }
    }
}
