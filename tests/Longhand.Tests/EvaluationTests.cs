using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class EvaluationTests
{
    private static readonly GptConfig Config = new() { Layers = 1, Heads = 2, Width = 8, Context = 5, Vocabulary = 7, Dropout = 0.5f };
    private static readonly Gpt Model = NewModel();

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(63)]
    public void The_loss_equals_one_prediction_after_another(int length)
    {
        int[] tokens = Tokens(length);
        double sum = 0;
        for (int t = 1; t < length; t++)
        {
            int start = (t - 1) / Config.Context * Config.Context;         // the window that predicts token t
            Tensor logits = Model.Forward(new Indices(tokens[start..t], (1, t - start)));
            double[] last = logits.ToDoubles()[^Config.Vocabulary..];
            double max = last.Max();
            sum += max + Math.Log(last.Sum(x => Math.Exp(x - max))) - last[tokens[t]];
        }
        Assert.Equal(sum / (length - 1), Evaluation.Loss(Model, tokens), 5);
    }

    [Fact]
    public void The_loss_does_not_depend_on_how_many_windows_go_at_once()
    {
        int[] tokens = Tokens(203);
        double expected = Evaluation.Loss(Model, tokens);
        foreach (int windows in new[] { 1, 2, 3, 7, 40, 41, 1000 })
            Assert.InRange(Evaluation.Loss(new EvaluationPass(Model, tokens, windows)) / expected, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void Every_token_but_the_first_counts()
    {
        int[] tokens = Tokens(23);
        double whole = Evaluation.Loss(Model, tokens);
        for (int t = 1; t < tokens.Length; t++)
        {
            int[] changed = [.. tokens];
            changed[t] = (changed[t] + 1) % Config.Vocabulary;
            Assert.NotEqual(whole, Evaluation.Loss(Model, changed));
        }
    }

    [Fact]
    public void A_model_that_knows_nothing_loses_the_logarithm_of_the_vocabulary()
    {
        var model = new Gpt(Config, new Rng("x"));
        foreach ((_, Parameter parameter) in model.Parameters) parameter.Write(new float[parameter.Shape.Length]);
        Assert.Equal(Math.Log(7), Evaluation.Loss(model, Tokens(100)), 6);
    }

    [Fact]
    public void Nothing_is_dropped_recorded_or_left_changed()
    {
        Gpt model = NewModel();
        model.Parameters[2].Parameter.IsTrainable = false;
        int[] tokens = Tokens(30);
        Assert.Equal(Evaluation.Loss(model, tokens), Evaluation.Loss(model, tokens));
        Assert.Equal(1, model.Parameters.Count(p => !p.Parameter.IsTrainable));
        Assert.All(model.Parameters, p => Assert.Null(p.Parameter.Gradient));
    }

    [Fact]
    public void It_stops_when_cancelled_and_leaves_the_model_trainable()
    {
        Gpt model = NewModel();
        var pass = new EvaluationPass(model, Tokens(30));
        Assert.False(pass.Advance(new CancellationToken(canceled: true)));
        Assert.False(pass.IsComplete);
        Assert.False(pass.Advance(CancellationToken.None));
        Assert.True(pass.IsComplete);
        Assert.Equal((29, 29), (pass.Done, pass.Total));
        Assert.Equal(Evaluation.Loss(model, Tokens(30)), pass.Loss);
        Assert.Throws<OperationCanceledException>(() => Evaluation.Loss(model, Tokens(30), new CancellationToken(canceled: true)));
        Assert.All(model.Parameters, p => Assert.True(p.Parameter.IsTrainable));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_text_too_short_to_predict_anything_is_refused(int length) =>
        Assert.Contains("takes 2 tokens", Assert.Throws<ArgumentException>(() => Evaluation.Loss(Model, Tokens(length))).Message, StringComparison.Ordinal);

    private static int[] Tokens(int length)
    {
        var rng = new Rng("tokens");
        return [.. Enumerable.Range(0, length).Select(i => rng.Below(Config.Vocabulary, i))];
    }

    private static Gpt NewModel()
    {
        var model = new Gpt(Config, new Rng("evaluation"));
        ModuleCheck.Randomise(model);
        return model;
    }
}
