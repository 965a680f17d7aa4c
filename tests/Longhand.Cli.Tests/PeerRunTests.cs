using Longhand.Cli.Benchmarks;
using Longhand.Files;

namespace Longhand.Cli.Tests;

public sealed class PeerRunTests : IDisposable
{
    private static readonly BenchPlan s_growing = FakePeer.Plan with { Training = [], Squares = [], Growing = [("batch", 2, FakePeer.Shape)] };

    private readonly string _home = Directory.CreateTempSubdirectory("longhand peers ").FullName;
    private readonly StringWriter _data = new() { NewLine = "\n" }, _messages = new() { NewLine = "\n" };

    private string Page => Path.Combine(_home, "RESULTS.md");

    private string Picture => Path.Combine(_home, "RESULTS.svg");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Page_and_picture_are_written_and_named()
    {
        // No peers are in the plan, so nobody looks for Python.
        Assert.Equal(ExitCode.Done, await RunAsync(s_growing, python: "/nowhere/python"));
        Assert.Contains("## Cost as work grows", File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.DoesNotContain("Incomplete", File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(Picture), StringComparison.Ordinal);
        Assert.EndsWith($"Written to {Page} and {Picture}.\n", _messages.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_home).Length);
    }

    [Fact]
    public async Task A_failure_decides_the_exit_code_and_the_page_begins_with_whose_kernels_were_used()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        Assert.Equal(ExitCode.Done, await RunAsync(FakePeer.Plan, FakePeer.Interpreter(_home, FakePeer.Script()), kernels: "Wide"));
        string[] lines = File.ReadAllLines(Page);
        Assert.Equal("Compared with PyTorch 1.2 with FakeBLAS 7 (Wide kernels); NumPy 1.2 with FakeBLAS 7 (Wide kernels).", lines[5]);
        Assert.Contains("PyTorch was told to use the kernels for Wide", _messages.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Failed, await RunAsync(FakePeer.Plan, FakePeer.Interpreter(_home, FakePeer.Script("multiply", "exit 1"))));
        Assert.Contains("- 8×8 · 8×8: NumPy ended in the middle of \"multiply\".\n", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_writes_what_it_has()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        // It answers until NumPy is to multiply; then comes Ctrl-C.
        string mark = Path.Combine(_home, "mark");
        string python = FakePeer.Interpreter(_home, FakePeer.Script("multiply", $"touch '{mark}'; sleep 60"));
        using var interrupt = new CancellationTokenSource();
        Task<int> run = RunAsync(FakePeer.Plan, python, cancel: interrupt.Token);
        while (!File.Exists(mark) && !run.IsCompleted)
        {
            await Task.Delay(10);
        }
        interrupt.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        string page = File.ReadAllText(Page);
        Assert.Contains("**Incomplete: the run was stopped or failed before its end.**", page, StringComparison.Ordinal);
        Assert.Contains("## Training", page, StringComparison.Ordinal);
        Assert.EndsWith($"Written to {Page}, as far as it was measured.\n", _messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_are_gone_when_they_have_been_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        // The script looks where peer.py lies: its second argument.
        string look = """if [ -e "$(dirname "$2")/weights.safetensors" ]; then echo '{"error":"there"}'; else echo '{"error":"gone"}'; fi""";
        await RunAsync(FakePeer.Plan with { Squares = [] }, FakePeer.Interpreter(_home, FakePeer.Script("model", look)));
        Assert.Contains("failed at \"model\": there", _messages.ToString(), StringComparison.Ordinal);
        await RunAsync(FakePeer.Plan with { Squares = [] }, FakePeer.Interpreter(_home, FakePeer.Script("steps", look)));
        Assert.Contains("failed at \"steps\": gone", _messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_to_is_told_before_anything_is_measured()
    {
        string old = Path.Combine(_home, "old.md");
        File.WriteAllText(old, "old");
        Directory.CreateDirectory(Path.Combine(_home, "folder.md"));
        foreach (string file in new[] { Path.Combine(_home, "missing", "x.md"), Path.Combine(_home, "folder.md"), Path.Combine(old, "x.md") })
        {
            await Assert.ThrowsAsync<WriteFailedException>(() => RunAsync(s_growing, file: file));
        }
        Assert.Contains("x.md, found", (await Assert.ThrowsAsync<UsageException>(() => RunAsync(s_growing, file: "x.svg"))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UsageException>(() => RunAsync(FakePeer.Plan, python: "/nowhere/python", file: old));
        Assert.Empty(_data.ToString() + _messages);
        Assert.Equal("old", File.ReadAllText(old));
    }

    private Task<int> RunAsync(BenchPlan plan, string? python = null, string? kernels = null, string? file = null, CancellationToken cancel = default) =>
        new PeerRun(plan, threads: 1, python, kernels, "longhand bench").RunAsync(new Output(OutputMode.Plain, _data, _messages), file ?? Page, cancel);
}
