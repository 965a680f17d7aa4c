using Longhand.Files;
using Longhand.Models;
using Longhand.Text;

namespace Longhand.Training;

/// <summary>A run folder that was opened for use: its configuration, its tokenizer and the model with its best weights.</summary>
public sealed class Run
{
    public const string TokenizerFile = "tokenizer.json", MetricsFile = "metrics.jsonl", ReportFile = "report.html";

    private Run(string folder, RunConfig config, CharTokenizer? tokenizer, LanguageModel model) =>
        (Folder, Config, Tokenizer, Model) = (folder, config, tokenizer, model);

    public string Folder { get; }

    public RunConfig Config { get; }

    /// <summary>Null when the folder holds no tokenizer.json.</summary>
    public CharTokenizer? Tokenizer { get; }

    public LanguageModel Model { get; }

    /// <summary>The SHA-256 of model.safetensors, the same that sha256sum prints.</summary>
    public string WeightsSha256() => Files.Sha256.OfFile(Path.Combine(Folder, ModelFile.FileName));

    /// <summary>The model's shape and how it was trained, as names and values for people.</summary>
    public IReadOnlyList<ReportRow> Settings => RunReport.Settings(Config);

    /// <summary>Whether this folder looks like a run: it holds a config.json.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunConfig.FileName));

    /// <summary>
    /// Whether a resumed training could write <paramref name="file"/> of a run again: its weights from a checkpoint that is whole, or its
    /// tokenizer from the text.
    /// </summary>
    public static bool CanRestore(string folder, string file)
    {
        if (Path.GetFileName(file) is not (ModelFile.FileName or TokenizerFile)) return false;
        try
        {
            return RunConfig.Load(folder).Training is not null && CheckpointFolder.LoadNewest(folder, _ => { }) is not null;
        }
        catch (BadFileException)
        {
            return false;
        }
    }

    /// <exception cref="BadFileException">The folder is missing or is no run, or one of its files is damaged.</exception>
    public static Run Open(string folder)
    {
        CheckFolder(folder);
        RunConfig config = RunConfig.Load(folder);
        string weights = Path.Combine(folder, ModelFile.FileName);
        if (!File.Exists(weights))
            throw new BadFileException(weights, "there is no such file: the run has not evaluated its model yet, or its best weights were removed.");
        string vocabulary = Path.Combine(folder, TokenizerFile);
        CharTokenizer? tokenizer = File.Exists(vocabulary) ? CharTokenizer.Load(vocabulary) : null;
        if (tokenizer is not null && tokenizer.VocabularySize != config.Model.Vocabulary)
            throw new BadFileException(vocabulary, "vocabulary", $"{config.Model.Vocabulary} tokens, as {RunConfig.FileName} says", $"{tokenizer.VocabularySize}");
        CheckSize(weights, config.Model);
        LanguageModel model = config.Model.Create(rng: null);
        ModelFile.Read(weights, model);
        model.SetTrainable(false);
        return new Run(folder, config, tokenizer, model);
    }

    internal static void CheckFolder(string folder)
    {
        if (File.Exists(folder)) throw new BadFileException(folder, "this is a file; expected a run folder.");
        if (!Directory.Exists(folder)) throw new BadFileException(folder, "there is no such folder.");
        if (!IsRun(folder))
            throw new BadFileException(folder, $"this is not a run folder: it has no {RunConfig.FileName}. Hint: name a folder that 'longhand train' made, for example runs/capstone.");
    }

    // A damaged config.json must not make us allocate a model far larger than the file that should fill it.
    private static void CheckSize(string weights, ModelConfig config)
    {
        long bytes = new FileInfo(weights).Length;
        if (config.ParameterCount > bytes)
            throw new BadFileException(weights, $"it has {bytes} bytes, too few for the {config.ParameterCount} parameters that {RunConfig.FileName} describes.");
    }
}
