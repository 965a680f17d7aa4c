using System.Diagnostics;
using System.Text.Json;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Tests;

public sealed class PeerProcessTests
{
    [Fact]
    public async Task A_request_goes_out_on_one_line_and_its_answer_comes_back()
    {
        using PeerProcess peer = FakePeer.Start("""while read -r line; do echo "{\"heard\":$line}"; done""");
        for (int i = 0; i < 3; i++)
        {
            JsonElement answer = await peer.AskAsync("sing", json => json.WriteNumber("verse", i), CancellationToken.None);
            Assert.Equal(FormattableString.Invariant($"{{\"heard\":{{\"do\":\"sing\",\"verse\":{i}}}}}"), answer.GetRawText());
        }
    }

    [Fact]
    public async Task An_error_is_told_and_the_peer_stays_alive()
    {
        using PeerProcess peer = FakePeer.Start("""read -r line; echo '{"error":"out of ink"}'; read -r line; echo '{"count":1}'""");
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("write", _ => { }, CancellationToken.None));
        Assert.Equal("Fake failed at \"write\": out of ink", problem.Message);
        Assert.True(peer.IsAlive);
        Assert.Equal(1, (await peer.AskAsync("write", _ => { }, CancellationToken.None)).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("read -r line; echo 'Segmentation fault'; sleep 60", "Fake answered \"Segmentation fault\" to \"train\", which is no JSON object.")]
    [InlineData("read -r line; echo '[1]'; sleep 60", "Fake answered \"[1]\" to \"train\", which is no JSON object.")]
    [InlineData("read -r line; echo 'no memory' >&2; exit 3", "Fake ended in the middle of \"train\"; its last words: no memory")]
    [InlineData("read -r line", "Fake ended in the middle of \"train\".")]
    public async Task A_peer_that_dies_or_babbles_is_told_in_one_sentence_and_ended(string script, string says)
    {
        using PeerProcess peer = FakePeer.Start(script);
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
        Assert.Equal(says, problem.Message);
        Assert.False(peer.IsAlive);
        await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task A_silent_peer_is_not_waited_for_for_ever_and_Ctrl_C_ends_the_wait()
    {
        using PeerProcess silent = FakePeer.Start("sleep 60", TimeSpan.FromMilliseconds(50));
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => silent.AskAsync("train", _ => { }, CancellationToken.None));
        Assert.Contains("gave no answer to \"train\"", problem.Message, StringComparison.Ordinal);

        using var interrupt = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using PeerProcess slow = FakePeer.Start("sleep 60");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.AskAsync("train", _ => { }, interrupt.Token));
        Assert.False(slow.IsAlive);
    }

    [Fact]
    public void A_program_that_does_not_exist_is_named()
    {
        PeerException problem = Assert.Throws<PeerException>(() => new PeerProcess("Fake", new ProcessStartInfo("/nowhere/python"), TimeSpan.FromSeconds(1)));
        Assert.Equal("Fake: /nowhere/python cannot be started.", problem.Message);
    }

    [Theory]
    [InlineData("""{"count":0,"seconds":1}""")]
    [InlineData("""{"count":5,"seconds":0}""")]
    [InlineData("""{"seconds":1}""")]
    [InlineData("""{"count":"5","seconds":1}""")]
    public async Task A_burst_must_be_some_work_in_some_time(string answer)
    {
        using var peer = new Peer(FakePeer.Start($"read -r line; echo '{answer}'"), new PeerFacts("Fake", "", 1, "", "", "", IsSlow: false));
        await Assert.ThrowsAsync<PeerException>(() => peer.MultiplyAsync(0.1, CancellationToken.None));
    }

    [Fact]
    public async Task A_library_that_is_not_there_is_a_remark_that_says_how_to_get_it()
    {
        using var scripts = new PeerScripts();
        var remarks = new List<Remark>();
        Assert.Empty(await new PeerFinder("/nowhere/python", kernels: null, scripts, [1]).FindAsync("torch", "PyTorch", remarks.Add, CancellationToken.None));
        Remark remark = Assert.Single(remarks);
        Assert.False(remark.IsFailure);
        Assert.Contains("apt install python3-torch libopenblas0-pthread", remark.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_carries_the_scripts_and_removes_what_it_unpacked()
    {
        string folder;
        using (var scripts = new PeerScripts())
        {
            folder = scripts.Folder;
            Assert.Contains("import train_gpt", File.ReadAllText(scripts.Main), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "train_gpt.py")));
        }
        Assert.False(Directory.Exists(folder));
    }
}
