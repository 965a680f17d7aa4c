using Longhand.Backends;
using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Optim;

/// <summary>
/// Changes parameters in place, step by step, from the gradients the backward pass left. The learning rate is an argument of
/// each step (see <see cref="Schedule"/>) and so is the clipping factor (see <see cref="GradientClipping"/>); gradients are
/// read and never written, and clearing them stays with the caller, so that several backward passes can add up to one step.
/// <para>
/// A parameter that is frozen or has no gradient is skipped: neither it nor its state changes. Steps are counted for the
/// optimizer as a whole, so a parameter that is thawed later gets the bias corrections of that later step.
/// </para>
/// </summary>
public abstract class Optimizer
{
    private readonly Slot[] _slots;
    private readonly IBackend _backend;
    private readonly Dictionary<int, Storage> _scratch = [];

    /// <param name="groups">What to train; all on one backend, which the optimizer's state shares.</param>
    /// <param name="weightDecay">For the groups that do not bring their own.</param>
    /// <param name="state">The names of the tensors of a parameter's shape that the rule remembers; they start at 0.</param>
    private protected Optimizer(IReadOnlyList<ParameterGroup> groups, double weightDecay, params ReadOnlySpan<string> state)
    {
        Setting.NotNegative(GetType().Name, nameof(weightDecay), weightDecay);
        Parameters = [.. groups.SelectMany(g => g.Parameters)];
        if (Parameters.Count == 0) throw new ArgumentException($"{GetType().Name}: the groups have no parameter to train.");
        _backend = Parameters[0].Parameter.Value.Backend;
        _slots = new Slot[Parameters.Count];
        var states = new List<(string, Tensor)>();
        var names = new HashSet<string>();
        var seen = new HashSet<Parameter>();
        int i = 0;
        foreach (ParameterGroup group in groups)
        {
            foreach ((string name, Parameter parameter) in group.Parameters)
            {
                if (!names.Add(name)) throw new ArgumentException($"{GetType().Name}: two parameters are called '{name}'.");
                if (!seen.Add(parameter))
                    throw new ArgumentException($"{GetType().Name}: '{name}' is the same parameter as another; it would be changed twice a step.");
                RequireBackend(name, parameter.Value);
                var tensors = new Tensor[state.Length];
                for (int s = 0; s < tensors.Length; s++)
                {
                    tensors[s] = Zeros(parameter.Shape);
                    states.Add(($"{state[s]}.{name}", tensors[s]));
                }
                _slots[i++] = new Slot(name, parameter, group.LearningRateFactor, group.WeightDecay ?? weightDecay, tensors);
            }
        }
        State = states;
    }

    /// <summary>All parameters in the order of the groups; the list to clip.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>How many steps have been taken.</summary>
    public long StepCount { get; private set; }

    /// <summary>
    /// What the rule remembers, by name: "m.transformer.wte.weight". With <see cref="StepCount"/> all that a checkpoint needs.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="learningRate">The rate η of this step; a group may scale it.</param>
    /// <param name="gradientScale">
    /// Every gradient counts times this: the clipping factor, or 1 over the number of accumulated batches.
    /// </param>
    public void Step(double learningRate, double gradientScale = 1)
    {
        Setting.NotNegative(GetType().Name, nameof(learningRate), learningRate);
        Setting.NotNegative(GetType().Name, nameof(gradientScale), gradientScale);
        StepCount++;
        foreach (Slot slot in _slots)
        {
            if (!slot.Parameter.IsTrainable || slot.Parameter.Gradient is not { } gradient) continue;
            Tensor weight = slot.Parameter.Value;
            RequireBackend(slot.Name, weight);
            RequireBackend(slot.Name, gradient);
            Update(new ParameterStep(
                _backend, weight.Storage, gradient.Storage, slot.State,
                learningRate * slot.LearningRateFactor, slot.WeightDecay, gradientScale));
        }
    }

    /// <summary>Takes over the count and the state of an equal optimizer, bit by bit.</summary>
    /// <param name="stepCount">Its <see cref="StepCount"/>.</param>
    /// <param name="state">Its <see cref="State"/>: the same names and shapes, in any order, on any backend.</param>
    /// <exception cref="ArgumentException">A tensor is missing, unknown or of another shape; nothing has been changed then.</exception>
    public void Restore(long stepCount, IReadOnlyList<(string Name, Tensor Tensor)> state)
    {
        Setting.AtLeast(GetType().Name, nameof(stepCount), stepCount, 0);
        Dictionary<string, Tensor> given = state.ToDictionary(s => s.Name, s => s.Tensor);
        foreach ((string name, Tensor tensor) in State)
        {
            if (!given.TryGetValue(name, out Tensor? source))
                throw new ArgumentException($"{GetType().Name}: the saved state has no '{name}'.");
            if (source.Shape != tensor.Shape)
                throw new ArgumentException($"{GetType().Name}: '{name}' is {source.Shape} in the saved state but must be {tensor.Shape}.");
        }
        if (given.Keys.Except(State.Select(s => s.Name)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"{GetType().Name}: the saved state has '{unknown}', which this optimizer does not.");
        foreach ((string name, Tensor tensor) in State) _backend.Write(tensor.Storage, given[name].ToDoubles());
        StepCount = stepCount;
    }

    /// <summary>Changes one parameter and its state in place.</summary>
    private protected abstract void Update(in ParameterStep p);

    /// <summary>
    /// g = scale·gradient + λ·w: the gradient of the loss with the penalty λ/2·Σw² added, which is what the rules with coupled
    /// decay step along. Lives in memory shared by all parameters of the same length: use it before the next one, change it freely.
    /// </summary>
    private protected Storage DecayedGradient(in ParameterStep p)
    {
        if (!_scratch.TryGetValue(p.Weight.Length, out Storage? g)) _scratch[p.Weight.Length] = g = _backend.Allocate(p.Weight.Length);
        _backend.Map(new WeightedSum(p.GradientScale, p.WeightDecay), g, p.Gradient, p.Weight);
        return g;
    }

    // Straight from the backend: a tensor made the usual way belongs to the workspace around it and is recycled with it.
    private Tensor Zeros(Shape shape)
    {
        Storage storage = _backend.Allocate(shape.Length);
        _backend.Fill(storage, 0);
        return new Tensor(storage, shape, _backend);
    }

    private void RequireBackend(string name, Tensor tensor)
    {
        if (!ReferenceEquals(tensor.Backend, _backend))
            throw new InvalidOperationException($"{GetType().Name}: '{name}' is on backend '{tensor.Backend.Name}' and the optimizer's "
                + $"state on another '{_backend.Name}'. Hint: move the model first, then make its optimizer.");
    }

    private sealed record Slot(string Name, Parameter Parameter, double LearningRateFactor, double WeightDecay, Tensor[] State);
}
