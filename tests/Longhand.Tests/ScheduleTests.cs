using Longhand.Optim;

namespace Longhand.Tests;

public sealed class ScheduleTests
{
    public static TheoryData<string> Cases => Golden.Names("schedules");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch(string name)
    {
        GoldenCase c = Golden.Case("schedules", name);
        Func<long, double> schedule = Make(c);
        double[] values = c["values"].Doubles();
        OperationTests.AssertClose(name, values, [.. Enumerable.Range(0, values.Length).Select(i => schedule(i))], relative: 1e-9);
    }

    [Fact]
    public void Schedules_stay_flat_after_their_end()
    {
        Assert.Equal(3, Schedule.Constant(3)(1_000_000));
        Assert.Equal(2, Schedule.Linear(1, 2, steps: 10)(11));
        Assert.Equal(0.5, Schedule.Cosine(1, steps: 10, lowest: 0.5)(11));
        Assert.Equal(0.5, Schedule.WarmUpCosine(1, warmUp: 3, steps: 10, lowest: 0.5)(11));
        Assert.Equal(1.0 / 25 / 1e4, Schedule.OneCycle(1, steps: 10)(11));
    }

    [Fact]
    public void Warm_up_wraps_any_schedule()
    {
        Func<long, double> schedule = Schedule.WarmUp(warmUp: 3, Schedule.Stairs(8, every: 2, factor: 0.5));
        Assert.Equal([2, 4, 6, 8, 8, 4, 4, 2], Enumerable.Range(0, 8).Select(i => schedule(i)));
    }

    [Fact]
    public void One_cycle_may_start_at_the_top()
    {
        Func<long, double> schedule = Schedule.OneCycle(1, steps: 5, risingShare: 0);
        Assert.Equal(1, schedule(0));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => schedule(i)).OrderDescending(), Enumerable.Range(0, 5).Select(i => schedule(i)));
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Refuse("Constant: rate is NaN but must be a finite number, 0 or more.", () => Schedule.Constant(double.NaN));
        Refuse("Linear: steps is 0 but must be at least 1.", () => Schedule.Linear(1, 0, steps: 0));
        Refuse("Stairs: every is 0 but must be at least 1.", () => Schedule.Stairs(1, every: 0, factor: 1));
        Refuse("Cosine: lowest is -1 but", () => Schedule.Cosine(1, steps: 5, lowest: -1));
        Refuse("WarmUp: warmUp is -1 but", () => Schedule.WarmUp(-1, Schedule.Constant(1)));
        Refuse("WarmUpCosine: warmUp is 9 but must be below the number of steps, 9.", () => Schedule.WarmUpCosine(1, warmUp: 9, steps: 9));
        Refuse("OneCycle: risingShare is 1 but must be at least 0 and below 1.", () => Schedule.OneCycle(1, steps: 10, risingShare: 1));

        static void Refuse(string message, Func<object> make) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    private static Func<long, double> Make(GoldenCase c)
    {
        double rate = c.Number("learning_rate");
        return c.Op switch
        {
            "step" => Schedule.Stairs(rate, c.Integer("every"), c.Number("factor")),
            "cosine" => Schedule.Cosine(rate, c.Integer("steps"), c.Number("lowest")),
            "linear" => Schedule.Linear(rate * c.Number("start_factor"), rate * c.Number("end_factor"), c.Integer("steps")),
            "one_cycle" => Schedule.OneCycle(
                rate, c.Integer("steps"), c.Number("rising_share"), c.Number("start_divisor"), c.Number("final_divisor")),
            "warmup_cosine" => Schedule.WarmUpCosine(rate, c.Integer("warmup"), c.Integer("steps"), c.Number("lowest")),
            _ => throw new NotSupportedException($"No schedule for the golden op '{c.Op}'."),
        };
    }
}
