using Longhand.Backends.Reference;
using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>ByHand's BatchNorm, LayerNorm, Linear, Softmax, Attention, MultiHeadAttention, FeedForward and TransformerBlock.</summary>
public sealed class ByHandLayerTests
{
    private static readonly Rng Random = new("layers");

    [Fact]
    public void Batch_norm()
    {
        Matrix x = HandCheck.Random(5, 3, "x", 2), dY = HandCheck.Random(5, 3, "dy");
        BatchNorm layer = Randomised(new BatchNorm(3));
        BatchNorm.Gradients g = layer.Backward(layer.Forward(x), dY);
        HandCheck.Run("batch norm", () => layer.Forward(x).Y, dY, [new("X", x, g.DX), new("gain", layer.Gain, g.DGain), new("bias", layer.Bias, g.DBias)],
            v => v[0].BatchNorm(v[0].Mean(0), v[0].Variance(0), v[1].Reshape(3), v[2].Reshape(3)));
    }

    [Fact]
    public void Batch_norm_in_training_and_in_use_equals_the_engines_layer()
    {
        BatchNorm byHand = Randomised(new BatchNorm(3));
        var layer = new Nn.BatchNorm(3);
        layer.MoveTo(new ReferenceBackend());
        layer.Weight.Write(Floats(byHand.Gain));
        layer.Bias.Write(Floats(byHand.Bias));
        for (int step = 0; step < 5; step++)
        {
            Matrix batch = (3 * HandCheck.Random(8, 3, $"batch {step}")) + Matrix.Full(1, 3, 2);
            HandCheck.Compare("training", layer.Forward(HandCheck.ToTensor(batch, layer.Weight.Value.Backend), Random).ToDoubles(), byHand.Forward(batch).Y.Values, 1e-6);
        }
        HandCheck.Compare("mean", layer.RunningMean.Value.ToDoubles(), byHand.RunningMean.Values, 1e-6);
        HandCheck.Compare("variance", layer.RunningVariance.Value.ToDoubles(), byHand.RunningVariance.Values, 1e-6);
        Matrix x = HandCheck.Random(4, 3, "x");
        HandCheck.Compare("use", layer.Forward(HandCheck.ToTensor(x, layer.Weight.Value.Backend)).ToDoubles(), byHand.Predict(x).Values, 1e-6);
    }

    [Fact]
    public void Batch_norm_needs_two_rows() =>
        Assert.Equal("BatchNorm: (1, 3) has 1 row; training needs at least 2 to have a variance.",
            Assert.Throws<ArgumentException>(() => new BatchNorm(3).Forward(new Matrix(1, 3))).Message);

    [Fact]
    public void Layer_norm()
    {
        Matrix x = HandCheck.Random(4, 7, "x", 2), dY = HandCheck.Random(4, 7, "dy");
        LayerNorm layer = Randomised(new LayerNorm(7));
        LayerNorm.Gradients g = layer.Backward(layer.Forward(x), dY);
        HandCheck.Run("layer norm", () => layer.Forward(x).Y, dY, [new("X", x, g.DX), new("gain", layer.Gain, g.DGain), new("bias", layer.Bias, g.DBias)],
            v => v[0].LayerNorm(v[1].Reshape(7), v[2].Reshape(7)));
    }

    [Fact]
    public void A_linear_layer()
    {
        Matrix x = HandCheck.Random(5, 3, "x"), dY = HandCheck.Random(5, 4, "dy");
        var layer = new Linear(3, 4, Random);
        HandCheck.Randomise(layer.B, "b");
        Linear.Gradients g = layer.Backward(layer.Forward(x), dY);
        HandCheck.Run("linear", () => layer.Forward(x).Y, dY, [new("X", x, g.DX), new("W", layer.W, g.DW), new("b", layer.B, g.DB)], v => v[0].MatMul(v[1]) + v[2]);
    }

