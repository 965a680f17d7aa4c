using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Longhand.Files;
using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// A module's parameters as a safetensors file: names, shapes and layout are Hugging Face's, so its GPT-2 checkpoints load here and ours
/// there. Reading accepts names with or without the leading "transformer.", and passes over what GPT-2 files carry besides
/// weights: the tied output layer and the causal masks.
/// <para>The file carries the SHA-256 of its own numbers, in its metadata; a flipped bit is noticed when it is read. Files from elsewhere have none.</para>
/// </summary>
public static class ModelFile
{
    public const string FileName = "model.safetensors";

    private const string HashKey = "longhand_sha256";

    public static void Write(Stream stream, Module model)
    {
        IReadOnlyList<(string Name, Parameter Parameter)> parameters = model.Parameters;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Parameter parameter) in parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.ToArray().AsSpan()));
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [HashKey] = Convert.ToHexStringLower(hash.GetHashAndReset()) };
        SafeTensorsWriter.Write(
            stream, [.. parameters.Select(p => (p.Name, p.Parameter.Shape.Sizes.ToArray()))], i => parameters[i].Parameter.Value.ToArray(), metadata);
    }

    /// <exception cref="BadFileException">The file is damaged, or does not hold exactly this model's parameters.</exception>
    public static void Read(string path, Module model)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var known = new HashSet<string>();
        foreach ((string name, Parameter parameter) in model.Parameters)
        {
            SafeTensorsEntry entry = file.Find(name) ?? file.Find(Short(name))
                ?? throw new BadFileException(path, name, $"a tensor {parameter.Shape}, as config.json says", "no tensor of this name");
            if (!parameter.Shape.Sizes.SequenceEqual(entry.Shape.ToArray()))
                throw new BadFileException(path, name, $"the shape {parameter.Shape}, as config.json says", $"({string.Join(", ", entry.Shape)})");
            known.Add(entry.Name);
            float[] values = new float[parameter.Shape.Length];
            file.Read(entry.Name, values);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            parameter.Write(values);
        }
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            if (!known.Contains(entry.Name) && !IsBeside(entry.Name))
                throw new BadFileException(path, entry.Name, "only the tensors that config.json asks for", "this one more");
        }
        if (file.Metadata.TryGetValue(HashKey, out string? expected) && expected != Convert.ToHexStringLower(hash.GetHashAndReset()))
            throw new BadFileException(path, "the numbers in it do not have the SHA-256 that it was written with: it is damaged.");
    }

    private static string Short(string name) => name.StartsWith("transformer.", StringComparison.Ordinal) ? name["transformer.".Length..] : name;

    private static bool IsBeside(string name) =>
        name == "lm_head.weight" || name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);
}
