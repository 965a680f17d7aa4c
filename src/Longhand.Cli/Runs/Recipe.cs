using Longhand.Models;
using Longhand.Training;

namespace Longhand.Cli.Runs;

/// <summary>What the flags of "train" set: a model's shape and how it is trained.</summary>
internal sealed record Recipe(ModelConfig Model, TrainingOptions Training)
{
    /// <exception cref="UsageException">A field, or two together, cannot be; the sentence names it and the range.</exception>
    public Recipe Validate()
    {
        try
        {
            return new Recipe(Model.Validate(), Training.Validate());
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
