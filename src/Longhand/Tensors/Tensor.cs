using System.Globalization;
using System.Text;
using Longhand.Backends;
using Longhand.Backends.Cpu;

using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// An array of single-precision numbers with a shape, contiguous and row-major, on one backend. Tensors are values: no
/// operation changes one, so <c>h += x</c> binds a new tensor to h. Only optimizers write into parameters, batch normalisation into
/// its running averages, and backward passes add to the gradients of leaves in place.
/// <para>
/// The class is spread over files: this one has what a tensor is; Tensors/Autograd how gradients flow; Tensors/Ops one file
/// for each operation with its gradient.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    private readonly Storage _storage;

    internal Tensor(Storage storage, Shape shape, IBackend backend, bool needsGradient = false)
    {
        _storage = storage;
        Shape = shape;
        Backend = backend;
        IsLeafWithGradient = needsGradient;
    }

    public Shape Shape { get; }

    /// <summary>Where the numbers live and the operations run.</summary>
    public IBackend Backend { get; }

    /// <summary>The numbers, for kernels. Throws when the memory has been recycled.</summary>
    internal Storage Storage => !_storage.IsReleased ? _storage
        : throw new InvalidOperationException($"This tensor {Shape} belongs to a training step that is over, and its memory was recycled. "
            + "Hint: call Keep() on it inside the step, or read its values there.");

    /// <summary>The processor with all its cores: where tensors are made unless a backend is named.</summary>
    public static IBackend DefaultBackend { get; } = new CpuBackend();

    /// <summary>A tensor with these numbers in row-major order; they are copied.</summary>
    public static Tensor From(ReadOnlySpan<float> values, Shape shape, IBackend? backend = null)
    {
        if (values.Length != shape.Length)
            throw new ShapeException($"Tensor.From: {values.Length} numbers do not fill the shape {shape}, which has {shape.Length}.");
        Tensor y = Allocate(shape, backend ?? DefaultBackend);
        y.Backend.Write(y.Storage, values);
        return y;
    }

    /// <summary>The same from double precision, which the reference backend keeps.</summary>
    public static Tensor From(ReadOnlySpan<double> values, Shape shape, IBackend? backend = null)
    {
        if (values.Length != shape.Length)
            throw new ShapeException($"Tensor.From: {values.Length} numbers do not fill the shape {shape}, which has {shape.Length}.");
        Tensor y = Allocate(shape, backend ?? DefaultBackend);
        y.Backend.Write(y.Storage, values);
        return y;
    }

    /// <summary>A scalar.</summary>
    public static Tensor From(float value, IBackend? backend = null) => Full(Shape.Scalar, value, backend);

    public static Tensor Zeros(Shape shape, IBackend? backend = null) => Full(shape, 0, backend);

    public static Tensor Ones(Shape shape, IBackend? backend = null) => Full(shape, 1, backend);

    public static Tensor Full(Shape shape, float value, IBackend? backend = null)
    {
        Tensor y = Allocate(shape, backend ?? DefaultBackend);
        y.Backend.Fill(y.Storage, value);
        return y;
    }

    /// <summary>Draws from the normal distribution; element i is draw i of the generator.</summary>
    public static Tensor Normal(Shape shape, Rng rng, float mean = 0, float deviation = 1, IBackend? backend = null) =>
        Draw(shape, i => mean + (deviation * rng.Normal(i)), backend);

    /// <summary>Draws evenly from [low, high); element i is draw i of the generator.</summary>
    public static Tensor Uniform(Shape shape, Rng rng, float low = 0, float high = 1, IBackend? backend = null) =>
        Draw(shape, i => low + ((high - low) * rng.Uniform(i)), backend);

    // Piece by piece: a large table is never in memory twice.
    private static Tensor Draw(Shape shape, Func<int, float> draw, IBackend? backend)
    {
        Tensor y = Allocate(shape, backend ?? DefaultBackend);
        Span<float> piece = stackalloc float[256];
        for (int start = 0; start < shape.Length; start += piece.Length)
        {
            piece = piece[..Math.Min(piece.Length, shape.Length - start)];
            for (int i = 0; i < piece.Length; i++) piece[i] = draw(start + i);
            y.Backend.Write(y.Storage, piece, start);
        }
        return y;
    }

    /// <summary>A copy on another backend, outside any graph.</summary>
    public Tensor To(IBackend backend)
    {
        double[] values = new double[Shape.Length];
        Backend.Read(Storage, values);
        return From(values, Shape, backend);
    }

    /// <summary>The same for the owner of these numbers, who gives this tensor up: backends of one kind hand the memory over.</summary>
    internal Tensor MoveTo(IBackend backend) => Backend.GetType() == backend.GetType() ? new Tensor(Storage, Shape, backend) : To(backend);

    /// <summary>Reads the numbers back, in row-major order. Asynchronous because some backends cannot block.</summary>
    public ValueTask<float[]> ReadAsync() => ValueTask.FromResult(ToArray());

    /// <summary>Reads the numbers back now; for backends in this process's memory, which all are that can block.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Shape.Length];
        Backend.Read(Storage, values);
        return values;
    }

    /// <summary>Reads the numbers back into the caller's memory.</summary>
    public void Read(Span<float> values)
    {
        if (values.Length != Shape.Length) throw new ShapeException($"Read: {Shape} has {Shape.Length} elements but there is room for {values.Length}.");
        Backend.Read(Storage, values);
    }

    /// <summary>The same in double precision, exact on the reference backend.</summary>
    public double[] ToDoubles()
    {
        double[] values = new double[Shape.Length];
        Backend.Read(Storage, values);
        return values;
    }

    /// <summary>The number in a tensor with one element.</summary>
    public float ToScalar()
    {
        if (Shape.Length != 1) throw new ShapeException($"ToScalar: {Shape} has {Shape.Length} elements, not one.");
        Span<float> value = stackalloc float[1];
        Backend.Read(Storage, value);
        return value[0];
    }

    /// <summary>Shape and the first few numbers.</summary>
    public override string ToString()
    {
        if (_storage.IsReleased) return $"Tensor {Shape}: recycled";
        float[] values = ToArray();
        var text = new StringBuilder("Tensor ").Append(Shape).Append(": ");
        for (int i = 0; i < Math.Min(8, values.Length); i++)
            text.Append(i == 0 ? "" : ", ").Append(values[i].ToString("g6", CultureInfo.InvariantCulture));
        return text.Append(values.Length > 8 ? ", …" : "").ToString();
    }

    internal static Tensor Allocate(Shape shape, IBackend backend)
    {
        Storage storage = backend.Allocate(shape.Length);
        if (GradientMemory.Current is { } walk) walk.Add(backend, storage);
        else Workspace.Current?.Add(backend, storage);
        return new Tensor(storage, shape, backend);
    }
}
