using System.Diagnostics;
using System.Text.Json;
using Longhand.Cli.Benchmarks;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Tests;

public sealed class PeerProcessTests
{
    [Fact]
    public async Task A_request_goes_out_on_one_line_and_its_answer_comes_back()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
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
        if (OperatingSystem.IsWindows())
        {
            return;
        }
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
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using PeerProcess peer = FakePeer.Start(script);
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
        Assert.Equal(says, problem.Message);
        Assert.False(peer.IsAlive);
        await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task A_silent_peer_is_not_waited_for_for_ever_and_Ctrl_C_ends_the_wait()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
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
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using var peer = new Peer(FakePeer.Start($"read -r line; echo '{answer}'"), new PeerFacts("Fake", "", 1, "", "", "", IsSlow: false));
        await Assert.ThrowsAsync<PeerException>(() => peer.MultiplyAsync(0.1, CancellationToken.None));
    }

    [Theory]
    [InlineData("disposed")]
    [InlineData("interrupted")]
    [InlineData("silent")]
    [InlineData("babbling")]
    public async Task No_process_is_left_behind_not_even_what_a_peer_started(string how)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        string then = how == "babbling" ? "read -r line; echo oops; sleep 60" : "sleep 60";
        using PeerProcess peer = FakePeer.Start($"sleep 60 & read -r line; echo \"{{\\\"pid\\\":$$,\\\"child\\\":$!}}\"; {then}", TimeSpan.FromSeconds(how == "silent" ? 1 : 30));
        JsonElement ids = await peer.AskAsync("who", _ => { }, CancellationToken.None);
        int[] processes = [ids.GetProperty("pid").GetInt32(), ids.GetProperty("child").GetInt32()];
        Assert.Equal(peer.Id, processes[0]);
        Assert.All(processes, id => Assert.True(IsRunning(id)));

        using var interrupt = new CancellationTokenSource();
        if (how == "interrupted")
        {
            interrupt.CancelAfter(50);
        }
        if (how == "disposed")
        {
            peer.Dispose();
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => peer.AskAsync("train", _ => { }, interrupt.Token));
        }
        long begun = Stopwatch.GetTimestamp();
        while (processes.Any(IsRunning) && Stopwatch.GetElapsedTime(begun).TotalSeconds < 5)
        {
            await Task.Delay(10);
        }
        Assert.DoesNotContain(processes, IsRunning);
    }

    [Theory]
    [InlineData("read -r line; head -c 2000000 /dev/zero | tr '\\0' x; sleep 60")]
    [InlineData("read -r line; head -c 2000000 /dev/zero | tr '\\0' x; echo; sleep 60")]
    public async Task A_line_without_end_is_not_read_to_its_end(string script)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using PeerProcess peer = FakePeer.Start(script);
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
        Assert.Equal("Fake gave no answer to \"train\" that can be read: a line has more than 1,048,576 characters; it was ended.", problem.Message);
        Assert.False(peer.IsAlive);
    }

    [Fact]
    public async Task Long_complaints_do_not_hold_a_peer_up()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using PeerProcess peer = FakePeer.Start("read -r line; head -c 2000000 /dev/zero | tr '\\0' x >&2; echo '{}'; read -r line; echo ' end' >&2");
        await peer.AskAsync("train", _ => { }, CancellationToken.None);
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => peer.AskAsync("train", _ => { }, CancellationToken.None));
        Assert.EndsWith("xxx end", problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Message.Length, 100, 300);
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_is_read_to_its_end()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using PeerProcess good = FakePeer.Start("cat; echo first; echo second");
        Assert.Equal("first", await good.RunToEndAsync("it", CancellationToken.None));
        using PeerProcess bad = FakePeer.Start("echo first; echo reason >&2; exit 3");
        PeerException problem = await Assert.ThrowsAsync<PeerException>(() => bad.RunToEndAsync("it", CancellationToken.None));
        Assert.Equal("Fake ended in the middle of \"it\"; its last words: reason", problem.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"shape":"gpt2","parameters":"many"}""")]
    public void A_process_that_measures_memory_and_tells_something_else_is_a_failure(string line) =>
        Assert.True(Assert.IsType<Remark>(MemoryBench.Read(line)).IsFailure);

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

    private static bool IsRunning(int id)
    {
        try
        {
            // The state stands after the name. One that has ended, but whose parent has not asked about it yet, is gone, too.
            return OperatingSystem.IsLinux()
                ? File.ReadAllText(FormattableString.Invariant($"/proc/{id}/stat")).Split(") ")[^1][0] is not ('Z' or 'X')
                : !Process.GetProcessById(id).HasExited;
        }
        catch (Exception problem) when (problem is IOException or ArgumentException)
        {
            return false;
        }
    }
}
