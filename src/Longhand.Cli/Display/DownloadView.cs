using System.Globalization;
using Longhand.Data;
using Spectre.Console;

namespace Longhand.Cli.Display;

/// <summary>
/// Shows a download: at a terminal as a bar that redraws itself and goes at the end, in a log as a line for each place it comes from,
/// to programs as JSON objects. Nothing is shown when nothing has to be downloaded.
/// </summary>
internal sealed class DownloadView(Output output, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly bool _isTerminal = output.Mode == OutputMode.Live && AnsiConsole.Profile.Capabilities.Ansi;
    private readonly LiveBlock _block = new(AnsiConsole.Console);
    private DownloadProgress? _last;
    private long _shown;

    public void Show(DownloadProgress progress)
    {
        bool isNews = _last is not { } last || last.Host != progress.Host || last.File != progress.File;
        bool isDue = isNews || progress.Received == progress.File.Length || clock.GetElapsedTime(_shown) >= Pause;
        _last = progress;
        if (!isDue)
        {
            return;
        }
        _shown = clock.GetTimestamp();
        if (output.Mode == OutputMode.Json)
        {
            Write(progress);
        }
        else if (_isTerminal)
        {
            _block.Show([Bar(progress)]);
        }
        else if (isNews)
        {
            output.Messages.WriteLine(Opening(progress));
        }
    }

    /// <summary>A person asked to stop.</summary>
    public void Stopped()
    {
        Remove();
        output.Messages.WriteLine("Stopped. What has arrived is kept; the next time goes on from there.");
    }

    public void Dispose()
    {
        Remove();
        if (_last is { Host: { } host } last && last.Received == last.File.Length && output.Mode != OutputMode.Json)
        {
            output.Messages.WriteLine($"Downloaded {last.File.Name}, {Size(last.File.Length)}, from {host}. It is kept in {DataCache.Folder}");
        }
    }

    /// <summary>The line of a log.</summary>
    internal static string Opening(DownloadProgress progress) => progress.Host is null
        ? Waiting(progress.File)
        : $"Downloading {progress.File.Name}, {Size(progress.File.Length)}, from {progress.Host}"
            + (progress.Received > 0 ? $"; {Size(progress.Received)} are here already" : "") + "…";

    private void Remove()
    {
        if (_isTerminal && _last is not null)
        {
            _block.Remove();
        }
    }

    private static Paragraph Bar(DownloadProgress progress)
    {
        if (progress.Host is null)
        {
            return new Paragraph(Waiting(progress.File), new Style(Color.Grey));
        }
        const int Room = 30;
        double share = (double)progress.Received / progress.File.Length;
        int filled = (int)(share * Room);
        return new Paragraph($"{progress.File.Name} ")
            .Append(new string('━', filled), new Style(Color.Green))
            .Append(new string('─', Room - filled), new Style(Color.Grey))
            .Append($" {Display.Show.Percent(share)} of {Size(progress.File.Length)} ")
            .Append(progress.Host, new Style(Color.Grey));
    }

    private static string Waiting(DataFile file) => $"Another program is downloading {file.Name}; waiting for it…";

    // As networks and disks count: a megabyte is a million bytes.
    private static string Size(long bytes) => bytes < 100_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private void Write(DownloadProgress progress) => JsonLine.Write(output.Data, json =>
    {
        json.WriteString("event", "download");
        json.WriteString("file", progress.File.Name);
        json.WriteNumber("received", progress.Received);
        json.WriteNumber("total", progress.File.Length);
        json.WriteString("host", progress.Host);
    });
}
