using Longhand.Models;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A cell in <see cref="RnnVersusLstm"/>: its trainings, one for each seed and one without clipping, and what they came to.
/// </summary>
internal sealed class RnnVersusLstmContender(RecurrentConfig config, CharTraining[] clipped, CharTraining unclipped)
{
    private const int Written = 300;

    private readonly double[] _emptied = new double[clipped.Length];

    public RecurrentConfig Config => config;

    /// <summary>As it stands in a sentence.</summary>
    public string Name => config.Kind.ToUpperInvariant();

    /// <summary>One training for each seed.</summary>
    public CharTraining[] Clipped => clipped;

    /// <summary>The first seed's training without clipping.</summary>
    public CharTraining Unclipped => unclipped;

    public IEnumerable<CharTraining> Trainings => [.. clipped, unclipped];

    /// <summary>What the first training's model writes; nothing where it diverged.</summary>
    public string Text { get; private set; } = "";

    /// <summary>
    /// What is left to do after one of <see cref="Trainings"/>: measures its model where every window begins with an empty memory, and
    /// lets the first one write. For the one without clipping there is nothing to do. Different trainings may be examined at the same time.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public void Examine(CharTraining training, CharText text, string seed, CancellationToken stop)
    {
        int place = Array.IndexOf(clipped, training);
        if (place < 0) return;
        bool isFinite = double.IsFinite(training.Loss);
        _emptied[place] = isFinite ? text.ValidationLoss(training.Model, stop: stop) : double.PositiveInfinity;
        if (place == 0 && isFinite) Text = training.Write(Written, seed);
    }

    /// <summary>The numbers, once all trainings were examined.</summary>
    public MeasuredCell Measured => new(
        Name, config.Width, config.ParameterCount, Array.ConvertAll(clipped, t => t.Loss), _emptied.Average(),
        unclipped.Loss, unclipped.Norms.Max());
}
