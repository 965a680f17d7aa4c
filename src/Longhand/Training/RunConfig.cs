using Longhand.Files;
using Longhand.Models;

namespace Longhand.Training;

/// <summary>Which text a run learns from, enough to find it again and to know that it is still the same.</summary>
/// <param name="Name">For people: a file's name or a built-in corpus's.</param>
/// <param name="Path">Where the text is; empty for a built-in corpus.</param>
/// <param name="Sha256">The hash of the text after its line ends were unified, as UTF-8.</param>
/// <param name="Characters">Its length.</param>
public sealed record CorpusInfo(string Name, string Path, string Sha256, int Characters);

/// <summary>
/// Everything that decides a run, kept as config.json in its folder. <see cref="Training"/> and <see cref="Corpus"/> are null for a
/// model that was not trained here, such as a GPT-2 checkpoint from elsewhere.
/// </summary>
public sealed record RunConfig(ModelConfig Model, TrainingOptions? Training, CorpusInfo? Corpus)
{
    public const string FileName = "config.json";

    /// <summary>The hash of the written form: checkpoints carry it, so that one from other settings is refused.</summary>
    public string Sha256 => Files.Sha256.Of(RunConfigJson.Write(this));

    /// <summary>Throws an <see cref="ArgumentException"/> when a field, or several together, cannot be.</summary>
    public RunConfig Validate()
    {
        Model.Validate();
        Training?.Validate();
        int batch = Training?.Batch ?? 1;
        long largest = (long)batch * Model.Context * Model.Widest;
        if (largest > int.MaxValue)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"batch {batch} with context {Model.Context} and width {Model.Width} needs a tensor of {largest:N0} numbers; one holds at most {int.MaxValue:N0}.")
                + " Hint: lower one of the three, or accumulate smaller batches.");
        }
        return this;
    }

    public void Save(string runFolder) => AtomicFile.WriteAllBytes(Path.Combine(runFolder, FileName), RunConfigJson.Write(this));

    /// <exception cref="BadFileException">The file is missing, no JSON, or a field is missing or out of range.</exception>
    public static RunConfig Load(string runFolder) => RunConfigJson.Read(Path.Combine(runFolder, FileName));
}
