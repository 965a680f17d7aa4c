using System.Collections.Concurrent;
using System.Text.Json;

namespace Longhand.Tests;

/// <summary>
/// A golden file: named computations whose results were made by PyTorch in double precision (tools/goldens). The format:
/// <code>
/// { "about": "…",
///   "cases": [
///     { "name": "matmul: 2-D",          unique in the file
///       "op": "matmul",                 what is computed; several cases share it
///       "attributes": { "axis": 1 },    numbers, lists of integers, true and false, text, null
///       "inputs": ["a", "b"],           the arrays to feed in, in the order of the operation's arguments
///       "arrays": {
///         "a": {"shape": [2, 3], "values": [ … ]},      row-major; shape [] is a single number
///         "y": …, "grad.y": …, "grad.a": … } } ] }
/// </code>
/// "grad.y" is the upstream gradient of the output "y", "grad." and an input's name that input's gradient; an input without
/// one (token ids, masks) has none. Inputs and "grad.y" are the same number in single and double precision; results are
/// rounded to ten significant digits, and to 0 below 1e-12. Which arrays and attributes each op has: tools/goldens/README.md.
/// </summary>
public static class Golden
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<GoldenCase>> Files = new();

    /// <summary>The cases of tests/Goldens/<paramref name="file"/>.json in file order, read once.</summary>
    public static IReadOnlyList<GoldenCase> Load(string file) => Files.GetOrAdd(file, Read);

    /// <summary>One case by name.</summary>
    public static GoldenCase Case(string file, string name) =>
        Load(file).FirstOrDefault(c => c.Name == name) ?? throw new ArgumentException($"{file}.json has no case '{name}'.");

    /// <summary>The names of the cases of one op, or of all, for <c>[MemberData]</c>.</summary>
    public static TheoryData<string> Names(string file, string? op = null) =>
        new(Load(file).Where(c => op is null || c.Op == op).Select(c => c.Name));

    private static GoldenCase[] Read(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Goldens", file + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(GoldenCase.Read)];
    }
}

/// <summary>One computation of a golden file. Asking for an attribute or array it does not have throws.</summary>
public sealed class GoldenCase
{
    private readonly Dictionary<string, JsonElement> attributes;
    private readonly Dictionary<string, GoldenArray> arrays;

    private GoldenCase(string name, string op, IReadOnlyList<string> inputs, Dictionary<string, JsonElement> attributes, Dictionary<string, GoldenArray> arrays)
    {
        Name = name;
        Op = op;
        Inputs = inputs;
        this.attributes = attributes;
        this.arrays = arrays;
    }

    public string Name { get; }

    public string Op { get; }

    /// <summary>The names of the arrays to feed in, in order.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of all arrays, in file order.</summary>
    public IEnumerable<string> Keys => arrays.Keys;

    public GoldenArray this[string key] => Find(arrays, key, "array");

    /// <summary>Whether the array is there: "grad.x" is when x has a gradient.</summary>
    public bool Has(string key) => arrays.ContainsKey(key);

    /// <summary>The gradient of the array of this name.</summary>
    public GoldenArray Gradient(string key) => this["grad." + key];

    /// <summary>Whether the attribute is there at all.</summary>
    public bool HasAttribute(string attribute) => attributes.ContainsKey(attribute);

    public bool IsNull(string attribute) => Attribute(attribute).ValueKind == JsonValueKind.Null;

    public double Number(string attribute) => Attribute(attribute).GetDouble();

    public int Integer(string attribute) => Attribute(attribute).GetInt32();

    public bool Flag(string attribute) => Attribute(attribute).GetBoolean();

    public string Text(string attribute) => Attribute(attribute).GetString()!;

    public int[] Integers(string attribute) => [.. Attribute(attribute).EnumerateArray().Select(e => e.GetInt32())];

    public override string ToString() => Name;

    internal static GoldenCase Read(JsonElement e) => new(
        e.GetProperty("name").GetString()!,
        e.GetProperty("op").GetString()!,
        [.. e.GetProperty("inputs").EnumerateArray().Select(i => i.GetString()!)],
        e.GetProperty("attributes").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone()),
        e.GetProperty("arrays").EnumerateObject().ToDictionary(p => p.Name, p => GoldenArray.Read(p.Value)));

    private JsonElement Attribute(string key) => Find(attributes, key, "attribute");

    private T Find<T>(Dictionary<string, T> all, string key, string what) =>
        all.TryGetValue(key, out T? found)
            ? found
            : throw new KeyNotFoundException($"Golden case '{Name}' has no {what} '{key}'; it has {string.Join(", ", all.Keys)}.");
}

/// <summary>Numbers in row-major order with their shape; no sizes at all means a single number.</summary>
public sealed class GoldenArray
{
    private readonly double[] values;

    private GoldenArray(int[] shape, double[] values)
    {
        Shape = shape;
        this.values = values;
    }

    public IReadOnlyList<int> Shape { get; }

    public int Length => values.Length;

    /// <summary>The number of an array of length 1.</summary>
    public double Value => values.Single();

    public double[] Doubles() => [.. values];

    public float[] Floats() => Array.ConvertAll(values, v => (float)v);

    /// <summary>Token ids, targets, lengths, and masks of 0 and 1.</summary>
    public int[] Integers() => Array.ConvertAll(values, v => checked((int)v));

    internal static GoldenArray Read(JsonElement e)
    {
        int[] shape = [.. e.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];
        double[] values = [.. e.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        return shape.Aggregate(1, (product, size) => product * size) == values.Length
            ? new GoldenArray(shape, values)
            : throw new InvalidDataException($"A golden array of shape ({string.Join(", ", shape)}) has {values.Length} values.");
    }
}
