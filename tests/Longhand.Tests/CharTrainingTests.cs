using Longhand.Backends;
using Longhand.Labs.Experiments;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

/// <summary>How the labs of characters learn a text and measure themselves on it.</summary>
public sealed class CharTrainingTests
{
    private static readonly CharText Text = CharText.Load(BuiltInCorpus.Name);
    private static readonly RecurrentConfig Config = new(RecurrentCell.Gru) { Width = 6, Context = 8, Vocabulary = Text.Vocabulary };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loss_is_that_of_the_whole_last_tenth(bool carries)
    {
        RecurrentModel model = Config.Create(new Rng("weights"));
        CharTraining training = Training(model, carries).Run(_ => { }, CancellationToken.None);
        double expected = carries
            ? Evaluation.CarriedLoss(model, Text.Data.Validation, stretches: 16)
            : Evaluation.Loss(model, Text.Data.Validation);
        Assert.Equal(expected, training.Loss);
        Assert.NotEqual(carries ? Text.ValidationLoss(model) : Text.CarriedLoss(model), training.Loss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stop_after_the_last_step_ends_it_before_the_whole_is_measured(bool carries)
    {
        using var stop = new CancellationTokenSource();
        CharTraining training = Training(Config.Create(new Rng("weights")), carries);
        Assert.ThrowsAny<OperationCanceledException>(() => training.Run(step => { if (step == 3) stop.Cancel(); }, stop.Token));
        Assert.Equal(3, training.Losses.Count);
        Assert.Equal(double.PositiveInfinity, training.Loss);
    }

    [Fact]
    public void Measuring_can_be_stopped()
    {
        RecurrentModel model = Config.Create(new Rng("weights"));
        var stopped = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Text.ValidationLoss(model, stop: stopped));
        Assert.Throws<OperationCanceledException>(() => Text.CarriedLoss(model, stop: stopped));
        CharTraining trained = Training(model, carries: true).Run(_ => { }, CancellationToken.None);
        var contender = new RnnVersusLstmContender(Config, [trained], Training(model, carries: true));
        Assert.Throws<OperationCanceledException>(() => contender.Examine(contender.Clipped[0], Text, "seed", stopped));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_infinite_everywhere()
    {
        RecurrentModel model = Config.Create(new Rng("weights"));
        var plan = new CharPlan { Steps = 9, Rate = 1e38, Measurements = 9, CarriesMemory = true };
        CharTraining training = new CharTraining(model, Text, plan, new Rng("readings")).Run(_ => { }, CancellationToken.None);
        Assert.Equal(double.PositiveInfinity, training.Loss);
        Assert.DoesNotContain(double.NaN, training.Losses.Concat(training.Norms).Concat(training.Validation.Select(p => p.Y)));
    }

    private static CharTraining Training(RecurrentModel model, bool carries) =>
        new(model, Text, new CharPlan { Steps = 3, Measurements = 1, CarriesMemory = carries }, new Rng("readings"));
}
