using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>A run as one JSON object per event, for programs.</summary>
internal sealed class JsonView(TextWriter data) : ITrainingView
{
    public RunProgress Progress { get; } = new();

    public async Task<DoneEvent?> ShowAsync(IAsyncEnumerable<TrainingEvent> events)
    {
        await foreach (TrainingEvent e in events)
        {
            Progress.Add(e);
            Write(e);
        }
        return Progress.Done;
    }

    public void Stopping()
    {
        // The last line's "stopped" member tells a program; text for people would only be noise to it.
    }

    public void Abandoned()
    {
        // The missing last line tells it.
    }

    private void Write(TrainingEvent e)
    {
        switch (e)
        {
            case StartedEvent start:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "start");
                    json.WriteNumber("step", start.Step);
                    json.WriteNumber("steps", start.Steps);
                    json.WriteNumber("parameters", start.Parameters);
                    json.WriteNumber("train_tokens", start.TrainTokens);
                    json.WriteNumber("val_tokens", start.ValidationTokens);
                    json.WriteString("run", start.Run);
                    json.WriteString("note", start.Note);
                });
                break;
            case StepEvent step:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "step");
                    json.WriteNumber("step", step.Step);
                    json.Real("loss", step.Loss);
                    json.Real("learning_rate", step.LearningRate);
                    json.Real("gradient_norm", step.GradientNorm);
                    json.Real("tokens_per_second", step.TokensPerSecond);
                    json.Real("seconds_left", step.SecondsLeft);
                });
                break;
            case EvalEvent eval:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "eval");
                    json.WriteNumber("step", eval.Step);
                    json.Real("val_loss", eval.ValidationLoss);
                    json.Real("perplexity", Math.Exp(eval.ValidationLoss));
                    json.WriteBoolean("best", eval.IsBest);
                });
                break;
            case SampleEvent sample:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "sample");
                    json.WriteNumber("step", sample.Step);
                    json.WriteString("text", sample.Text);
                });
                break;
            case CheckpointEvent checkpoint:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "checkpoint");
                    json.WriteNumber("step", checkpoint.Step);
                    json.WriteString("folder", checkpoint.Folder);
                });
                break;
            case DoneEvent done:
                JsonLine.Write(data, json =>
                {
                    json.WriteString("event", "done");
                    json.WriteNumber("step", done.Step);
                    json.Real("train_loss", done.TrainLoss);
                    json.Real("val_loss", done.ValidationLoss);
                    json.Real("perplexity", Math.Exp(done.ValidationLoss));
                    json.Real("tokens_per_second", done.TokensPerSecond);
                    json.Real("seconds", done.Seconds);
                    json.WriteString("weights_sha256", done.WeightsSha256);
                    json.WriteString("run", done.Run);
                    json.WriteString("stopped", Word(done.Reason));
                    if (done.Findings is { } findings)
                    {
                        json.WriteStartArray("findings");
                        foreach (Finding finding in findings)
                        {
                            json.WriteStringValue(finding.Name);
                        }
                        json.WriteEndArray();
                    }
                });
                break;
        }
    }

    private static string Word(StopReason reason) => reason switch
    {
        StopReason.Finished => "finished",
        StopReason.StoppedEarly => "early",
        _ => "interrupted",
    };
}
