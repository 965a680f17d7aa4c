using System.Diagnostics;
using System.Text.Json;
using Longhand.Data;
using Longhand.Numerics;
using Longhand.Scalar;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The training that micrograd's demo shows (Karpathy, 2020), on the scalar engine: two half moons, a network of two inputs and one score, every
/// point in every step, and the loss of a support vector machine with a penalty,
/// <code>
/// L = 1/N · Σᵢ max(0, 1 − yᵢ·score(xᵢ)) + decay · Σ p²,   yᵢ = ±1
/// </code>
/// while the rate falls in a straight line to a tenth.
/// </summary>
internal sealed class MoonsTraining
{
    private readonly LabelledPoints _points;
    private readonly Tape _tape = new();
    private readonly int _kept;
    private readonly double _rate, _decay;
    private readonly int _steps;

    public MoonsTraining(LabelledPoints points, int hidden, int steps, double rate, double decay, Rng rng)
    {
        (_points, _steps, _rate, _decay) = (points, steps, rate, decay);
        long draw = 0;
        Sizes = [hidden, hidden, 1];
        Model = new Mlp(_tape, inputs: 2, Sizes, Activation.Relu, () => 2 * rng.UniformDouble(draw++) - 1);
        _kept = _tape.Count;
        First = [.. Model.Parameters.Select(p => p.Data)];
    }

    public int[] Sizes { get; }

    public Mlp Model { get; }

    /// <summary>The parameters before the first step.</summary>
    public double[] First { get; }

    /// <summary>How many numbers a step writes on the tape.</summary>
    public int Recorded { get; private set; }

    /// <summary>One step: scores of all points, loss, the walk back, the update.</summary>
    /// <returns>Loss and share of points on their side, both before the update, and how long all of it took.</returns>
    public (double Loss, double Accuracy, double Seconds) Step(int step)
    {
        long start = Stopwatch.GetTimestamp();
        int right = 0;
        Value hinges = _tape.Constant(0);
        for (int i = 0; i < _points.Count; i++)
        {
            Value score = Model.Forward([_tape.Constant(_points.X[2 * i]), _tape.Constant(_points.X[(2 * i) + 1])])[0];
            hinges += (1 - (Side(i) * score)).Relu();
            if (score.Data * Side(i) > 0) right++;
        }
        Value squares = _tape.Constant(0);
        foreach (Value p in Model.Parameters) squares += p * p;
        Value loss = (hinges * (1.0 / _points.Count)) + (_decay * squares);

        _tape.ClearGradients();
        loss.Backward();
        Model.Descend(_rate * (1 - (0.9 * step / _steps)));
        double result = loss.Data;
        Recorded = _tape.Count - _kept;
        _tape.Rewind(_kept);
        return (result, (double)right / _points.Count, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The score at a place: above 0 is class 1.</summary>
    public double Score(float x1, float x2)
    {
        double score = Model.Forward([_tape.Constant(x1), _tape.Constant(x2)])[0].Data;
        _tape.Rewind(_kept);
        return score;
    }

    /// <summary>The same training as the Python side wants it told.</summary>
    public byte[] Request(int steps)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteStartArray("points");
            for (int i = 0; i < _points.Count; i++) Numbers([_points.X[2 * i], _points.X[(2 * i) + 1]]);
            json.WriteEndArray();
            json.WritePropertyName("labels");
            Numbers([.. Enumerable.Range(0, _points.Count).Select(i => (double)Side(i))]);
            json.WritePropertyName("sizes");
            Numbers([2, .. Sizes.Select(size => (double)size)]);
            json.WritePropertyName("parameters");
            Numbers(First);
            json.WriteNumber("rate", _rate);
            json.WriteNumber("decay", _decay);
            json.WriteNumber("steps", steps);
            json.WriteNumber("planned", _steps);
            json.WriteEndObject();

            void Numbers(double[] values)
            {
                json.WriteStartArray();
                foreach (double value in values) json.WriteNumberValue(value);
                json.WriteEndArray();
            }
        }
        return memory.ToArray();
    }

    private int Side(int i) => _points.Labels[i] == 1 ? 1 : -1;
}
