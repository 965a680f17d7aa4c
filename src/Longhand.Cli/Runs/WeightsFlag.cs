using System.CommandLine;
using Longhand.Cli.Parsing;
using Longhand.Models;

namespace Longhand.Cli.Runs;

/// <summary>The flag of verbs that use a model without training it: in how many bits its weights are held.</summary>
internal static class WeightsFlag
{
    private const string Float = "float", EightBits = "8bit";

    public static Option<string?> New() => Flag.Choice(
        "--weights", "float: as trained; 8bit: a quarter of the memory, faster in large models, very slightly worse. [float]", Float, EightBits);

    /// <summary>The word that was meant, with its default.</summary>
    public static string Word(string? given) => given ?? Float;

    /// <summary>Holds the model's weights as the word says.</summary>
    public static void Apply(string word, LanguageModel model)
    {
        if (word != EightBits)
        {
            return;
        }
        try
        {
            model.Quantize();
        }
        catch (NotSupportedException problem)
        {
            throw new UsageException($"--weights {EightBits}: {problem.Message}");
        }
        catch (ArgumentException problem)
        {
            throw new NotFiniteNumberException(problem.Message);
        }
        // The floats are garbage now, and so much of it that it is worth asking for at once.
        GC.Collect();
    }
}
