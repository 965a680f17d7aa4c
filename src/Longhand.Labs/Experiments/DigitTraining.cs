using Longhand.Data;

namespace Longhand.Labs.Experiments;

/// <summary>One training: the network, what was held out, and the curves.</summary>
internal sealed class DigitTraining(Classifier model, LabelledPoints test, double centre, double neighbour)
{
    private float[]? _probabilities;

    public Classifier Model { get; } = model;

    /// <summary>What was held out.</summary>
    public LabelledPoints Test { get; } = test;

    /// <summary>The share of it that the nearest mean of a digit gets right.</summary>
    public double Centre { get; } = centre;

    /// <summary>The share that the nearest known picture gets right.</summary>
    public double Neighbour { get; } = neighbour;

    /// <summary>The share that a network without a hidden layer gets right.</summary>
    public double Plain { get; set; }

    /// <summary>How many pictures it learned from.</summary>
    public int Known { get; private set; }

    /// <summary>Pixels along a side of a picture.</summary>
    public int Side => (int)Math.Sqrt(Test.Features);

    public List<double> TrainLoss { get; } = [];
    public List<double> TrainAccuracy { get; } = [];
    public List<double> Loss { get; } = [];
    public List<double> Accuracy { get; } = [];

    /// <summary>Measures on what was learned from and on what was held out; entry 0 is before training.</summary>
    public void Note(LabelledPoints train)
    {
        Known = train.Count;
        (double trainLoss, double trainAccuracy) = Model.Measure(train);
        (double loss, double accuracy) = Model.Measure(Test);
        TrainLoss.Add(trainLoss);
        TrainAccuracy.Add(trainAccuracy);
        Loss.Add(loss);
        Accuracy.Add(accuracy);
    }

    /// <summary>What the trained network takes held-out picture i for.</summary>
    public int Read(int i) => Classifier.Likeliest(Row(i));

    public float Probability(int i, int digit) => Row(i)[digit];

    private ReadOnlySpan<float> Row(int i) => (_probabilities ??= Model.Probabilities(Test.X)).AsSpan(i * 10, 10);
}
