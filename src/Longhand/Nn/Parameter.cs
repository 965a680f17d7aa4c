using Longhand.Backends;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// A tensor that training changes: a weight or a bias. Its numbers are overwritten in place by an optimizer; its shape never changes.
/// A parameter that is not trainable takes part in computations as a constant, so nothing is recorded for it.
/// </summary>
public sealed class Parameter
{
    private Tensor _constant;
    private Tensor _leaf;

    /// <param name="initial">The first numbers; the tensor's memory becomes the parameter's.</param>
    /// <param name="isState">True for numbers that belong to the layer but are never trained, such as running averages.</param>
    public Parameter(Tensor initial, bool isState = false)
    {
        Shape = initial.Shape;
        _constant = initial.Detach().Own();
        _leaf = _constant.RequireGradient();
        IsState = isState;
        IsTrainable = !isState;
    }

    /// <summary>Saved with the model but not for optimizers.</summary>
    public bool IsState { get; }

    /// <summary>Whether <see cref="Value"/> asks for a gradient. State never does.</summary>
    public bool IsTrainable
    {
        get;
        set
        {
            if (value) RequireFloats();
            field = value && !IsState;
        }
    }

    public Shape Shape { get; }

    /// <summary>The numbers, for computing with them.</summary>
    /// <exception cref="InvalidOperationException">They are held in 8 bits: <see cref="Quantized"/> has them.</exception>
    public Tensor Value
    {
        get
        {
            RequireFloats();
            return IsTrainable ? _leaf : _constant;
        }
    }

    /// <summary>The numbers in 8 bits, once a layer has been quantized; null before.</summary>
    public QuantizedMatrix? Quantized { get; private set; }

    /// <summary>What the last backward pass left, or null. Adds up over passes until set to null.</summary>
    public Tensor? Gradient
    {
        get => _leaf.Gradient;
        set => _leaf.Gradient = value;
    }

    /// <summary>Overwrites the numbers in row-major order.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        RequireFloats();
        if (values.Length != Shape.Length)
            throw new ShapeException($"Parameter {Shape} takes {Shape.Length} numbers, not {values.Length}.");
        _constant.Backend.Write(_constant.Storage, values);
    }

    /// <summary>Moves the numbers to another backend; the gradient is dropped.</summary>
    internal void MoveTo(IBackend backend)
    {
        RequireFloats();
        _constant = _constant.MoveTo(backend).Own();
        _leaf = _constant.RequireGradient();
    }

    /// <summary>Holds the numbers in 8 bits from here on, and lets go of the floats.</summary>
    internal void Quantize(Func<Tensor, QuantizedMatrix> how)
    {
        RequireFloats();
        IsTrainable = false;
        Quantized = how(_constant);
        _constant = _leaf = Tensor.Zeros(0);
    }

    private void RequireFloats()
    {
        if (Quantized is not null)
            throw new InvalidOperationException($"The parameter {Shape} is held in 8 bits, for inference only: it cannot be trained, saved or moved any more. "
                + "Hint: open the model again, without quantizing it.");
    }
}
