namespace Longhand.ByHand;

/// <summary>
/// Layers on top of each other: each reads the outputs of the one below, step by step, and remembers on its own.
/// <code>
/// Y⁰ = X      Yˡ = layerˡ(Yˡ⁻¹)            backward from the top: dYˡ⁻¹ is the dX of layer l
/// </code>
/// Depth in time and depth in layers are different things: T steps of N layers are a grid, and a gradient finds its way back along both.
/// </summary>
/// <param name="layers">From the bottom up; each takes as many features as the one below puts out.</param>
public sealed class Stacked(params SequenceLayer[] layers) : SequenceLayer
{
    public override IReadOnlyList<RecurrentCell> Cells { get; } = [.. layers.SelectMany(layer => layer.Cells)];

    public override Cache Forward(Matrix[] x, RecurrentCell.State[]? first = null, int[]? lengths = null)
    {
        var parts = new Cache[layers.Length];
        Matrix[] y = x;
        for (int l = 0; l < layers.Length; l++)
        {
            parts[l] = layers[l].Forward(y, first?[CellsOf(l)], lengths);
            y = parts[l].Y;
        }
        return new Cache(y, [.. parts.SelectMany(part => part.Last)], [], parts, lengths);
    }

    public override Gradients Backward(Cache cache, Matrix[] dY, RecurrentCell.State[]? dLast = null)
    {
        var parts = new Gradients[layers.Length];
        for (int l = layers.Length - 1; l >= 0; l--)
        {
            parts[l] = layers[l].Backward(cache.Parts[l], dY, dLast?[CellsOf(l)]);
            dY = parts[l].DX;
        }
        return new Gradients(dY, [.. parts.SelectMany(part => part.DFirst)], [.. parts.SelectMany(part => part.DWeights)]);
    }

    // Where the cells of a layer stand among all cells.
    private Range CellsOf(int layer)
    {
        int start = layers.Take(layer).Sum(below => below.Cells.Count);
        return start..(start + layers[layer].Cells.Count);
    }
}
