using Longhand.Cli.Display;
using Longhand.Data;

namespace Longhand.Cli.Tests;

/// <summary>Texts that have a name. Nothing here reaches the internet: port 1 of this machine answers nobody.</summary>
public sealed class DataSetsTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private const string Nowhere = "http://127.0.0.1:1";

    [Theory]
    [InlineData("train")]
    [InlineData("eval")]
    public void Without_a_network_one_line_says_where_the_file_goes(string verb)
    {
        string cache = Path.Combine(run.Home, $"cache of {verb}");
        Cli.Result result = Run(cache, verb == "eval" ? ["eval", run.Run, "tinyshakespeare"] : ["train", "tinyshakespeare", "--out", Path.Combine(run.Home, "none")]);
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Equal("longhand: tinyshakespeare cannot be downloaded: 127.0.0.1:1: no connection (is there a network?). Without a network, get "
            + $"{TinyShakespeare.File.Mirrors[0]} elsewhere and save it as {Path.Combine(cache, "tinyshakespeare.txt")} "
            + "(1,115,394 bytes; its checksum is verified).", Assert.Single(result.ErrorLines));
        Assert.Empty(result.Out);
        Assert.False(Directory.Exists(Path.Combine(run.Home, "none")));
    }

    [Fact]
    public void A_file_put_there_by_hand_is_verified()
    {
        string cache = Directory.CreateDirectory(Path.Combine(run.Home, "by hand")).FullName;
        File.WriteAllText(Path.Combine(cache, "tinyshakespeare.txt"), "To be, or not to be");
        Cli.Result result = Run(cache, "train", "tinyshakespeare");
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("this is not tinyshakespeare's file: expected 1,115,394 bytes with SHA-256 86c4e6aa", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tinyshakespear", "there is no such file or folder. Did you mean tinyshakespeare?")]
    [InlineData("bible.txt", "there is no such file or folder. Data sets with a name: fables, tinyshakespeare.")]
    [InlineData("mnist", "there is no such file or folder. mnist is a set of pictures, and this needs a text. Hint: longhand lab digits --data mnist.")]
    [InlineData("./tinyshakespeare", "there is no such file or folder.")]
    public void An_unknown_path_names_the_data_sets(string source, string says)
    {
        Cli.Result result = Run(run.Home, "train", source);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal($"longhand: {source}: {says}", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void A_mirror_is_an_address()
    {
        Cli.Result result = Cli.Run([("LONGHAND_MIRROR", "mirror.txt"), ("LONGHAND_CACHE", run.Home)], "train", "tinyshakespeare");
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("LONGHAND_MIRROR: expected an address that begins with http:// or https://, found \"mirror.txt\".", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_gets_a_line_for_each_place_and_a_program_objects()
    {
        DownloadProgress[] steps = [At(0, null), At(0, null), At(0, "a.org"), At(60_000, "a.org"), At(60_000, "b.org"), At(TinyShakespeare.File.Length, "b.org")];
        (string data, string messages) = Shown(OutputMode.Plain, steps);
        Assert.Empty(data);
        Assert.Equal(
        [
            "Another program is downloading tinyshakespeare.txt; waiting for it…",
            "Downloading tinyshakespeare.txt, 1.1 MB, from a.org…",
            "Downloading tinyshakespeare.txt, 1.1 MB, from b.org; 60 kB are here already…",
            $"Downloaded tinyshakespeare.txt, 1.1 MB, from b.org. It is kept in {DataCache.Folder}",
        ], messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        (data, messages) = Shown(OutputMode.Json, steps);
        Assert.Empty(messages);
        string[] lines = data.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"event":"download","file":"tinyshakespeare.txt","received":0,"total":1115394,"host":null}""", lines[0]);
        Assert.Equal("""{"event":"download","file":"tinyshakespeare.txt","received":1115394,"total":1115394,"host":"b.org"}""", lines[^1]);

        static DownloadProgress At(long received, string? host) => new(TinyShakespeare.File, received, host);
    }

    private static (string Data, string Messages) Shown(OutputMode mode, DownloadProgress[] steps)
    {
        StringWriter data = new() { NewLine = "\n" }, messages = new() { NewLine = "\n" };
        using (var view = new DownloadView(new Output(mode, data, messages), TimeProvider.System)) Array.ForEach(steps, view.Show);
        return (data.ToString(), messages.ToString());
    }

    private static Cli.Result Run(string cache, params string[] args) => Cli.Run([("LONGHAND_CACHE", cache), ("LONGHAND_MIRROR", Nowhere)], args);
}
