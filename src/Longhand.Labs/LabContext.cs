using Longhand.Numerics;

namespace Longhand.Labs;

/// <summary>What a lab is given for one run: its seed, the settings of its knobs, someone to tell how far it is, and a way to be stopped.</summary>
public sealed class LabContext
{
    private readonly Dictionary<string, object> _values;
    private readonly Action<LabProgress>? _listener;

    /// <param name="lab">The lab that will run.</param>
    /// <param name="seed">Decides all random draws.</param>
    /// <param name="settings">Values of knobs by name (int, double or string, as the knob's kind is); the others keep their defaults.</param>
    /// <param name="listener">Is told how far the run is.</param>
    /// <param name="cancel">Stops the run at its next report.</param>
    /// <exception cref="ArgumentException">The lab has no such knob, or the value is out of its range.</exception>
    public LabContext(
        Lab lab, string seed = DefaultSeed, IReadOnlyDictionary<string, object>? settings = null,
        Action<LabProgress>? listener = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        (Seed, _listener, Cancel) = (seed, listener, cancel);
        _values = lab.Knobs.ToDictionary(k => k.Name, k => k.Usual);
        foreach ((string name, object value) in settings ?? new Dictionary<string, object>())
        {
            Knob knob = lab.Knobs.FirstOrDefault(k => k.Name == name)
                ?? throw new ArgumentException($"{lab.Name} has no knob \"{name}\". It has: {string.Join(", ", lab.Knobs.Select(k => k.Name))}.", nameof(settings));
            if (knob.Problem(value) is { } problem)
            {
                throw new ArgumentException($"{lab.Name}: {problem}", nameof(settings));
            }
            _values[name] = value;
        }
    }

    /// <summary>The seed when none is given.</summary>
    public const string DefaultSeed = "longhand";

    public string Seed { get; }

    /// <summary>For loops that have nothing to report.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>The root of the run's random draws; fork it by purpose.</summary>
    public Rng Rng => new(Seed);

    public int this[WholeKnob knob] => (int)_values[knob.Name];

    public double this[NumberKnob knob] => (double)_values[knob.Name];

    public string this[ChoiceKnob knob] => (string)_values[knob.Name];

    /// <summary>The setting of a knob, for the page.</summary>
    public object ValueOf(Knob knob) => _values[knob.Name];

    /// <summary>
    /// Tells how far the run is, and ends it if it was stopped. Cheap enough for every step.
    /// </summary>
    /// <param name="done">The share of the work that is done, 0 to 1.</param>
    /// <param name="doing">What is going on, in a few words: "training with 3 layers".</param>
    /// <param name="numbers">What is worth watching: ("loss", 0.31).</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Report(double done, string doing, params IReadOnlyList<(string Name, double Value)> numbers)
    {
        Cancel.ThrowIfCancellationRequested();
        _listener?.Invoke(new LabProgress(Math.Clamp(done, 0, 1), doing, numbers));
    }
}

/// <summary>How far a run is: the share of its work, what it is doing, and numbers to watch.</summary>
public sealed record LabProgress(double Done, string Doing, IReadOnlyList<(string Name, double Value)> Numbers);
