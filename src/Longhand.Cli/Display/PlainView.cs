using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>
/// A run as lines of text, for logs and pipes: about forty lines of progress however many steps there are, and a line or
/// more for everything else that happens.
/// </summary>
internal sealed class PlainView(TextWriter data, TextWriter messages, string program) : ITrainingView
{
    private const int Lines = 40;

    // Shorter evaluations need no announcement.
    private const double Patience = 3;

    private int _announced = -1;

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

    public void Stopping() => messages.WriteLine(Summary.Stopping);

    public void Abandoned() => WriteAll(Summary.Abandoned(Progress, program), messages);

    private void Write(TrainingEvent e)
    {
        int steps = Progress.Start?.Steps ?? e.Step;
        switch (e)
        {
            case StartedEvent start:
                WriteAll(Summary.Opening(start), data);
                break;
            case StepEvent step when step.Step % Every(steps) == 0 || step.Step == steps || step.Step == 1:
                data.WriteLine($"{At(step.Step, steps)}  loss {Show.Loss(Progress.Loss)}  learning rate {Show.Short(step.LearningRate)}  "
                    + $"{Show.Count(step.TokensPerSecond)} tokens/s  {Show.Clock(step.SecondsLeft)} left");
                break;
            case EvaluatingEvent { Seconds: >= Patience } measuring when measuring.Step != _announced:
                _announced = measuring.Step;
                data.WriteLine($"{At(measuring.Step, steps)}  {Summary.Measuring(measuring.Total)}, about "
                    + $"{Show.Clock(measuring.Seconds * (measuring.Total - measuring.Done) / measuring.Done)} left");
                break;
            case EvalEvent eval:
                data.WriteLine($"{At(eval.Step, steps)}  validation loss {Show.Loss(eval.ValidationLoss)}{(eval.IsBest ? ", the best so far" : "")}");
                break;
            case SampleEvent sample:
                data.WriteLine($"{At(sample.Step, steps)}  the model writes:");
                foreach (string line in Show.Harmless(sample.Text).Split('\n'))
                {
                    data.WriteLine($"    {line}".TrimEnd());
                }
                break;
            case CheckpointEvent checkpoint:
                data.WriteLine($"{At(checkpoint.Step, steps)}  saved {checkpoint.Folder}");
                break;
            case DoneEvent done:
                WriteAll(Summary.Closing(Progress, program), data);
                break;
        }
    }

    private static string At(int step, int steps)
    {
        string total = Show.Count(steps);
        return $"step {Show.Count(step).PadLeft(total.Length)}/{total}";
    }

    /// <summary>The distance between progress lines: 1, 2 or 5 times a power of ten.</summary>
    internal static int Every(int steps)
    {
        for (int power = 1; ; power *= 10)
        {
            foreach (int factor in new[] { 1, 2, 5 })
            {
                if ((long)factor * power * Lines >= steps)
                {
                    return factor * power;
                }
            }
        }
    }

    private static void WriteAll(IEnumerable<string> lines, TextWriter output)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
    }
}
