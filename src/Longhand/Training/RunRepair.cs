using Longhand.Files;
using Longhand.Text;

namespace Longhand.Training;

/// <summary>
/// What a resumed run does about damaged files beside its checkpoints. The tokenizer comes from the text and is written again as it was.
/// The weights in model.safetensors may have been those of an earlier step than the checkpoint's: those are lost, so the newest take
/// their place, and from there on the best of the weights that can still be had are kept.
/// <para>Left out: metrics.jsonl and config.json, which nothing else in the folder could give back.</para>
/// </summary>
internal static class RunRepair
{
    /// <summary>What is wrong with a file, in a word; null when <paramref name="read"/> finds it whole.</summary>
    public static string? DamageOf(string path, Action<string> read)
    {
        if (!File.Exists(path)) return "missing";
        try
        {
            read(path);
            return null;
        }
        catch (BadFileException)
        {
            return "damaged";
        }
    }

    /// <summary>Writes tokenizer.json again when it is not what the text gives; says so, or null when there was nothing to do.</summary>
    /// <exception cref="WriteFailedException">The operating system refused.</exception>
    public static string? Tokenizer(string folder, CharTokenizer tokenizer)
    {
        string path = Path.Combine(folder, Run.TokenizerFile);
        bool isSame = true;
        string? damage = DamageOf(path, file => isSame = CharTokenizer.Load(file).Characters.SequenceEqual(tokenizer.Characters));
        if (damage is null && isSame) return null;
        tokenizer.Save(path);
        return $"{Run.TokenizerFile} was {damage ?? "another text's"}; it is written again from the text.";
    }

    /// <summary>Where the run stands once the weights it has now are those in model.safetensors.</summary>
    public static TrainingState WithNewestWeights(TrainingState state, IReadOnlyList<ReportEval> evaluations)
    {
        if (state.KeptStep == state.Step) return state;
        bool isMeasured = state.EvaluatedAt == state.Step && evaluations.Count > 0;
        return state with
        {
            KeptStep = state.Step,
            // Not measured, they count as the worst: the next evaluation's weights take their place.
            BestStep = isMeasured ? state.Step : -1,
            BestLoss = isMeasured ? evaluations[^1].Loss : double.PositiveInfinity,
        };
    }

    /// <summary>A sentence on which weights are in model.safetensors now, and which are lost.</summary>
    public static string Describe(TrainingState before, TrainingState after, string damage)
    {
        string now = FormattableString.Invariant($"{ModelFile.FileName} was {damage}; it is written again from the checkpoint of step {after.Step}");
        if (before == after) return $"{now}, the same weights that it held.";
        string loss = double.IsFinite(after.BestLoss) ? FormattableString.Invariant($", now {after.BestLoss:0.0000}") : "";
        return before.BestStep == before.KeptStep && double.IsFinite(before.BestLoss)
            ? FormattableString.Invariant($"{now}: the newest weights, not the best, which were those of step {before.BestStep} (validation loss {before.BestLoss:0.0000}{loss}).")
            : FormattableString.Invariant($"{now}: the newest weights, not those of step {before.KeptStep} that it held.");
    }

    /// <summary>Every checkpoint is damaged: what can still be done with the run.</summary>
    public static BadFileException NoneIsWhole(BadFileException problem, string? damage) => new(
        problem.FilePath,
        "no checkpoint is whole, so the run cannot go on. Hint: " + (damage is null
            ? $"its {ModelFile.FileName} is whole, so 'longhand sample' and 'longhand eval' still work; to train on, begin again in another folder."
            : $"its {ModelFile.FileName} is {damage} too; put the folder back from a copy, or train again into another."),
        problem);
}
