namespace Longhand.ByHand;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, 2015): in each feature, over the rows of the batch, take the mean off and divide by the
/// deviation, then let the network choose deviation and mean anew: gain g and bias b.
/// In use there is no batch: running averages from training stand in.
/// <para>Shapes: X and Y are (n, features), gain and bias (1, features). Compare <see cref="LayerNorm"/>, which goes along rows.</para>
/// <para>Left out: the way back in use, where every feature is only multiplied and shifted by constants.</para>
/// </summary>
public sealed class BatchNorm(int features, double epsilon = 1e-5, double momentum = 0.1)
{
    /// <summary>g, from 1.</summary>
    public Matrix Gain { get; set; } = Matrix.Full(1, features, 1);

    /// <summary>b, from 0.</summary>
    public Matrix Bias { get; set; } = new(1, features);

    /// <summary>What <see cref="Predict"/> takes off: an average over the batches seen, recent ones counting more.</summary>
    public Matrix RunningMean { get; private set; } = new(1, features);

    /// <summary>What <see cref="Predict"/> divides by the root of; the same average, of each batch's variance taken with n − 1.</summary>
    public Matrix RunningVariance { get; private set; } = Matrix.Full(1, features, 1);

    /// <summary>Normal: x̂; InverseDeviation: 1/√(variance + ε), one for each feature.</summary>
    public sealed record Cache(Matrix Normal, Matrix InverseDeviation, Matrix Y);

    public sealed record Gradients(Matrix DX, Matrix DGain, Matrix DBias);

    /// <summary>
    /// <code>
    /// m = mean(x)     v = mean((x − m)²)     r = 1/√(v + ε)     x̂ = (x − m)·r     y = x̂ ⊙ g + b     (means over the rows)
    /// </code>
    /// The running averages move by momentum·(this batch − average).
    /// </summary>
    public Cache Forward(Matrix x)
    {
        if (x.Rows < 2) throw new ArgumentException($"BatchNorm: {x.Size} has {x.Rows} row; training needs at least 2 to have a variance.");
        Matrix mean = x.MeanDown(), centred = x - mean;
        Matrix variance = centred.Hadamard(centred).MeanDown();
        Matrix inverseDeviation = variance.Map(v => 1 / Math.Sqrt(v + epsilon));
        Matrix normal = centred.Hadamard(inverseDeviation);

        RunningMean += momentum * (mean - RunningMean);
        RunningVariance += momentum * ((variance * x.Rows / (x.Rows - 1)) - RunningVariance);
        return new Cache(normal, inverseDeviation, normal.Hadamard(Gain) + Bias);
    }

    /// <summary>
    /// <code>
    /// y = x̂ ⊙ g + b:                                    dg = Σ dy ⊙ x̂     db = Σ dy     dx̂ = dy ⊙ g      (sums over the rows)
    /// x̂ᵢ = (xᵢ − m)·r, where m and r depend on every xₖ of the column. What xₖ does to x̂ᵢ:
    ///   directly, if i = k:                             r
    ///   through the mean, ∂m/∂xₖ = 1/n:                 −r/n
    ///   through r, ∂v/∂xₖ = 2(xₖ − m)/n and ∂r/∂v = −r³/2:
    ///                                                   (xᵢ − m)·(−r³/2)·2(xₖ − m)/n = −r·x̂ᵢ·x̂ₖ/n
    /// dxₖ = Σᵢ dx̂ᵢ·∂x̂ᵢ/∂xₖ:                             dx = r·(dx̂ − mean(dx̂) − x̂·mean(dx̂ ⊙ x̂))
    /// </code>
    /// So no gradient can move the mean or the scale of a column: the step that follows would take it off again.
    /// </summary>
    public Gradients Backward(Cache cache, Matrix dY)
    {
        Matrix normal = cache.Normal, dNormal = dY.Hadamard(Gain);
        Matrix dX = (dNormal - dNormal.MeanDown() - normal.Hadamard(dNormal.Hadamard(normal).MeanDown())).Hadamard(cache.InverseDeviation);
        return new Gradients(dX, DGain: dY.Hadamard(normal).SumDown(), DBias: dY.SumDown());
    }

    /// <summary>In use: the running averages instead of the batch's own, so a row's result does not depend on the others.</summary>
    public Matrix Predict(Matrix x)
    {
        Matrix inverseDeviation = RunningVariance.Map(v => 1 / Math.Sqrt(v + epsilon));
        return (x - RunningMean).Hadamard(inverseDeviation).Hadamard(Gain) + Bias;
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        Gain -= learningRate * gradients.DGain;
        Bias -= learningRate * gradients.DBias;
    }
}
