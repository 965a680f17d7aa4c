using Longhand.Files;
using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// A module's parameters as a safetensors file: names, shapes and layout are Hugging Face's, so its GPT-2 checkpoints load here and ours
/// there. Reading accepts names with or without the leading "transformer.", and passes over what GPT-2 files carry besides
/// weights: the tied output layer and the causal masks.
/// </summary>
public static class ModelFile
{
    public const string FileName = "model.safetensors";

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static void Write(Stream stream, Module model)
    {
        IReadOnlyList<(string Name, Parameter Parameter)> parameters = model.Parameters;
        SafeTensorsWriter.Write(
            stream, [.. parameters.Select(p => (p.Name, p.Parameter.Shape.Sizes.ToArray()))], i => parameters[i].Parameter.Value.ToArray(), Metadata);
    }

    /// <exception cref="BadFileException">The file is damaged, or does not hold exactly this model's parameters.</exception>
    public static void Read(string path, Module model)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
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
            parameter.Write(values);
        }
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            if (!known.Contains(entry.Name) && !IsBeside(entry.Name))
                throw new BadFileException(path, entry.Name, "only the tensors that config.json asks for", "this one more");
        }
    }

    private static string Short(string name) => name.StartsWith("transformer.", StringComparison.Ordinal) ? name["transformer.".Length..] : name;

    private static bool IsBeside(string name) =>
        name == "lm_head.weight" || name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);
}
