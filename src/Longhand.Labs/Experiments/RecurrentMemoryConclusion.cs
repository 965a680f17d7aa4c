using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>What was measured of one kind of cell whose distance grew in training.</summary>
/// <param name="Name">As it stands in a sentence.</param>
/// <param name="Reach">The longest distance mastered in training, the median of all trainings.</param>
/// <param name="AtShorter">The share of right answers after training at the measured distances below it; NaN where there are none.</param>
/// <param name="WasGrowing">Whether the distance of any training had not levelled off when its steps were over.</param>
internal sealed record GrownCell(string Name, double Reach, double AtShorter, bool WasGrowing)
{
    /// <summary>The reach as it is shown; the greatest distance that is tried may not be the end.</summary>
    public string Far => Number(Reach, 0) + (Reach >= RecurrentMemory.FarthestTrained ? " or more" : "");

    /// <summary>What stands under the reach.</summary>
    public string About =>
        "distractors, where training ended" + (double.IsNaN(AtShorter) ? "" : $"; at shorter distances then {Percent(AtShorter, 0)} right");
}

/// <summary>Right answers of LSTMs that met one distance from the first step on, by the bias that their forget gates start with.</summary>
internal sealed record FixedDistance(int Distractors, double WithBias0, double WithBias1, double WithBias3);

/// <summary>What <see cref="RecurrentMemory"/> concludes, from numbers alone.</summary>
/// <param name="Simple">The simple cell.</param>
/// <param name="Gru">The GRU.</param>
/// <param name="Lstm">The LSTM.</param>
/// <param name="Trainings">How many of each.</param>
/// <param name="Steps">Steps of each training, at most.</param>
/// <param name="FromScratch">At the distance that tells the biases apart most.</param>
internal sealed record RecurrentMemoryConclusion(
    GrownCell Simple, GrownCell Gru, GrownCell Lstm, int Trainings, int Steps, FixedDistance FromScratch)
{
    private static readonly string s_guessing = $"(guessing: {Percent(1.0 / RecurrentMemory.Symbols, 0)})";

    private GrownCell[] Cells => [Simple, Gru, Lstm];

    /// <summary>The whole of it, a few sentences.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Reached(), Afterwards(), StillGrowing(), Biases() }.Where(s => s.Length > 0));

    private string Reached() =>
        $"When the distance grows as fast as it is mastered, a simple cell comes to {Simple.Far} distractors, a GRU to {Gru.Far} and an LSTM to {Lstm.Far}"
        + (Trainings > 1 ? $" (medians of {Trainings} trainings)" : "")
        + (Simple.Reach < Math.Min(Gru.Reach, Lstm.Reach) ? ": gates let a memory pass where a simple cell writes all of its state anew at every step."
            : Simple.Reach < Math.Max(Gru.Reach, Lstm.Reach) ? ": one of the gated cells came further than the simple one, the other did not."
            : ": with these settings gates bring nothing.");

    /// <summary>Whether the distances mastered on the way are still known: to have mastered one after another is not to hold on to a symbol.</summary>
    internal string Afterwards()
    {
        GrownCell[] asked = [.. Cells.Where(c => !double.IsNaN(c.AtShorter))];
        if (asked.Length == 0) return "";
        string[] forgot = [.. asked.Where(c => c.AtShorter < 0.5).Select(c => c.Name)];
        string told = forgot.Length == 0 ? "." : $": what the {Words.List(forgot)} learned fits about one distance, the last; the others are lost again.";
        IEnumerable<string> shares = asked.Select(c => $"{Percent(c.AtShorter, 0)} for the {c.Name}");
        return $"At shorter distances the share of right answers is then {Words.List(shares)} {s_guessing}{told}";
    }

    /// <summary>Which reach is where the steps ended rather than where the cell does.</summary>
    internal string StillGrowing()
    {
        string[] growing = [.. Cells.Where(c => c.WasGrowing).Select(c => $"the {c.Name}'s")];
        return growing.Length == 0 ? ""
            : $"In the second half of the {Words.Count(Steps, "step")} {Words.List(growing)} "
                + (growing.Length == 1 ? "distance was still growing: more steps may take it further." : "distances were still growing: more steps may take them further.");
    }

    private string Biases() =>
        $"From scratch, at {FromScratch.Distractors} distractors, an LSTM whose forget gate starts with bias 0 answers "
        + $"{Percent(FromScratch.WithBias0, 0)} right, with 1 {Percent(FromScratch.WithBias1, 0)}, with 3 {Percent(FromScratch.WithBias3, 0)}"
        + (Afterwards().Length == 0 ? $" {s_guessing}" : "")
        + (FromScratch.WithBias3 > FromScratch.WithBias0 + 0.2
            ? ": what is forgotten at the start sends no gradient back, so nothing can be learned from it." : ".");
}
