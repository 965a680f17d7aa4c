using System.Globalization;
using System.Text;
using Longhand.Backends;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// A part of a model that owns parameters. Its constructor declares every parameter and every child by name, once; that
/// declaration feeds the optimizer, the checkpoint's tensor names, the counts and the printed summary. Nothing is discovered by
/// reflection, so a layer kept in an array cannot be forgotten.
/// </summary>
public abstract class Module
{
    private readonly List<(string Name, Parameter? Parameter, Module? Child)> _members = [];

    /// <summary>All parameters in the order of declaration, children included, with their dotted names: "h.0.attn.c_attn.weight".</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters
    {
        get
        {
            var all = new List<(string, Parameter)>();
            Collect("", all);
            return all;
        }
    }

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Where(p => !p.Parameter.IsState).Sum(p => (long)p.Parameter.Shape.Length);

    /// <summary>Whether computations record what a gradient would need; switch off for evaluation and generation.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach ((_, Parameter parameter) in Parameters) parameter.IsTrainable = trainable;
    }

    /// <summary>
    /// Computes with every parameter as a constant, so that nothing is recorded, and leaves each as trainable or frozen as it was.
    /// </summary>
    public T AsConstants<T>(Func<T> compute)
    {
        var trained = new List<Parameter>();
        CollectTrainable(trained);
        foreach (Parameter parameter in trained) parameter.IsTrainable = false;
        try
        {
            return compute();
        }
        finally
        {
            foreach (Parameter parameter in trained) parameter.IsTrainable = true;
        }
    }

    /// <summary>Forgets all gradients, before the next backward pass.</summary>
    public void ClearGradients()
    {
        foreach ((_, Parameter? parameter, Module? child) in _members)
        {
            if (parameter is not null) parameter.Gradient = null;
            child?.ClearGradients();
        }
    }

    /// <summary>Moves all parameters to another backend.</summary>
    public void MoveTo(IBackend backend)
    {
        foreach ((_, Parameter parameter) in Parameters) parameter.MoveTo(backend);
    }

    /// <summary>A table: one line for each parameter with its shape and size, and the total.</summary>
    public string Summary()
    {
        var text = new StringBuilder();
        int width = Parameters.Select(p => p.Name.Length).DefaultIfEmpty(0).Max();
        foreach ((string name, Parameter parameter) in Parameters)
        {
            string count = parameter.Shape.Length.ToString("N0", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {parameter.Shape,-16} {count,14}{(parameter.IsState ? "  (state)" : "")}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{"total".PadRight(width)}  {"",-16} {ParameterCount,14:N0}\n");
        return text.ToString();
    }

    /// <summary>Declares a parameter of this module.</summary>
    protected Parameter Declare(string name, Tensor initial, bool isState = false)
    {
        var parameter = new Parameter(initial, isState);
        Add(name, parameter, null);
        return parameter;
    }

    /// <summary>Declares a child; its parameters get this name as a prefix.</summary>
    protected T Declare<T>(string name, T child) where T : Module
    {
        Add(name, null, child);
        return child;
    }

    private void Add(string name, Parameter? parameter, Module? child)
    {
        if (_members.Any(m => m.Name == name)) throw new ArgumentException($"{GetType().Name} declares '{name}' twice.");
        _members.Add((name, parameter, child));
    }

    // Without names: this runs for every token that is generated.
    private void CollectTrainable(List<Parameter> trained)
    {
        foreach ((_, Parameter? parameter, Module? child) in _members)
        {
            if (parameter is { IsTrainable: true }) trained.Add(parameter);
            child?.CollectTrainable(trained);
        }
    }

    private void Collect(string prefix, List<(string, Parameter)> all)
    {
        foreach ((string name, Parameter? parameter, Module? child) in _members)
        {
            if (parameter is not null) all.Add((prefix + name, parameter));
            child?.Collect(prefix + name + ".", all);
        }
    }
}
