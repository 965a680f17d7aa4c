using Longhand.Files;

namespace Longhand.Tests;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string LogPath => _folder["metrics.jsonl"];

    [Fact]
    public void Lines_are_in_the_file_as_soon_as_they_are_appended()
    {
        using RunLog log = RunLog.Open(LogPath);
        log.Append("{\"step\":1}");
        log.Append("{\"text\":\"é\"}"u8);
        Assert.Equal("{\"step\":1}\n{\"text\":\"é\"}\n", Read());
        Assert.Equal(new FileInfo(LogPath).Length, log.Length);
        log.Append(new string('x', 5000));
        log.Flush();
        Assert.Equal(3, log.ReadLines().Length);
        Assert.Throws<ArgumentException>(() => log.Append("two\nlines"));
        Assert.Equal(3, log.ReadLines().Length);
    }

    [Fact]
    public void A_resumed_log_equals_an_uninterrupted_one()
    {
        long saved;
        using (RunLog log = RunLog.Open(LogPath))
        {
            for (int i = 0; i < 5; i++) log.Append($"line {i}");
            saved = log.Length;
            for (int i = 5; i < 9; i++) log.Append($"line {i}");
        }
        File.AppendAllText(LogPath, "half a li");                           // killed within a write
        using (RunLog log = RunLog.Open(LogPath, saved))
        {
            Assert.Equal(saved, log.Length);
            Assert.Equal(["line 0", "line 1", "line 2", "line 3", "line 4"], log.ReadLines());
            for (int i = 5; i < 10; i++) log.Append($"line {i}");
        }
        Assert.Equal(string.Concat(Enumerable.Range(0, 10).Select(i => $"line {i}\n")), Read());
    }

    [Fact]
    public void Without_a_length_a_log_starts_empty()
    {
        File.WriteAllText(LogPath, "of another run\n");
        RunLog.Open(LogPath).Dispose();
        Assert.Equal("", Read());
    }

    [Fact]
    public void A_log_that_lacks_what_the_checkpoint_counts_on_is_refused_and_left_alone()
    {
        Assert.Contains("at least 8 bytes", Refusal(8), StringComparison.Ordinal);
        Assert.False(File.Exists(LogPath));
        File.WriteAllText(LogPath, "line 0\nline 1\n");
        Assert.Contains("at least 15 bytes, which the checkpoint counts on, found 14", Refusal(15), StringComparison.Ordinal);
        Assert.Contains("the middle of a line", Refusal(8), StringComparison.Ordinal);
        Assert.Equal("line 0\nline 1\n", Read());

        string Refusal(long length) => Assert.Throws<BadFileException>(() => RunLog.Open(LogPath, length)).Message;
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_reported()
    {
        Assert.Throws<WriteFailedException>(() => RunLog.Open(_folder["none/metrics.jsonl"]));
        Assert.Throws<WriteFailedException>(() => RunLog.Open(_folder.Path));
    }

    [Fact]
    public void Appending_allocates_nothing_in_steady_state()
    {
        using RunLog log = RunLog.Open(LogPath);
        string line = new('x', 200);
        log.Append(line);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) log.Append(line);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private string Read()
    {
        using var stream = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }
}
