using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>What was measured of one cell. A loss that is infinite is that of a training that diverged.</summary>
/// <param name="Name">As it stands in a sentence.</param>
/// <param name="Width">Units in a layer.</param>
/// <param name="Parameters">How many numbers it learns.</param>
/// <param name="Losses">After training, one for each seed, in nats per character.</param>
/// <param name="Emptied">The mean loss of the same models where every window begins with an empty memory.</param>
/// <param name="Unclipped">The loss of the first seed's training without clipping.</param>
/// <param name="LongestGradient">The longest in that training.</param>
internal sealed record MeasuredCell(
    string Name, int Width, long Parameters, double[] Losses, double Emptied, double Unclipped, double LongestGradient)
{
    public double Loss => Losses.Average();

    public int Diverged => Losses.Count(loss => !double.IsFinite(loss));

    /// <summary>In how many seeds it has the lower loss.</summary>
    public int LeadsOver(MeasuredCell other) => Losses.Zip(other.Losses).Count(pair => pair.First < pair.Second);
}

/// <summary>
/// What <see cref="RnnVersusLstm"/> concludes, from numbers alone. Two losses differ when they are further apart than trainings of one
/// cell are that differ in nothing but the seed. Left out: why a cell leads, which these numbers do not tell.
/// </summary>
/// <param name="Rnn">The simple recurrent network.</param>
/// <param name="Lstm">The LSTM.</param>
/// <param name="Gru">The GRU.</param>
/// <param name="Text">The text, as it stands in a sentence.</param>
/// <param name="Context">Characters in a window.</param>
/// <param name="Steps">Steps of each training.</param>
/// <param name="Clip">Longer gradients were shortened to this.</param>
internal sealed record RnnVersusLstmConclusion(
    MeasuredCell Rnn, MeasuredCell Lstm, MeasuredCell Gru, string Text, int Context, int Steps, double Clip)
{
    // Stands for the difference between seeds where there is only one.
    private const double Small = 0.01;

    private MeasuredCell[] Cells => [Rnn, Lstm, Gru];

    private int Seeds => Lstm.Losses.Length;

    // Least to greatest of the cell whose trainings are furthest apart, rounded up to the digits that are printed; null with one seed.
    private double? BetweenSeeds
    {
        get
        {
            double[] spreads = [.. Cells.Where(c => c.Losses.Length > 1 && c.Diverged == 0).Select(c => c.Losses.Max() - c.Losses.Min())];
            return spreads.Length == 0 ? null : Math.Max(0.001, Math.Ceiling((1000 * spreads.Max()) - 1e-6) / 1000);
        }
    }

    private double Margin => BetweenSeeds ?? Small;

    private string ShownMargin => BetweenSeeds is { } spread ? Number(spread, 3) : Plain(Small);

    /// <summary>The whole of it, a few sentences.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Verdict(), Losses(), WithEmptiedMemories(), WithoutClipping() }.Where(s => s.Length > 0));

    /// <summary>What each cell came to, and how far seeds alone take it.</summary>
    internal string Losses()
    {
        IEnumerable<string> losses = Cells.Select(c => $"{(c.Diverged == 0 ? Number(c.Loss, 3) : "infinite")} for the {c.Name}");
        string trainings = Seeds == 1 ? "one training of each; how much the seed changes was not measured"
            : $"means of {Seeds} trainings{(BetweenSeeds is null ? "" : $"; those of one cell are up to {ShownMargin} apart")}";
        (long fewest, long most) = (Cells.Min(c => c.Parameters), Cells.Max(c => c.Parameters));
        string parameters = fewest == most ? Number(most, 0) : $"{Number(fewest, 0)} to {Number(most, 0)}";
        return $"With {parameters} parameters each, on {Text}, the loss is {Words.List(losses)}, "
            + $"in nats per character ({trainings}).";
    }

    /// <summary>The answer: what the LSTM gains on the RNN, if it does, in how many trainings, and where the GRU stands beside them.</summary>
    internal string Verdict()
    {
        MeasuredCell[] diverged = [.. new[] { Rnn, Lstm }.Where(c => c.Diverged > 0)];
        if (diverged.Length > 0)
        {
            IEnumerable<string> which = diverged.Select(
                c => Seeds == 1 ? $"the {c.Name}'s training" : $"{c.Diverged} of {Seeds} trainings of the {c.Name}");
            return $"Since {Words.List(which)} diverged, nothing can be said of the LSTM's gates.";
        }

        double gap = Rnn.Loss - Lstm.Loss;
        if (Math.Abs(gap) <= Margin)
        {
            return Seeds == 1 ? $"At equal size the gates buy nothing that shows: the RNN and the LSTM differ by no more than {ShownMargin}."
                : "At equal size the gates buy nothing that shows: "
                    + "the RNN and the LSTM differ by no more than trainings of one cell do; "
                    + $"the LSTM is lower in {Lstm.LeadsOver(Rnn)} of {Seeds}.";
        }

        (MeasuredCell leader, MeasuredCell other) = gap > 0 ? (Lstm, Rnn) : (Rnn, Lstm);
        int leads = leader.LeadsOver(other);
        string often = Seeds == 1 ? "the one training of each"
            : leads < Seeds ? $"{leads} of {Seeds} trainings"
            : Seeds == 2 ? "both trainings" : $"all {Seeds} trainings";
        string wider = $"{Number((100.0 * Rnn.Width / Lstm.Width) - 100, 0)}% wider";
        string width = Rnn.Width <= Lstm.Width ? "" : leader == Lstm ? $", although the RNN is {wider}" : $" and is {wider}";
        // Of the losses as they are printed, so that whoever subtracts them finds the same.
        string gain = leader == Lstm ? $"{Number(Math.Round(Rnn.Loss, 3) - Math.Round(Lstm.Loss, 3), 3)} nats per character" : "nothing";
        return $"At equal size the gates buy {gain}: after {Words.Count(Steps, "step")} the {leader.Name} predicts better than the {other.Name} in {often}{width}"
            + $"{Third(leader, other)}.";
    }

    private string Third(MeasuredCell leader, MeasuredCell other) =>
        Gru.Diverged > 0 ? ""
        : Math.Abs(Gru.Loss - leader.Loss) <= Margin ? $"; the GRU is within {ShownMargin} of the {leader.Name}"
        : Gru.Loss < leader.Loss ? "; the GRU does better still"
        : Gru.Loss < other.Loss ? "; the GRU lies between them"
        : "; the GRU does no better than either";

    /// <summary>The losses of models that learned with a memory carried on, where it is taken from them.</summary>
    internal string WithEmptiedMemories()
    {
        string[] losses = [.. Cells.Where(c => double.IsFinite(c.Emptied)).Select(c => $"{Number(c.Emptied, 3)} for the {c.Name}")];
        return losses.Length == 0 ? ""
            : $"Measured with memories emptied every {Words.Count(Context, "character")}, "
                + $"which none of them was trained for, the loss is {Words.List(losses)}.";
    }

    /// <summary>What the first seed's training comes to where no gradient is shortened.</summary>
    internal string WithoutClipping()
    {
        string[] changes = [.. Cells.Select(ChangeOf).OfType<string>()];
        string same = (Cells.Length - changes.Length) switch
        {
            0 => "",
            1 => $"; the other changes by no more than {ShownMargin}",
            2 => $"; the others change by no more than {ShownMargin}",
            _ => $"no loss changes by more than {ShownMargin}",
        };
        MeasuredCell wild = Cells.MaxBy(c => c.LongestGradient)!;
        string longest = double.IsFinite(wild.LongestGradient)
            ? $" The longest gradient met is {Digits(wild.LongestGradient, 2)}, the {wild.Name}'s."
            : "";
        string seed = Seeds > 1 ? " in the first seed" : "";
        return $"Without shortening gradients to {Plain(Clip)}{seed}, {Words.List(changes)}{same}.{longest}";
    }

    // Null where it makes no difference.
    private string? ChangeOf(MeasuredCell c) => (double.IsFinite(c.Losses[0]), double.IsFinite(c.Unclipped)) switch
    {
        (false, false) => $"the {c.Name} diverges all the same",
        (false, true) => $"the {c.Name}, which diverges with it, ends at {Number(c.Unclipped, 3)}",
        (true, false) => $"the {c.Name} diverges",
        _ when Math.Abs(c.Unclipped - c.Losses[0]) > Margin =>
            $"the {c.Name} ends at {Number(c.Unclipped, 3)} in place of {Number(c.Losses[0], 3)}",
        _ => null,
    };
}
