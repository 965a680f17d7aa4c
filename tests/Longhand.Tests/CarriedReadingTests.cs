using Longhand.Backends;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Tensors;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class CarriedReadingTests
{
    private const int Vocabulary = 7, Context = 4;

    public static TheoryData<RecurrentCell> Cells => [.. Enum.GetValues<RecurrentCell>()];

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_loss_is_that_of_each_stretch_read_at_once(RecurrentCell cell)
    {
        RecurrentModel model = NewModel(cell);
        int[] tokens = Tokens(30);                                          // 29 predictions: stretches of 10, 10 and 9
        double expected = 0;
        foreach ((int start, int length) in new[] { (0, 10), (10, 10), (20, 9) })
        {
            Tensor logits = model.Forward(new Indices(tokens[start..(start + length)], (1, length)));
            var targets = new Indices(tokens[(start + 1)..(start + length + 1)], (1, length));
            expected += length * (double)logits.CrossEntropy(targets).ToScalar();
        }
        Assert.Equal(expected / 29, Evaluation.CarriedLoss(model, tokens, stretches: 3), 5);

        double emptied = Evaluation.Loss(model, tokens);
        Assert.True(Math.Abs(emptied - (expected / 29)) > 1e-3, "memory makes no difference to this model, so this test could not fail");
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Its_length_of_window_changes_nothing(RecurrentCell cell)
    {
        RecurrentModel model = NewModel(cell), longer = NewModel(cell, context: 11);
        double expected = Evaluation.CarriedLoss(model, Tokens(50), stretches: 2);
        Assert.Equal(expected, Evaluation.CarriedLoss(longer, Tokens(50), stretches: 2), 5);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void No_gradient_reaches_back_into_an_earlier_window(RecurrentCell cell)
    {
        int[] tokens = Tokens((2 * Context) + 1);
        RecurrentModel carried = NewModel(cell), given = NewModel(cell), through = NewModel(cell);

        var reading = new CarriedReading(carried, tokens, stretches: 1);
        _ = reading.Next();
        reading.Next().Loss.Backward();

        (_, Tensor state) = given.Forward(Piece(tokens, 0), state: null);
        Tensor numbers = Tensor.From(state.ToArray(), state.Shape);
        Loss(given, tokens, numbers).Backward();

        (_, Tensor open) = through.Forward(Piece(tokens, 0), state: null);
        Loss(through, tokens, open).Backward();

        for (int i = 0; i < carried.Parameters.Count; i++)
            Assert.Equal(Gradient(given, i), Gradient(carried, i));
        Assert.Contains(Enumerable.Range(0, carried.Parameters.Count), i => !Gradient(through, i).SequenceEqual(Gradient(carried, i)));

        static Tensor Loss(RecurrentModel model, int[] tokens, Tensor state) =>
            model.Forward(Piece(tokens, Context), state).Logits.CrossEntropy(Piece(tokens, Context + 1));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_memory_outlives_the_workspace_of_its_step(RecurrentCell cell)
    {
        Assert.Equal(Losses(inWorkspaces: false), Losses(inWorkspaces: true));

        float[] Losses(bool inWorkspaces)
        {
            RecurrentModel model = NewModel(cell);
            var reading = new CarriedReading(model, Tokens(60), stretches: 2);
            var losses = new List<float>();
            while (!reading.IsComplete)
            {
                using Workspace? step = inWorkspaces ? Workspace.Begin() : null;
                Tensor loss = reading.Next().Loss;
                losses.Add(loss.ToScalar());
                loss.BackwardOnce();
                model.ClearGradients();
            }
            return [.. losses];
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_gradient_of_two_windows_together_is_the_sum_of_theirs(RecurrentCell cell)
    {
        RecurrentModel together = NewModel(cell), apart = NewModel(cell), later = NewModel(cell);
        var reading = new CarriedReading(together, Tokens(17), stretches: 2);
        (reading.Next().Loss + reading.Next().Loss).Backward();

        reading = new CarriedReading(apart, Tokens(17), stretches: 2);
        reading.Next().Loss.Backward();
        reading.Next().Loss.Backward();

        reading = new CarriedReading(later, Tokens(17), stretches: 2);
        _ = reading.Next();
        reading.Next().Loss.Backward();

        float most = 0;
        for (int i = 0; i < apart.Parameters.Count; i++)
        {
            float[] sum = Gradient(apart, i), second = Gradient(later, i);
            Assert.All(Gradient(together, i), (value, j) => Assert.Equal(sum[j], value, 1e-5f));
            most = sum.Zip(second, (a, b) => Math.Max(most, Math.Abs(a - (2 * b)))).Max();
        }
        Assert.True(most > 1e-2, "both windows have the same gradient, so this test could not fail");
    }

    [Fact]
    public void It_counts_its_predictions_and_ends()
    {
        var reading = new CarriedReading(NewModel(RecurrentCell.Gru), Tokens(16), stretches: 2);     // 8 and 7 predictions
        Assert.Equal(8, reading.Next().Predictions);
        Assert.False(reading.IsComplete);
        Assert.Equal(7, reading.Next().Predictions);
        Assert.True(reading.IsComplete);
        Assert.Throws<InvalidOperationException>(() => reading.Next());
    }

    [Fact]
    public void Measuring_leaves_the_model_as_it_was_and_can_be_stopped()
    {
        RecurrentModel model = NewModel(RecurrentCell.Lstm);
        model.Parameters[2].Parameter.IsTrainable = false;
        Assert.Equal(Evaluation.CarriedLoss(model, Tokens(40)), Evaluation.CarriedLoss(model, Tokens(40)));
        var stopped = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Evaluation.CarriedLoss(model, Tokens(40), stop: stopped));
        Assert.Equal(1, model.Parameters.Count(p => !p.Parameter.IsTrainable));
        Assert.All(model.Parameters, p => Assert.Null(p.Parameter.Gradient));
        var problem = Assert.Throws<ArgumentException>(() => Evaluation.CarriedLoss(model, Tokens(1)));
        Assert.Contains("takes 2 tokens", problem.Message, StringComparison.Ordinal);
    }

    private static Indices Piece(int[] tokens, int start) => new(tokens[start..(start + Context)], (1, Context));

    private static float[] Gradient(RecurrentModel model, int parameter) => model.Parameters[parameter].Parameter.Gradient!.ToArray();

    private static int[] Tokens(int length)
    {
        var rng = new Rng("tokens");
        return [.. Enumerable.Range(0, length).Select(i => rng.Below(Vocabulary, i))];
    }

    private static RecurrentModel NewModel(RecurrentCell cell, int context = Context)
    {
        var config = new RecurrentConfig(cell) { Layers = 2, Width = 6, Context = context, Vocabulary = Vocabulary, Dropout = 0.5f };
        var model = new RecurrentModel(config, new Rng("reader"));
        ModuleCheck.Randomise(model);
        return model;
    }
}
