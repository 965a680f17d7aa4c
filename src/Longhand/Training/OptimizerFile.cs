using Longhand.Files;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>An optimizer's memory as a safetensors file: "m.transformer.wte.weight" and so on.</summary>
internal static class OptimizerFile
{
    public const string FileName = "optimizer.safetensors";

    public static void Write(Stream stream, Optimizer optimizer) => SafeTensorsWriter.Write(
        stream, [.. optimizer.State.Select(s => (s.Name, s.Tensor.Shape.Sizes.ToArray()))], i => optimizer.State[i].Tensor.ToArray());

    /// <exception cref="BadFileException">The file is damaged or belongs to another model or optimizer.</exception>
    public static void Read(string path, Optimizer optimizer, long stepCount)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        var state = new List<(string, Tensor)>();
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            float[] values = new float[entry.Length];
            file.Read(entry.Name, values);
            state.Add((entry.Name, Tensor.From(values, new Shape([.. entry.Shape]))));
        }
        try
        {
            optimizer.Restore(stepCount, state);
        }
        catch (ArgumentException e)
        {
            throw new BadFileException(path, e.Message, e);
        }
    }
}
