using Longhand.Backends;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// The keys and values of positions already seen, one pair of tables for each attention layer, so that generating a token costs one row
/// instead of the whole text again. For inference only: nothing in it is differentiated.
/// </summary>
public sealed class KeyValueCache
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly int[] _lengths;

    public KeyValueCache(int layers, int batch, int capacity, int width, IBackend backend)
    {
        Capacity = capacity;
        _lengths = new int[layers];
        _keys = new Tensor[layers];
        _values = new Tensor[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            _keys[layer] = Tensor.Zeros((batch, capacity, width), backend).Own();
            _values[layer] = Tensor.Zeros((batch, capacity, width), backend).Own();
        }
    }

    /// <summary>How many positions fit.</summary>
    public int Capacity { get; }

    /// <summary>How many positions are filled in every layer: the position of the next token.</summary>
    public int Length => _lengths[^1];

    /// <summary>Forgets everything; the memory stays.</summary>
    public void Clear() => Array.Clear(_lengths);

    /// <summary>Adds the keys and values (B, T, C) of new positions to a layer and attends to all so far: (B, T, C).</summary>
    internal Tensor Attend(int layer, Tensor q, Tensor k, Tensor v, int heads) => Attend(layer, q, (k, 0), (v, 0), k.Shape, heads);

    /// <summary>The same from queries, keys and values side by side (B, T, 3C), of which nothing is copied but what stays.</summary>
    internal Tensor Attend(int layer, Tensor qkv, int heads)
    {
        int C = qkv.Shape[2] / 3;
        return Attend(layer, qkv, (qkv, C), (qkv, 2 * C), qkv.Shape.With(2, C), heads);
    }

    // Keys and values begin at a column of a tensor; queries at the first of theirs.
    private Tensor Attend(int layer, Tensor q, (Tensor Rows, int Column) k, (Tensor Rows, int Column) v, Shape shape, int heads)
    {
        if (q.NeedsGradient || k.Rows.NeedsGradient || v.Rows.NeedsGradient)
            throw new InvalidOperationException("KeyValueCache: no gradient flows through a cache. Hint: compute inside model.AsConstants(…), or freeze it with SetTrainable(false).");
        if (layer >= _keys.Length) throw new ArgumentException($"KeyValueCache: made for {_keys.Length} layers; there is no layer {layer}.");
        var (B, added, C) = shape;
        var (batch, _, width) = _keys[layer].Shape;
        if (B != batch || C != width)
            throw new ShapeException($"KeyValueCache: made for a batch of {batch} and {width} features, but the keys are {shape}.");
        Check.SameBackend("KeyValueCache", _keys[layer], k.Rows);
        int past = _lengths[layer];
        if (past + added > Capacity)
            throw new InvalidOperationException($"The key/value cache holds {Capacity} positions; {past} are filled and {added} more do not fit.");
        _keys[layer].WriteRows(k.Rows, past, k.Column);
        _values[layer].WriteRows(v.Rows, past, v.Column);
        _lengths[layer] = past + added;
        return Tensor.AttentionOverRows(q, _keys[layer], _values[layer], past + added, heads);
    }
}
