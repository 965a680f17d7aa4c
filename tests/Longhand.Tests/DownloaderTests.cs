using Longhand.Data;
using Longhand.Files;
using Answer = Longhand.Tests.LoopbackServer.Answer;

namespace Longhand.Tests;

/// <summary>Downloads from a server on this machine that does what servers on the internet do.</summary>
public sealed class DownloaderTests : IDisposable
{
    private const int Length = 300_000;

    private static readonly byte[] Content = [.. Enumerable.Range(0, Length).Select(i => (byte)(i * i / 7))];

    private readonly TemporaryFolder _folder = new();
    private readonly List<DownloadProgress> _progress = [];
    private TimeSpan _patience = TimeSpan.FromMinutes(1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_downloaded_once_and_its_progress_told()
    {
        using var server = new LoopbackServer(Content);
        string path = await FetchAsync(server);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(path, await FetchAsync(server));
        string request = Assert.Single(server.Requests);
        Assert.StartsWith("GET /set.bin HTTP/1.1", request, StringComparison.Ordinal);
        Assert.DoesNotContain("gzip", request, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0L, (long)Length), (_progress[0].Received, _progress[^1].Received));
        Assert.All(_progress.Zip(_progress.Skip(1)), pair => Assert.True(pair.First.Received < pair.Second.Received));
        Assert.All(_progress, p => Assert.Equal("127.0.0.1", p.Host));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_where_it_broke()
    {
        using var server = new LoopbackServer(Content, new Answer { CutAfter = 100_000 }, new Answer { CutAfter = 50_000 }, new Answer());
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(server)));
        Assert.Equal(3, server.Requests.Length);
        Assert.Contains("Range: bytes=100000-", server.Requests[1], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Range: bytes=150000-", server.Requests[2], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_later_run_goes_on_from_what_an_earlier_one_got()
    {
        using (var broken = new LoopbackServer(Content, new Answer { CutAfter = 1000, SaysLength = false }))
        {
            string says = (await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync(broken))).Message;
            Assert.Contains("the connection ended after 3,000 of 300,000 bytes", says, StringComparison.Ordinal);
        }
        Assert.Equal(3000, new FileInfo(Part).Length);
        using var server = new LoopbackServer(Content);
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(server)));
        Assert.Contains("Range: bytes=3000-", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_sends_all_of_it_again()
    {
        File.WriteAllBytes(Part, Content[..5000]);
        using var server = new LoopbackServer(Content, new Answer { Resumes = false });
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(server)));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(Length)]
    [InlineData(Length + 1)]
    public async Task A_part_of_something_else_is_thrown_away(int bytes)
    {
        File.WriteAllBytes(Part, new byte[bytes]);
        using var server = new LoopbackServer(Content);
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(server)));
    }

    [Fact]
    public async Task A_part_that_is_whole_already_needs_no_server()
    {
        File.WriteAllBytes(Part, Content);
        using var server = new LoopbackServer(Content, new Answer { Status = 500 });
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(server)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_mirror_that_fails_is_followed_by_the_next_which_goes_on_from_there()
    {
        using var missing = new LoopbackServer(Content, new Answer { Status = 404 });
        using var cut = new LoopbackServer(Content, new Answer { CutAfter = 70_000 }, new Answer { Status = 503 });
        using var good = new LoopbackServer(Content);
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(missing, cut, good)));
        Assert.Contains("Range: bytes=70000-", Assert.Single(good.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nothing_with_another_checksum_or_length_is_kept()
    {
        byte[] other = [.. Content];
        other[12345] ^= 1;
        using var wrong = new LoopbackServer(other);
        using var longer = new LoopbackServer([.. Content, 1]);
        using var endless = new LoopbackServer([.. Content, .. Content], new Answer { SaysLength = false });
        using var shorter = new LoopbackServer(Content[..^1]);
        string says = (await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync(wrong, longer, endless, shorter))).Message;
        Assert.Contains("what it sends has another checksum", says, StringComparison.Ordinal);
        Assert.Contains($"{longer.Address.Authority}, {endless.Address.Authority}: it sends more than the 300,000 bytes expected", says, StringComparison.Ordinal);
        Assert.Contains($"{shorter.Address.Authority}: the server cannot go on from there", says, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "set.bin")));
        Assert.True(!File.Exists(Part) || new FileInfo(Part).Length <= Length);
        Assert.DoesNotContain('\n', says);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up_and_the_next_one_asked()
    {
        using var mute = new LoopbackServer(Content, new Answer { HangAfter = 0 });
        using var hanging = new LoopbackServer(Content, new Answer { HangAfter = 20_000 });
        using var good = new LoopbackServer(Content);
        _patience = TimeSpan.FromSeconds(1.5);
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(mute, hanging, good)));
        Assert.Contains("Range: bytes=", Assert.Single(good.Requests), StringComparison.OrdinalIgnoreCase);
        string says = (await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync("other.bin", mute))).Message;
        Assert.Contains("nothing came for 1.5 s", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirections_are_followed()
    {
        using var good = new LoopbackServer(Content);
        using var elsewhere = new LoopbackServer([], new Answer { Status = 302, Location = good.Address + "moved" });
        Assert.Equal(Content, File.ReadAllBytes(await FetchAsync(elsewhere)));
        Assert.StartsWith("GET /moved ", good.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_network_one_line_says_where_to_put_the_file()
    {
        Uri nobody;
        using (var gone = new LoopbackServer([])) nobody = gone.Address;
        using var downloader = new Downloader(_folder.Path, mirror: "");
        var file = new DataFile("shakes", "set.bin", Length, Sha256.Of(Content), new Uri(nobody, "set.bin"));
        string says = (await Assert.ThrowsAsync<DownloadFailedException>(() => downloader.FetchAsync(file))).Message;
        string path = Path.Combine(_folder.Path, "set.bin");
        Assert.Equal($"shakes cannot be downloaded: {nobody.Authority}: no connection (is there a network?). Without a network, get {nobody}set.bin "
            + $"elsewhere and save it as {path} (300,000 bytes; its checksum is verified).", says);

        File.WriteAllBytes(path, Content);
        Assert.Equal(path, await downloader.FetchAsync(file));
        File.WriteAllBytes(path, Content[1..]);
        Assert.Equal($"{path}: this is not shakes's file: expected 300,000 bytes with SHA-256 {file.Sha256}, found 299,999 bytes. "
            + "Hint: delete it, and it is downloaded again.", (await Assert.ThrowsAsync<BadFileException>(() => downloader.FetchAsync(file))).Message);
        File.WriteAllBytes(path, new byte[Length]);
        Assert.Contains($"found SHA-256 {Sha256.Of(new byte[Length])}",
            (await Assert.ThrowsAsync<BadFileException>(() => downloader.FetchAsync(file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_keeps_what_has_arrived()
    {
        using var hanging = new LoopbackServer(Content, new Answer { HangAfter = 200_000 });
        using var stop = new CancellationTokenSource();
        using var downloader = new Downloader(_folder.Path, mirror: "");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloader.FetchAsync(
            FileAt("set.bin", hanging), p => stop.CancelAfter(p.Received >= 200_000 ? 0 : -1), stop.Token));
        Assert.Equal(Content[..200_000], File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task Of_several_that_want_a_file_at_once_one_downloads_it()
    {
        using var server = new LoopbackServer(Content);
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => FetchAsync(server))));
        Assert.All(paths, path => Assert.Equal(Content, File.ReadAllBytes(path)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task One_place_can_be_asked_instead_of_the_mirrors()
    {
        using var mirrors = new LoopbackServer(Content);
        using var school = new LoopbackServer(Content);
        using var downloader = new Downloader(_folder.Path, mirror: school.Address + "data");
        Assert.Equal(Content, File.ReadAllBytes(await downloader.FetchAsync(FileAt("set.bin", mirrors))));
        Assert.Empty(mirrors.Requests);
        Assert.StartsWith("GET /data/set.bin ", school.Requests[0], StringComparison.Ordinal);
        Assert.Contains("LONGHAND_MIRROR: expected an address", Assert.Throws<ArgumentException>(() => new Downloader(mirror: "data/")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        using var server = new LoopbackServer(Content);
        using var downloader = new Downloader(Path.Combine(file, "cache"), mirror: "");
        await Assert.ThrowsAsync<WriteFailedException>(() => downloader.FetchAsync(FileAt("set.bin", server)));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("/elsewhere", null, null, false, "/elsewhere")]
    [InlineData(null, null, null, false, "/home/a/.cache/longhand")]
    [InlineData(null, "/var/cache", null, false, "/var/cache/longhand")]
    [InlineData(null, "not/rooted", null, false, "/home/a/.cache/longhand")]
    [InlineData("", "", null, true, "/home/a/Library/Caches/longhand")]
    [InlineData(null, "/var/cache", "/local", false, "/local/longhand")]
    public void The_cache_is_where_the_system_wants_it(string? named, string? xdg, string? windows, bool isMac, string expected)
    {
        string found = DataCache.FolderFor(name => name == "LONGHAND_CACHE" ? named : name == "XDG_CACHE_HOME" ? xdg : null, "/home/a", windows, isMac);
        Assert.Equal(Path.GetFullPath(expected), Path.GetFullPath(found));
    }

    [Fact]
    public void Known_files_have_names_lengths_checksums_and_secure_mirrors()
    {
        DataFile[] all = [TinyShakespeare.File, .. Mnist.Files];
        Assert.Equal(all.Length, all.Select(f => f.Name).Distinct().Count());
        Assert.All(all, file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.Equal(Path.GetFileName(file.Name), file.Name);
            Assert.True(file.Mirrors.Count >= 2);
            Assert.All(file.Mirrors, mirror => Assert.Equal("https", mirror.Scheme));
        });
    }

    [Fact]
    public void A_file_that_could_not_be_kept_or_found_is_refused()
    {
        string sha256 = Sha256.Of(Content);
        Uri somewhere = new("https://example.org/x");
        foreach (string name in new[] { "", "..", "../x", "/etc/x", "a\\b", "C:x" })
        {
            Assert.Contains("without folders", Message(() => new DataFile("set", name, 1, sha256, somewhere)), StringComparison.Ordinal);
        }
        Assert.Contains("64 lowercase", Message(() => new DataFile("set", "x", 1, sha256.ToUpperInvariant(), somewhere)), StringComparison.Ordinal);
        Assert.Contains("at least one mirror", Message(() => new DataFile("set", "x", 1, sha256)), StringComparison.Ordinal);
        Assert.Contains("http or https", Message(() => new DataFile("set", "x", 1, sha256, new Uri("file:///x"))), StringComparison.Ordinal);

        static string Message(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
    }

    private string Part => Path.Combine(_folder.Path, "set.bin.part");

    private Task<string> FetchAsync(params LoopbackServer[] mirrors) => FetchAsync("set.bin", mirrors);

    private async Task<string> FetchAsync(string name, params LoopbackServer[] mirrors)
    {
        using var downloader = new Downloader(_folder.Path, _patience, mirror: "");
        return await downloader.FetchAsync(FileAt(name, mirrors), progress =>
        {
            lock (_progress) _progress.Add(progress);
        });
    }

    private static DataFile FileAt(string name, params LoopbackServer[] mirrors) =>
        new("set", name, Length, Sha256.Of(Content), [.. mirrors.Select(m => new Uri(m.Address, name))]);
}
