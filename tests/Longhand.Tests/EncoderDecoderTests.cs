using Longhand.Backends;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class EncoderDecoderTests
{
    private const int Begin = 0;

    public static TheoryData<AlignmentKind> Alignments => [.. Enum.GetValues<AlignmentKind>()];

    public static TheoryData<RecurrentCell> Cells => [.. Enum.GetValues<RecurrentCell>()];

    [Theory, MemberData(nameof(Alignments))]
    public void Gradients_equal_measured_slopes(AlignmentKind alignment)
    {
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 5, Width = 3, Alignment = alignment }, null);
        ModuleCheck.Gradients(
            model, x => model.Loss(Ids((2, 4), 5), Ids((2, 3), 5), Begin, new Indices([4, 2], 2)) * x[0], ModuleCheck.Input(1, "scale"));
    }

    [Theory, MemberData(nameof(Cells))]
    public void Step_by_step_equals_one_pass(RecurrentCell cell)
    {
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 7, Width = 16, Layers = 2, Cell = cell }, new Rng("steps"));
        EncoderDecoder.Encoded source = model.Encode(Ids((3, 5), 7), new Indices([5, 1, 3], 3));
        Indices inputs = Ids((3, 4), 7);
        (Tensor whole, Tensor last, Tensor? weights) = model.Decode(source, inputs);
        Tensor? state = null;
        for (int t = 0; t < 4; t++)
        {
            var one = new Indices([.. Enumerable.Range(0, 3).Select(b => inputs.Values[(b * 4) + t])], (3, 1));
            (Tensor logits, state, Tensor? looked) = model.Decode(source, one, state);
            Assert.Equal(whole[.., t..(t + 1)].ToArray(), logits.ToArray());
            Assert.Equal(weights![.., t..(t + 1)].ToArray(), looked!.ToArray());
        }
        Assert.Equal(last.ToArray(), state!.ToArray());
    }

    [Fact]
    public void With_its_own_guesses_shown_the_loss_is_that_of_what_it_would_write()
    {
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 6, Width = 8 }, new Rng("guesses"));
        Indices sources = Ids((2, 4), 6), written = model.Write(sources, Begin, steps: 5).Tokens;
        // Whoever is shown its own guesses, and is right, sees what the teacher would have shown.
        float taught = model.Loss(sources, written, Begin).ToScalar();
        float alone = model.Loss(sources, written, Begin, teacherForcing: 0, rng: new Rng("draws")).ToScalar();
        Assert.Equal(taught, alone, 1e-6f);
    }

    [Fact]
    public void Padding_counts_nowhere()
    {
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 6, Width = 8 }, new Rng("padding"));
        Indices sources = Ids((1, 3), 6);
        float two = model.Loss(sources, new Indices([4, 2], (1, 2)), Begin).ToScalar();
        float padded = model.Loss(sources, new Indices([4, 2, -100, -100], (1, 4)), Begin).ToScalar();
        Assert.Equal(two, padded, 1e-6f);
    }

    [Fact]
    public void It_learns_to_copy()
    {
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 8, Width = 32 }, new Rng("copy"));
        var adam = new Adam(ParameterGroup.All(model));
        int[] numbers = [.. Enumerable.Range(0, 32 * 4).Select(i => 1 + new Rng("numbers").Below(7, i))];
        var texts = new Indices(numbers, (32, 4));
        float first = 0, loss = 0;
        for (int step = 0; step < 150; step++)
        {
            Tensor mean = model.Loss(texts, texts, Begin, teacherForcing: step < 100 ? 1 : 0.5f, rng: new Rng("teacher").Fork(step));
            loss = mean.ToScalar();
            if (step == 0) first = loss;
            mean.Backward();
            adam.Step(1e-2);
            model.ClearGradients();
        }
        Assert.True(loss < 0.1 && first > 1.8, $"from {first} to {loss}");
        Assert.Equal(numbers, model.Write(texts, Begin, steps: 4).Tokens.Values.ToArray());
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        Assert.Contains("width", Assert.Throws<ArgumentException>(() => new EncoderDecoderConfig { Width = 0 }.Validate()).Message, StringComparison.Ordinal);
        var model = new EncoderDecoder(new EncoderDecoderConfig { Vocabulary = 6, Width = 8 }, new Rng("wrong"));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Loss(Ids((1, 2), 6), Ids((1, 2), 6), Begin, teacherForcing: 1.5f));
        Assert.Throws<ArgumentException>(() => model.Loss(Ids((1, 2), 6), Ids((1, 2), 6), Begin, teacherForcing: 0.5f));
    }

    private static Indices Ids(Shape shape, int vocabulary)
    {
        int[] ids = new int[shape.Length];
        for (int i = 0; i < ids.Length; i++) ids[i] = ((i * 7) + (i / 3)) % vocabulary;
        return new Indices(ids, shape);
    }
}
