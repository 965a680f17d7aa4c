using System.Text;
using Longhand.Files;

namespace Longhand.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_check_refuses_what_a_write_would_and_changes_nothing()
    {
        Directory.CreateDirectory(_folder["folder"]);
        Assert.Contains("in the way", Assert.Throws<WriteFailedException>(() => AtomicFile.CheckWritable(_folder["folder"])).Message, StringComparison.Ordinal);
        Assert.Throws<WriteFailedException>(() => AtomicFile.CheckWritable(_folder["missing/file"]));
        File.WriteAllText(_folder["old"], "old");
        AtomicFile.CheckWritable(_folder["old"]);
        AtomicFile.CheckWritable(_folder["new"]);
        Assert.Equal("old", File.ReadAllText(_folder["old"]));
        Assert.Equal(["folder", "old"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_is_made_and_then_replaced()
    {
        AtomicFile.WriteAllText(_folder["a.json"], "old");
        AtomicFile.Write(_folder["a.json"], stream => stream.Write("néw"u8));
        Assert.Equal(Encoding.UTF8.GetBytes("néw"), File.ReadAllBytes(_folder["a.json"]));
        Assert.Equal(["a.json"], _folder.Files());
    }

    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_content_and_nothing_else()
    {
        AtomicFile.WriteAllText(_folder["a.json"], "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["a.json"], Failing(new InvalidOperationException("stop"))));
        Assert.Throws<WriteFailedException>(() => AtomicFile.Write(_folder["a.json"], Failing(new IOException("No space left on device", 28))));
        Assert.Equal("old", File.ReadAllText(_folder["a.json"]));
        Assert.Equal(["a.json"], _folder.Files());

        static Action<Stream> Failing(Exception e) => stream =>
        {
            stream.Write(new byte[100_000]);
            throw e;
        };
    }

    [Fact]
    public void What_a_crash_left_behind_goes_away_with_the_next_write()
    {
        File.WriteAllText(_folder[".a.json.tmp-0123"], "half");
        File.WriteAllText(_folder[".b.json.tmp-0123"], "of another file");
        AtomicFile.WriteAllText(_folder["a.json"], "whole");
        Assert.Equal([".b.json.tmp-0123", "a.json"], _folder.Files());
    }

    [Fact]
    public void A_refusal_is_one_line_with_the_path_and_the_reason()
    {
        Assert.Contains("its folder does not exist", Refusal(_folder["none/a.json"]), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["folder"]);
        Assert.Contains("in the way", Refusal(_folder["folder"]), StringComparison.Ordinal);
        File.WriteAllText(_folder["file"], "");
        Refusal(_folder["file/a.json"]);
        if (OperatingSystem.IsLinux()) Refusal("/proc/a.json");             // refuses new files to everyone, root too
        var full = new WriteFailedException("x", new IOException("No space left on device", 28));
        Assert.Equal("Cannot write x: no space is left on the disk. Free some, or choose another place.", full.Message);

        static string Refusal(string path)
        {
            string message = Assert.Throws<WriteFailedException>(() => AtomicFile.WriteAllText(path, "text")).Message;
            Assert.StartsWith($"Cannot write {Path.GetFullPath(path)}: ", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
            return message;
        }
    }

    [Fact]
    public void A_device_that_is_full_is_reported_as_such()
    {
        if (!File.Exists("/dev/full")) return;
        var e = Assert.Throws<WriteFailedException>(() => WriteFailedException.Guard("x", () =>
        {
            using FileStream full = File.OpenWrite("/dev/full");
            full.Write(new byte[100_000]);
        }));
        Assert.Contains("no space is left", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_see_whole_files_only()
    {
        string path = _folder["a"];
        byte[] first = new byte[100_000], second = new byte[150_000];
        second.AsSpan().Fill(1);
        AtomicFile.WriteAllBytes(path, first);
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < 40; i++) AtomicFile.WriteAllBytes(path, i % 2 == 0 ? second : first);
            stop.Cancel();
        });
        while (!stop.IsCancellationRequested && !OperatingSystem.IsWindows())   // a reader there would block the rename
        {
            byte[] seen = File.ReadAllBytes(path);
            Assert.True(seen.AsSpan().SequenceEqual(first) || seen.AsSpan().SequenceEqual(second), $"a mixture of {seen.Length} bytes");
        }
        await writer;
    }

    [Fact]
    public void A_folder_reaches_the_disk_on_linux()
    {
        File.WriteAllText(_folder["a"], "");
        Assert.Equal(OperatingSystem.IsLinux(), FolderFlush.Try(_folder.Path, "a"));
        Assert.False(FolderFlush.Try(_folder.Path, "missing"));
    }
}
