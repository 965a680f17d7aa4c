using System.CommandLine;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Training;

namespace Longhand.Cli.Verbs;

/// <summary>longhand doctor: what went wrong in a training, if anything, from what it recorded, and what each layer looked
/// like.</summary>
internal sealed class DoctorVerb : Verb
{
    private readonly Argument<string> _run = Flag.Path<string>("RUN", "A run folder that train made; it may still be training.", ArgumentArity.ExactlyOne);

    private readonly Option<int?> _step = Flag.Whole(
        "--step", "Show the layers as they were at this step, or the nearest that was recorded. [the last]", 1, 1_000_000_000);

    public DoctorVerb() : base(
        "doctor", "Say what is wrong with a training, with the evidence and what to try.",
        "longhand doctor runs/capstone", "longhand doctor runs/capstone --step 1", "longhand doctor runs/capstone --json")
    {
        Add(_run);
        Add(_step);
        Add(Plain);
        Add(Json);
    }

    public override IReadOnlyList<string> Notes { get; } =
    [
        "It knows ten faults: dead ReLUs, vanishing and exploding gradients, a learning rate too high or too low, no warm-up, a bad initialisation, overfitting, a "
            + "leak from the future, and saturated softmax. The exit code is 0 whether it finds one or not.",
    ];

    protected override Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        string run = given.GetRequiredValue(_run);
        TrainingRecord record = TrainingRecord.Load(run);
        OpenedRun.WithTokenizer(run);                    // a training that went well is of no use when what came of it cannot be read
        var diagnosis = new Diagnosis(run, record, RunStanding.Load(run), given.GetValue(_step));
        if (output.Mode == OutputMode.Json)
        {
            diagnosis.WriteJson(output.Data);
        }
        else
        {
            diagnosis.WriteText(output.Data);
        }
        return Task.FromResult(ExitCode.Done);
    }
}
