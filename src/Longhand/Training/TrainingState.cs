using System.Text.Json;
using Longhand.Files;

namespace Longhand.Training;

/// <summary>
/// Where a run stands, beside its weights and the optimizer's memory: state.json in each checkpoint. There is no random state and no data
/// cursor to save, because draws and batches are functions of (seed, step).
/// </summary>
internal sealed record TrainingState
{
    public const string FileName = "state.json";

    /// <summary>Optimizer steps done.</summary>
    public int Step { get; init; }

    /// <summary>The step at which the validation loss was last taken and logged; −1 before the first.</summary>
    public int EvaluatedAt { get; init; } = -1;

    /// <summary>The step at which a sample was last written and logged; −1 before the first.</summary>
    public int SampledAt { get; init; } = -1;

    public double BestLoss { get; init; } = double.PositiveInfinity;

    public int BestStep { get; init; } = -1;

    /// <summary>
    /// The step whose weights are in model.safetensors; −1 while there are none. The best step, unless nothing but the first weights was
    /// measured when the run was stopped, or the file was damaged and written again.
    /// </summary>
    public int KeptStep { get; init; } = -1;

    /// <summary>Evaluations in a row without a better one.</summary>
    public int Waited { get; init; }

    /// <summary>Weighted sum of the steps' losses, newer ones counting more, and the sum of the weights: their quotient is the smoothed loss.</summary>
    public double LossSum { get; init; }

    public double LossWeight { get; init; }

    /// <summary>Time spent in training steps, in all sessions of the run.</summary>
    public double Seconds { get; init; }

    /// <summary>How long metrics.jsonl was; a resumed run cuts it back to this.</summary>
    public long MetricsLength { get; init; }

    public double SmoothedLoss => LossSum / LossWeight;

    public TrainingState WithLoss(double loss) => this with { LossSum = (0.98 * LossSum) + loss, LossWeight = (0.98 * LossWeight) + 1 };

    public void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("step", Step);
        json.WriteNumber("evaluated_at", EvaluatedAt);
        json.WriteNumber("sampled_at", SampledAt);
        if (double.IsFinite(BestLoss)) json.WriteNumber("best_loss", BestLoss);
        json.WriteNumber("best_step", BestStep);
        json.WriteNumber("kept_step", KeptStep);
        json.WriteNumber("waited", Waited);
        json.WriteNumber("loss_sum", LossSum);
        json.WriteNumber("loss_weight", LossWeight);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("metrics_length", MetricsLength);
        json.WriteEndObject();
    }

    public static TrainingState Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = document.RootElement;
            var state = new TrainingState
            {
                Step = root.GetProperty("step").GetInt32(),
                EvaluatedAt = root.GetProperty("evaluated_at").GetInt32(),
                SampledAt = root.GetProperty("sampled_at").GetInt32(),
                BestLoss = root.TryGetProperty("best_loss", out JsonElement best) ? best.GetDouble() : double.PositiveInfinity,
                BestStep = root.GetProperty("best_step").GetInt32(),
                // Checkpoints of older versions do not say.
                KeptStep = root.TryGetProperty("kept_step", out JsonElement kept) ? kept.GetInt32() : root.GetProperty("best_step").GetInt32(),
                Waited = root.GetProperty("waited").GetInt32(),
                LossSum = root.GetProperty("loss_sum").GetDouble(),
                LossWeight = root.GetProperty("loss_weight").GetDouble(),
                Seconds = root.GetProperty("seconds").GetDouble(),
                MetricsLength = root.GetProperty("metrics_length").GetInt64(),
            };
            return state.IsPossible ? state : throw new BadFileException(path, "it does not say where the run stands (a number is out of range)");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BadFileException(path, $"it does not say where the run stands ({JsonProblem.Describe(e)})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }

    private bool IsPossible =>
        Step >= 0 && IsPast(EvaluatedAt) && IsPast(SampledAt) && IsPast(BestStep) && IsPast(KeptStep) && Waited >= 0 && !double.IsNaN(BestLoss)
        && double.IsFinite(LossSum) && double.IsFinite(LossWeight) && LossWeight >= 0 && double.IsFinite(Seconds) && Seconds >= 0 && MetricsLength >= 0;

    private bool IsPast(int step) => step >= -1 && step <= Step;
}