    [Fact]
    public void Softmax_of_rows()
    {
        Matrix z = HandCheck.Random(4, 5, "z", 2), dP = HandCheck.Random(4, 5, "dp");
        HandCheck.Run("softmax", () => Softmax.Of(z), dP, [new("Z", z, Softmax.Backward(Softmax.Of(z), dP))], v => v[0].Softmax());
        HandCheck.Compare("a constant in every score", Softmax.Of(z).Values, Softmax.Of(z + Matrix.Full(4, 5, 1e3)).Values, 1e-12);
        HandCheck.Compare("[1000, 999, 998]", [0.6652409557748219, 0.24472847105479764, 0.09003057317038046], Softmax.Of(Matrix.From([[1000, 999, 998]])).Values, 1e-15);
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(false, 3)]
    public void Attention_of_one_head(bool causal, int keys)
    {
        Matrix q = HandCheck.Random(5, 4, "q"), k = HandCheck.Random(keys, 4, "k"), v = HandCheck.Random(keys, 4, "v"), dY = HandCheck.Random(5, 4, "dy");
        Attention.Cache cache = Attention.Forward(q, k, v, causal);
        Attention.Gradients g = Attention.Backward(cache, dY);
        HandCheck.Run("attention", () => Attention.Forward(q, k, v, causal).Y, dY, [new("Q", q, g.DQ), new("K", k, g.DK), new("V", v, g.DV)],
            t => Tensor.Attention(Sequence(t[0]), Sequence(t[1]), Sequence(t[2]), heads: 1, causal));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(1, Sum(cache.P.Row(i)), 14);
            for (int j = 0; j < keys; j++) Assert.Equal(causal && j > i, cache.P[i, j] == 0);
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void Attention_of_several_heads(int heads, bool causal)
    {
        Matrix x = HandCheck.Random(5, 6, "x"), dY = HandCheck.Random(5, 6, "dy");
        var layer = new MultiHeadAttention(6, heads, causal, Random);
        HandCheck.Randomise(layer.Project.B, "project");
        HandCheck.Randomise(layer.Output.B, "output");
        MultiHeadAttention.Gradients g = layer.Backward(layer.Forward(x), dY);
        Derived[] derived = [new("X", x, g.DX), .. Parts("project", layer.Project, g.Project), .. Parts("output", layer.Output, g.Output)];
        // All keys get the same score from a bias of the keys, so its gradient is zero in theory: compared as a part of the whole bias.
        HandCheck.Run("heads", () => layer.Forward(x).Y, dY, derived, v =>
        {
            Tensor qkv = v[0].MatMul(v[1]) + v[2];
            Tensor mixed = Tensor.Attention(Sequence(qkv[.., ..6]), Sequence(qkv[.., 6..12]), Sequence(qkv[.., 12..]), heads, causal);
            return mixed.Reshape((5, 6)).MatMul(v[3]) + v[4];
        });
    }

    [Fact]
    public void Heads_must_divide_the_width() =>
        Assert.Equal("MultiHeadAttention: 6 features do not split into 4 equal heads.",
            Assert.Throws<ArgumentException>(() => new MultiHeadAttention(6, 4, causal: true, Random)).Message);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_whole_transformer_block(bool causal)
    {
        Matrix x = HandCheck.Random(5, 6, "x"), dY = HandCheck.Random(5, 6, "dy");
        TransformerBlock block = RandomBlock(6, 2, causal);
        TransformerBlock.Gradients g = block.Backward(block.Forward(x), dY);
        HandCheck.Run("block", () => block.Forward(x).Y, dY, Parts(x, block, g), v =>
        {
            Tensor qkv = v[0].LayerNorm(v[1].Reshape(6), v[2].Reshape(6)).MatMul(v[3]) + v[4];
            Tensor mixed = Tensor.Attention(Sequence(qkv[.., ..6]), Sequence(qkv[.., 6..12]), Sequence(qkv[.., 12..]), heads: 2, causal);
            Tensor h = v[0] + mixed.Reshape((5, 6)).MatMul(v[5]) + v[6];
            return h + (h.LayerNorm(v[7].Reshape(6), v[8].Reshape(6)).MatMul(v[9]) + v[10]).Gelu().MatMul(v[11]) + v[12];
        });
    }

    [Fact]
    public void A_causal_block_does_not_see_the_future()
    {
        TransformerBlock block = RandomBlock(6, 2, causal: true);
        Matrix x = HandCheck.Random(5, 6, "x"), other = x.Copy();
        for (int j = 0; j < 6; j++) other[4, j] += 1;
        Assert.Equal(block.Forward(x).Y.SelectRows([0, 1, 2, 3]).Values.ToArray(), block.Forward(other).Y.SelectRows([0, 1, 2, 3]).Values.ToArray());
    }

    [Fact]
    public void Descent_on_a_block_lowers_a_loss()
    {
        TransformerBlock block = RandomBlock(6, 2, causal: true);
        Matrix x = HandCheck.Random(5, 6, "x"), t = HandCheck.Random(5, 6, "t");
        double first = Error(), last = first;
        for (int step = 0; step < 200; step++)
        {
            TransformerBlock.Cache cache = block.Forward(x);
            block.Descend(block.Backward(cache, (cache.Y - t) / 5), learningRate: 0.05);
            last = Error();
        }
        Assert.True(last < 0.01 * first, $"from {first} to {last}");

        double Error() => Loss.SquaredError.Of(block.Forward(x).Y, t);
    }

    // GPT-2 out of blocks by hand: embeddings in, the blocks, a last norm, logits from the table of embeddings, all the way there and
    // back. PyTorch made the numbers, rounded to ten digits; ε of the norms is 1e-5 in both.
    [Theory]
    [InlineData("gpt")]
    [InlineData("gpt-b")]
    public void Blocks_stacked_to_a_language_model_equal_PyTorchs(string file)
    {
        GoldenCase c = Golden.Case(file, Golden.Load(file)[0].Name);
        int T = c["ids"].Shape[1], C = c.Integer("width"), sequences = c["ids"].Shape[0], vocabulary = c.Integer("vocabulary");
        Matrix tokens = Read("wte.weight"), positions = Read("wpe.weight").SelectRows([.. Enumerable.Range(0, T)]);
        TransformerBlock[] blocks = [.. Enumerable.Range(0, c.Integer("layers")).Select(Block)];
        var norm = new LayerNorm(C) { Gain = Read("ln_f.weight"), Bias = Read("ln_f.bias") };
        var sums = new Dictionary<string, Matrix>();
        double loss = 0;
        for (int s = 0; s < sequences; s++)
        {
            int[] ids = c["ids"].Integers()[(s * T)..((s + 1) * T)], targets = c["targets"].Integers()[(s * T)..((s + 1) * T)];
            Matrix oneHot = Matrix.OneHot(ids, vocabulary), x = (oneHot * tokens) + positions;
            var caches = new List<TransformerBlock.Cache>();
            foreach (TransformerBlock block in blocks)
            {
                caches.Add(block.Forward(x));
                x = caches[^1].Y;
            }
            LayerNorm.Cache last = norm.Forward(x);
            Matrix logits = last.Y * tokens.T, t = Matrix.OneHot(targets, vocabulary);
            HandCheck.Compare("logits", c["logits"].Doubles().AsSpan(s * T * vocabulary, T * vocabulary), logits.Values, 1e-9);
            loss += Loss.SoftmaxCrossEntropy.Of(logits, t) / sequences;

            Matrix dLogits = Loss.SoftmaxCrossEntropy.Delta(logits, t) / sequences;
            LayerNorm.Gradients final = norm.Backward(last, dLogits * tokens);
            Add("ln_f.weight", final.DGain);
            Add("ln_f.bias", final.DBias);
            Matrix dX = final.DX;
            for (int l = blocks.Length - 1; l >= 0; l--)
            {
                TransformerBlock.Gradients g = blocks[l].Backward(caches[l], dX);
                foreach (Derived one in Parts(x, blocks[l], g).Skip(1)) Add($"h.{l}.{one.Name}", one.Gradient);
                dX = g.DX;
            }
            Add("wpe.weight", dX);
            Add("wte.weight", (oneHot.T * dX) + (dLogits.T * last.Y));
        }
        Assert.Equal(c["loss"].Doubles()[0], loss, 9);
        Assert.Equal(c.Inputs.Count - 2, sums.Count);
        foreach ((string name, Matrix sum) in sums) HandCheck.Compare(name, c.Gradient("transformer." + name).Doubles().AsSpan(0, sum.Values.Length), sum.Values, 1e-8);

        void Add(string name, Matrix gradient) => sums[name] = sums.TryGetValue(name, out Matrix? sum) ? sum + gradient : gradient;

        Matrix Read(string name)
        {
            GoldenArray array = c["transformer." + name];
            return Matrix.From(array.Floats(), array.Shape[^1]);
        }

        TransformerBlock Block(int l)
        {
            var block = new TransformerBlock(C, c.Integer("heads"), Random);
            foreach (Derived one in Parts(tokens, block, null).Skip(1))
            {
                Matrix value = Read($"h.{l}.{one.Name}");
                for (int i = 0; i < value.Rows; i++) value.Row(i).CopyTo(one.Value.Row(i));
            }
            return block;
        }
    }

    private static Tensor Sequence(Tensor x) => x.Reshape((1, x.Shape[0], x.Shape[1]));

    private static double Sum(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double x in row) sum += x;
        return sum;
    }

