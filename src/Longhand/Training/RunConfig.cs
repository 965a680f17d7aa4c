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
public sealed record RunConfig(GptConfig Model, TrainingOptions? Training, CorpusInfo? Corpus)
{
    public const string FileName = "config.json";

    /// <summary>The hash of the written form: checkpoints carry it, so that one from other settings is refused.</summary>
    public string Sha256 => Files.Sha256.Of(RunConfigJson.Write(this));

    public void Save(string runFolder) => AtomicFile.WriteAllBytes(Path.Combine(runFolder, FileName), RunConfigJson.Write(this));

    /// <exception cref="BadFileException">The file is missing, no JSON, or a field is missing or out of range.</exception>
    public static RunConfig Load(string runFolder) => RunConfigJson.Read(Path.Combine(runFolder, FileName));
}
