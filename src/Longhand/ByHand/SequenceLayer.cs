namespace Longhand.ByHand;

/// <summary>
/// From a sequence to a sequence, with memory. A sequence is one matrix for each step, (B, features): row b of step t is what sequence b reads
/// at time t. <see cref="ThroughTime"/> walks one cell along it, <see cref="Bidirectional"/> two, one each way, and <see cref="Stacked"/> feeds
/// one layer's outputs to the next.
/// <para>
/// Unequal lengths: sequence b counts for lengths[b] steps. After them its output is 0, its state stays as it was, and no gradient flows.
/// </para>
/// <para>Left out: dropout between layers (the tensor engine's recurrent layers have it).</para>
/// </summary>
public abstract class SequenceLayer
{
    /// <summary>All cells in the order in which states and gradients are listed: from the first layer up, in each the forward direction first.</summary>
    public abstract IReadOnlyList<RecurrentCell> Cells { get; }

    /// <param name="Y">The output of every step.</param>
    /// <param name="Last">The state of every cell after the last step of each sequence.</param>
    /// <param name="Steps">The steps of a single cell; none in the layers made of others.</param>
    /// <param name="Parts">The caches of the layers inside; none in a single cell's.</param>
    /// <param name="Lengths">How many steps of each sequence count; null for all.</param>
    public sealed record Cache(Matrix[] Y, RecurrentCell.State[] Last, RecurrentCell.Cache[] Steps, Cache[] Parts, int[]? Lengths);

    /// <param name="DX">At every step of the input.</param>
    /// <param name="DFirst">At the state of every cell before the first step.</param>
    /// <param name="DWeights">Of every cell, added up over time.</param>
    public sealed record Gradients(Matrix[] DX, RecurrentCell.State[] DFirst, RecurrentCell.Weights[] DWeights);

    /// <param name="x">The steps.</param>
    /// <param name="first">The state of every cell before the first step; zeros when left out.</param>
    /// <param name="lengths">How many steps of each sequence count; all when left out.</param>
    public abstract Cache Forward(Matrix[] x, RecurrentCell.State[]? first = null, int[]? lengths = null);

    /// <param name="cache">From <see cref="Forward"/>.</param>
    /// <param name="dY">The gradient at the output of every step.</param>
    /// <param name="dLast">The gradient at the last states; zeros when left out.</param>
    public abstract Gradients Backward(Cache cache, Matrix[] dY, RecurrentCell.State[]? dLast = null);

    public void Descend(Gradients gradients, double learningRate)
    {
        for (int i = 0; i < Cells.Count; i++) Cells[i].Descend(gradients.DWeights[i], learningRate);
    }
}
