namespace Longhand.ByHand;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton, 2016): each row on its own, over its features, loses its mean and is divided by its
/// deviation; then gain g and bias b, one for each feature. No row needs the others, so training and use are the same.
/// <para>Shapes: X and Y are (n, features), gain and bias (1, features).</para>
/// </summary>
public sealed class LayerNorm(int features, double epsilon = 1e-5)
{
    /// <summary>g, from 1.</summary>
    public Matrix Gain { get; set; } = Matrix.Full(1, features, 1);

    /// <summary>b, from 0.</summary>
    public Matrix Bias { get; set; } = new(1, features);

    /// <summary>Normal: x̂; InverseDeviation: 1/√(variance + ε), one for each row.</summary>
    public sealed record Cache(Matrix Normal, Matrix InverseDeviation, Matrix Y);

    public sealed record Gradients(Matrix DX, Matrix DGain, Matrix DBias);

    /// <summary>
    /// <code>
    /// m = mean(x)     v = mean((x − m)²)     r = 1/√(v + ε)     x̂ = (x − m)·r     y = x̂ ⊙ g + b     (means over the features)
    /// </code>
    /// </summary>
    public Cache Forward(Matrix x)
    {
        Matrix centred = x - x.MeanAcross();
        Matrix variance = centred.Hadamard(centred).MeanAcross();
        Matrix inverseDeviation = variance.Map(v => 1 / Math.Sqrt(v + epsilon));
        Matrix normal = centred.Hadamard(inverseDeviation);
        return new Cache(normal, inverseDeviation, normal.Hadamard(Gain) + Bias);
    }

    /// <summary>
    /// <code>
    /// y = x̂ ⊙ g + b:     dg = Σ dy ⊙ x̂     db = Σ dy  (over all rows, which share them)     dx̂ = dy ⊙ g
    /// Within a row, the mean and r depend on every feature, just as in a column of batch normalisation, where this is derived:
    ///                    dx = r·(dx̂ − mean(dx̂) − x̂·mean(dx̂ ⊙ x̂))     (means over the features)
    /// </code>
    /// </summary>
    public Gradients Backward(Cache cache, Matrix dY)
    {
        Matrix normal = cache.Normal, dNormal = dY.Hadamard(Gain);
        Matrix dX = (dNormal - dNormal.MeanAcross() - normal.Hadamard(dNormal.Hadamard(normal).MeanAcross())).Hadamard(cache.InverseDeviation);
        return new Gradients(dX, DGain: dY.Hadamard(normal).SumDown(), DBias: dY.SumDown());
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        Gain -= learningRate * gradients.DGain;
        Bias -= learningRate * gradients.DBias;
    }
}
