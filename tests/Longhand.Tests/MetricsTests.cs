using Longhand.Files;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_plain_JSON()
    {
        Assert.Equal("""{"step":3,"loss":1.5,"learning_rate":0.01,"gradient_norm":0.25}""", Metrics.Step(3, 1.5, 0.01, 0.25));
        Assert.Equal("""{"step":3,"val_loss":1.5}""", Metrics.Evaluation(3, 1.5));
        Assert.Equal("""{"step":3,"sample":"a\n\"b\" é"}""", Metrics.Sample(3, "a\n\"b\" é"));
    }

    [Fact]
    public void What_was_logged_is_read_back_in_order_and_in_full_precision()
    {
        using RunLog log = RunLog.Open(_folder["metrics.jsonl"]);
        log.Append(Metrics.Evaluation(0, 1.0 / 3));
        log.Append(Metrics.Step(1, 2.0 / 3, 1e-300, 1e300));
        log.Append(Metrics.Sample(1, "line\nline 🦊\u2028 <b>&"));
        log.Append("""{"step":2,"something":"new"}""");
        log.Append(Metrics.Step(2, 0.5, 0, 0));
        (List<ReportStep> steps, List<ReportEval> evaluations, List<ReportSample> samples) = Metrics.Read(log);
        Assert.Equal([new ReportStep(1, 2.0 / 3, 1e-300, 1e300), new ReportStep(2, 0.5, 0, 0)], steps);
        Assert.Equal([new ReportEval(0, 1.0 / 3)], evaluations);
        Assert.Equal([new ReportSample(1, "line\nline 🦊\u2028 <b>&")], samples);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"loss":1}""")]
    [InlineData("""{"step":1.5,"val_loss":1}""")]
    [InlineData("""{"step":1,"val_loss":"low"}""")]
    [InlineData("""{"step":1,"loss":1}""")]
    [InlineData("""{"step":1,"sample":"\ud800"}""")]
    public void A_line_that_is_no_metric_is_refused_with_the_files_name(string line)
    {
        using RunLog log = RunLog.Open(_folder["metrics.jsonl"]);
        log.Append(line);
        Assert.StartsWith(_folder["metrics.jsonl"] + ": a line is no metric of ours", Assert.Throws<BadFileException>(() => Metrics.Read(log)).Message,
            StringComparison.Ordinal);
    }
}
