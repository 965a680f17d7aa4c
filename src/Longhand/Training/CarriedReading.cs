using Longhand.Data;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// One reading of a text by a recurrent model that forgets nothing on the way: stretches of the text side by side, window after window,
/// each window beginning with the memory that the one before it ended with. The memory is carried on as a number and not as a computation:
/// no gradient reaches back into an earlier window (truncated backpropagation through time; Williams and Peng, 1990). Each stretch
/// begins with an empty memory. The losses of several windows may be added before the gradient is taken: none is changed by a later one.
/// <para>
/// To measure, read once; to train, take a step on each window's loss and begin again at the end. Between two windows the weights may
/// change: the memory is then that of the weights it was made with.
/// </para>
/// </summary>
public sealed class CarriedReading
{
    private readonly RecurrentModel _model;
    private readonly TextStretches _text;
    private Tensor? _state;
    private int _window;

    /// <param name="model">The reader; windows are as long as its context.</param>
    /// <param name="tokens">The text, at least 2 tokens.</param>
    /// <param name="stretches">How many stretches are read side by side.</param>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public CarriedReading(RecurrentModel model, ReadOnlyMemory<int> tokens, int stretches)
    {
        _model = model;
        _text = new TextStretches(tokens, stretches, model.Config.Context);
    }

    /// <summary>Whether the whole text was read.</summary>
    public bool IsComplete => _window == _text.Windows;

    /// <summary>Reads the next window of every stretch.</summary>
    /// <param name="rng">In training, where dropout's draws come from; null in use.</param>
    /// <returns>The mean loss of its predictions in nats per token, and how many there are.</returns>
    /// <exception cref="InvalidOperationException">The whole text was read.</exception>
    public (Tensor Loss, int Predictions) Next(Rng? rng = null)
    {
        if (IsComplete) throw new InvalidOperationException("CarriedReading: the text was read to its end. Hint: begin a new reading.");
        Shape shape = (_text.Stretches, _text.Context);
        // New arrays for each window: what is recorded reads them again on the way back, which may come after the next window.
        int[] inputs = new int[shape.Length], targets = new int[shape.Length];
        int predictions = _text.Fill(_window++, inputs, targets);
        (Tensor logits, Tensor state) = _model.Forward(new Indices(inputs, shape), _state, rng);
        _state = state.Detach().Keep();
        return (logits.CrossEntropy(new Indices(targets, shape), EvaluationWindows.Ignored), predictions);
    }
}
