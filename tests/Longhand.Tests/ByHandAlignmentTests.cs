using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>ByHand's AdditiveAlignment, DotAlignment, GeneralAlignment and ConcatAlignment.</summary>
public sealed class ByHandAlignmentTests
{
    private static readonly Rng Random = new("alignment");

    public static TheoryData<string> Golden => Tests.Golden.Names("alignment");

    [Theory]
    [InlineData("additive", null)]
    [InlineData("additive", 2)]
    [InlineData("dot", null)]
    [InlineData("dot", 2)]
    [InlineData("general", null)]
    [InlineData("general", 2)]
    [InlineData("concat", null)]
    [InlineData("concat", 2)]
    public void Every_gradient_equals_measured_slopes_and_the_engines(string kind, int? length)
    {
        Matrix queries = HandCheck.Random(3, 4, "q"), memory = HandCheck.Random(5, kind == "dot" ? 4 : 2, "m"), dY = HandCheck.Random(3, memory.Columns, "dy");
        Alignment alignment = New(kind, 4, memory.Columns, 6);
        Alignment.Gradients g = alignment.Backward(alignment.Forward(queries, memory, length), dY);
        Derived[] derived =
        [
            new("queries", queries, g.DQueries), new("memory", memory, g.DMemory),
            .. alignment.Weights.Select((w, i) => new Derived($"weight {i}", w, g.DWeights[i])),
        ];
        HandCheck.Run(kind, () => alignment.Forward(queries, memory, length).Y, dY, derived, v =>
        {
            Tensor scores = Scores(kind, v);
            return scores[.., ..(length ?? 5)].Softmax().MatMul(v[1][..(length ?? 5)]);
        });
    }

    [Theory, MemberData(nameof(Golden))]
    public void Equals_PyTorch(string name)
    {
        GoldenCase c = Tests.Golden.Case("alignment", name);
        (int B, int Q, int S) = (c["queries"].Shape[0], c["queries"].Shape[1], c["memory"].Shape[1]);
        Alignment alignment = New(c.Op, c["queries"].Shape[2], c["memory"].Shape[2], c.Integer("width"));
        string[] keys = [.. c.Inputs.Where(key => key is not ("queries" or "memory" or "lengths"))];
        for (int i = 0; i < keys.Length; i++) alignment.Weights[i] = Matrix.From(c[keys[i]].Floats(), alignment.Weights[i].Columns);

        Matrix[]? sums = null;
        for (int b = 0; b < B; b++)
        {
            Alignment.Cache cache = alignment.Forward(Entry("queries", Q), Entry("memory", S), c.Has("lengths") ? c["lengths"].Integers()[b] : null);
            Alignment.Gradients g = alignment.Backward(cache, Entry("grad.context", Q));
            Compare("context", cache.Y);
            Compare("weights", cache.P);
            if (!c.Has("lengths") || c["lengths"].Integers()[b] > 1) Compare("grad.queries", g.DQueries);     // a single entry gets all, whatever the query
            Compare("grad.memory", g.DMemory);
            sums = sums is null ? g.DWeights : [.. sums.Zip(g.DWeights, (sum, one) => sum + one)];

            Matrix Entry(string key, int rows) => Matrix.From(c[key].Floats(), c[key].Shape[2]).SelectRows([.. Enumerable.Range(b * rows, rows)]);
            void Compare(string key, Matrix actual) => HandCheck.Compare(
                $"{name}: {key}", c[key].Doubles().AsSpan(b * actual.Values.Length, actual.Values.Length), actual.Values, 1e-8);
        }
        for (int i = 0; i < keys.Length; i++) HandCheck.Compare($"{name}: grad.{keys[i]}", c["grad." + keys[i]].Doubles(), sums![i].Values, 1e-8);
    }

    [Fact]
    public void Concat_is_additive_with_its_weight_cut_in_two()
    {
        var concat = new ConcatAlignment(2, 3, 4, Random);
        var additive = new AdditiveAlignment(2, 3, 4, Random);
        (additive.Weights[0], additive.Weights[1], additive.Weights[2]) = (concat.W.SelectRows([0, 1]), concat.W.SelectRows([2, 3, 4]), concat.V);
        Matrix queries = HandCheck.Random(3, 2, "q"), memory = HandCheck.Random(5, 3, "m");
        HandCheck.Compare("weights", concat.Forward(queries, memory).P.Values, additive.Forward(queries, memory).P.Values, 1e-14);
    }

    [Fact]
    public void What_does_not_count_gets_nothing()
    {
        Matrix p = new DotAlignment().Forward(HandCheck.Random(2, 3, "q"), HandCheck.Random(4, 3, "m"), length: 2).P;
        Assert.Equal(0, p.SelectColumns(2, 2).Sum());
        Assert.Equal(2, p.Sum(), 1e-14);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DotAlignment().Forward(new Matrix(2, 3), new Matrix(4, 3), length: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DotAlignment().Forward(new Matrix(2, 3), new Matrix(4, 3), length: 5));
    }

    private static Tensor Scores(string kind, Tensor[] v)
    {
        Tensor queries = v[0], memory = v[1];
        return kind switch
        {
            "dot" => queries.MatMul(memory, transposeOther: true),
            "general" => queries.MatMul(v[2]).MatMul(memory, transposeOther: true),
            "additive" => Judged(queries.MatMul(v[2]), memory.MatMul(v[3]), v[4]),
            _ => Judged(queries.MatMul(v[2][..4]), memory.MatMul(v[2][4..]), v[3]),
        };

        static Tensor Judged(Tensor q, Tensor m, Tensor score) =>
            (q.Reshape((3, 1, 6)) + m.Reshape((1, 5, 6))).Tanh().Reshape((15, 6)).MatMul(score).Reshape((3, 5));
    }

    private static Alignment New(string kind, int query, int memory, int width) => kind switch
    {
        "additive" => new AdditiveAlignment(query, memory, width, Random),
        "dot" => new DotAlignment(),
        "general" => new GeneralAlignment(query, memory, Random),
        _ => new ConcatAlignment(query, memory, width, Random),
    };
}
