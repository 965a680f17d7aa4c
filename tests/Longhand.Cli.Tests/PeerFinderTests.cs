using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Tests;

public sealed class PeerFinderTests : IDisposable
{
    private const string Kernels = "OPENBLAS_CORETYPE", Other = "OPENBLAS_VERBOSE";

    // Tells what it was given where a version would be.
    private const string Teller = """while read -r line; do echo "{\"version\":\"$OPENBLAS_VERBOSE/$OPENBLAS_CORETYPE/$OMP_WAIT_POLICY/$OPENBLAS_NUM_THREADS\",\"blas\":\"BLAS\",\"kernels\":\"KERNELS\"}"; done""";

    private readonly PeerScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public async Task A_library_that_is_not_there_is_a_remark_that_says_how_to_get_it()
    {
        (IReadOnlyList<Peer> peers, Remark? remark) = await FindAsync("/nowhere/python");
        Assert.Empty(peers);
        Assert.False(remark!.IsFailure);
        Assert.StartsWith("PyTorch was not found: /nowhere/python cannot be started.", remark.Text, StringComparison.Ordinal);
        Assert.Contains("apt install python3-torch libopenblas0-pthread", remark.Text, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        string without = FakePeer.Interpreter(_scripts.Folder, """read -r line; echo '{"missing":"torch"}'""");
        (peers, remark) = await FindAsync(without);
        Assert.Empty(peers);
        Assert.False(remark!.IsFailure);
        Assert.StartsWith($"PyTorch was not found: {without} has no torch.", remark.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'ImportError: libtorch.so is broken' >&2; exit 1", "its last words: ImportError: libtorch.so is broken")]
    [InlineData("""read -r line; echo '{"error":"no such instruction"}'; read -r line""", "failed at \"hello\": no such instruction")]
    public async Task One_that_is_there_and_fails_is_a_failure(string script, string says)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        (IReadOnlyList<Peer> peers, Remark? remark) = await FindAsync(FakePeer.Interpreter(_scripts.Folder, script));
        Assert.Empty(peers);
        Assert.True(remark!.IsFailure);
        Assert.StartsWith("PyTorch is installed, but cannot be measured: ", remark.Text, StringComparison.Ordinal);
        Assert.Contains(says, remark.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Old", "OpenBLAS", "Wide", "//PASSIVE/1", "OPENBLAS_CORETYPE=Old is set here and was not passed on to PyTorch")]
    [InlineData(null, "", "OpenBLAS", "Wide", "//PASSIVE/1", null)]
    [InlineData("Wide", "Old", "OpenBLAS", "WIDE", "/Wide/PASSIVE/1", "PyTorch was told to use the kernels for Wide (OPENBLAS_CORETYPE), which")]
    [InlineData("Wide", "Old", "OpenBLAS", "Narrow", "/Wide/PASSIVE/1", "PyTorch was told to use the kernels for Wide (OPENBLAS_CORETYPE), but uses those for Narrow.")]
    [InlineData("Wide", "Old", "MKL", "", "/Wide/PASSIVE/1", "--blas-kernels Wide has no effect on PyTorch, which multiplies with MKL.")]
    public async Task OpenBLAS_chooses_its_kernels_unless_it_is_told_to_use_others(string? kernels, string here, string blas, string used, string given, string? says)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        string python = FakePeer.Interpreter(_scripts.Folder, Teller.Replace("BLAS\\\",\\\"kernels", $"{blas}\\\",\\\"kernels", StringComparison.Ordinal).Replace("KERNELS", used, StringComparison.Ordinal));
        (IReadOnlyList<Peer> peers, Remark? remark) found;
        Environment.SetEnvironmentVariable(Kernels, here);
        Environment.SetEnvironmentVariable(Other, "2");
        try
        {
            found = await FindAsync(python, kernels);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Kernels, null);
            Environment.SetEnvironmentVariable(Other, null);
        }
        using Peer peer = Assert.Single(found.peers);
        Assert.Equal((given, blas), (peer.Facts.Version, peer.Facts.Blas));
        Assert.False(found.remark?.IsFailure ?? false);
        Assert.StartsWith(says ?? "", found.remark?.Text ?? "", StringComparison.Ordinal);
        Assert.Equal(says is null, found.remark is null);
    }

    [Fact]
    public async Task What_a_peer_says_commands_no_terminal()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        (IReadOnlyList<Peer> peers, _) = await FindAsync(FakePeer.Interpreter(_scripts.Folder,
            """while read -r line; do printf '%s\n' '{"version":"1\u001b[2J\n2","blas":"a\tb"}'; done"""));
        using Peer peer = Assert.Single(peers);
        Assert.Equal(("1·[2J 2", "a b"), (peer.Facts.Version, peer.Facts.Blas));
    }

    private async Task<(IReadOnlyList<Peer> Peers, Remark? Remark)> FindAsync(string python, string? kernels = null)
    {
        var remarks = new List<Remark>();
        IReadOnlyList<Peer> peers = await new PeerFinder(python, kernels, _scripts, [1]).FindAsync("torch", "PyTorch", remarks.Add, CancellationToken.None);
        return (peers, remarks.SingleOrDefault());
    }
}
