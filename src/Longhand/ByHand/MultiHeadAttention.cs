using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Self-attention with several heads: queries, keys and values all come from X by one linear layer; each head attends with its own
/// C/heads columns of them, so that heads can look at different things; a last linear layer mixes what they found.
/// <para>
/// Shapes: X and Y are (T, C), a row for each position of one sequence. The first layer is (C, 3C): queries, keys and values side by
/// side, as in GPT-2.
/// </para>
/// </summary>
public sealed class MultiHeadAttention
{
    private readonly int _width, _heads;
    private readonly bool _causal;

    public MultiHeadAttention(int width, int heads, bool causal, Rng rng)
    {
        if (heads < 1 || width % heads != 0) throw new ArgumentException($"MultiHeadAttention: {width} features do not split into {heads} equal heads.");
        (_width, _heads, _causal) = (width, heads, causal);
        Project = new Linear(width, 3 * width, rng.Fork("project"));
        Output = new Linear(width, width, rng.Fork("output"));
    }

    /// <summary>From X to queries, keys and values.</summary>
    public Linear Project { get; }

    /// <summary>From the heads' results, side by side, to Y.</summary>
    public Linear Output { get; }

    public sealed record Cache(Linear.Cache Project, Attention.Cache[] Heads, Linear.Cache Output)
    {
        public Matrix Y => Output.Y;
    }

    public sealed record Gradients(Matrix DX, Linear.Gradients Project, Linear.Gradients Output);

    public Cache Forward(Matrix x)
    {
        int size = _width / _heads;
        Linear.Cache project = Project.Forward(x);
        var heads = new Attention.Cache[_heads];
        for (int h = 0; h < _heads; h++)
        {
            Matrix Part(int which) => project.Y.SelectColumns((which * _width) + (h * size), size);
            heads[h] = Attention.Forward(q: Part(0), k: Part(1), v: Part(2), _causal);
        }
        return new Cache(project, heads, Output.Forward(Matrix.SideBySide(Array.ConvertAll(heads, head => head.Y))));
    }

    /// <summary>
    /// Every step in reverse order. Columns cut out on the way forward are put back in their places on the way back: each number of
    /// the projection went to one head only, so nothing is added up.
    /// </summary>
    public Gradients Backward(Cache cache, Matrix dY)
    {
        int size = _width / _heads;
        Linear.Gradients output = Output.Backward(cache.Output, dY);
        var heads = new Attention.Gradients[_heads];
        for (int h = 0; h < _heads; h++) heads[h] = Attention.Backward(cache.Heads[h], output.DX.SelectColumns(h * size, size));

        Matrix[] parts = [.. heads.Select(h => h.DQ), .. heads.Select(h => h.DK), .. heads.Select(h => h.DV)];
        Linear.Gradients project = Project.Backward(cache.Project, Matrix.SideBySide(parts));
        return new Gradients(project.DX, project, output);
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        Project.Descend(gradients.Project, learningRate);
        Output.Descend(gradients.Output, learningRate);
    }
}