    private static float[] Floats(Matrix m) => Array.ConvertAll(m.Values.ToArray(), x => (float)x);

    private static TransformerBlock RandomBlock(int width, int heads, bool causal)
    {
        var block = new TransformerBlock(width, heads, Random, causal);
        foreach (Derived one in Parts(block.Norm1.Gain, block, null).Skip(1)) HandCheck.Randomise(one.Value, one.Name);
        return block;
    }

    // All parameters under GPT-2's names; without gradients, only the values.
    private static Derived[] Parts(Matrix x, TransformerBlock block, TransformerBlock.Gradients? g) =>
    [
        new("X", x, g?.DX!),
        new("ln_1.weight", block.Norm1.Gain, g?.Norm1.DGain!), new("ln_1.bias", block.Norm1.Bias, g?.Norm1.DBias!),
        .. Parts("attn.c_attn", block.Attention.Project, g?.Attention.Project), .. Parts("attn.c_proj", block.Attention.Output, g?.Attention.Output),
        new("ln_2.weight", block.Norm2.Gain, g?.Norm2.DGain!), new("ln_2.bias", block.Norm2.Bias, g?.Norm2.DBias!),
        .. Parts("mlp.c_fc", block.FeedForward.Expand, g?.FeedForward.Expand), .. Parts("mlp.c_proj", block.FeedForward.Output, g?.FeedForward.Output),
    ];

    private static Derived[] Parts(string name, Linear layer, Linear.Gradients? g) =>
        [new($"{name}.weight", layer.W, g?.DW!), new($"{name}.bias", layer.B, g?.DB!)];

    private static BatchNorm Randomised(BatchNorm layer)
    {
        HandCheck.Randomise(layer.Gain, "gain");
        HandCheck.Randomise(layer.Bias, "bias");
        return layer;
    }

    private static LayerNorm Randomised(LayerNorm layer)
    {
        HandCheck.Randomise(layer.Gain, "gain");
        HandCheck.Randomise(layer.Bias, "bias");
        return layer;
    }
}
