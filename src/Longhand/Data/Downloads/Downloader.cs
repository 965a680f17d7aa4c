using System.Net.Http.Headers;
using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// Gets a file into a folder, once: from the folder if it is there, else from the first of its mirrors that delivers. What arrives goes
/// into a file with the ending .part, which a later try or a later run carries on; only when all of it is there and its SHA-256 is
/// right does it take the file's name, in one step. Several programs may want the same file at once: one downloads, the others wait.
/// <para>
/// A file that somebody put there by hand is as good as a downloaded one: it is verified each time, and costs no network.
/// </para>
/// <para>Left out: several files at once, and asking anybody before downloading.</para>
/// </summary>
public sealed class Downloader : IDisposable
{
    /// <summary>The variable that names one place to ask instead of the mirrors: its address and a file's name make the whole address.</summary>
    public const string MirrorVariable = "LONGHAND_MIRROR";

    // A mirror that delivered something before it failed is asked again, so often.
    private const int Tries = 3;

    private readonly HttpClient _client;
    private readonly HttpPart _http;
    private readonly string _folder;
    private readonly Uri? _instead;

    /// <param name="folder">Where files are kept; made when needed. Null: <see cref="DataCache.Folder"/>.</param>
    /// <param name="patience">How long a server may send nothing. Null: half a minute.</param>
    /// <param name="mirror">One place to ask instead of a file's mirrors. Null: what <see cref="MirrorVariable"/> says.</param>
    /// <exception cref="ArgumentException">The mirror is no http or https address.</exception>
    public Downloader(string? folder = null, TimeSpan? patience = null, string? mirror = null)
    {
        TimeSpan wait = patience ?? TimeSpan.FromSeconds(30);
        _folder = Path.GetFullPath(folder ?? DataCache.Folder);
        _instead = Address(mirror ?? Environment.GetEnvironmentVariable(MirrorVariable));
        // The silence is timed piece by piece; a limit on the whole would fail on slow lines.
        var handler = new SocketsHttpHandler { ConnectTimeout = wait, MaxAutomaticRedirections = 5 };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("longhand", "1"));
        // A compressed answer could neither be resumed nor counted.
        _client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        _http = new HttpPart(_client, wait);
    }

    /// <summary>Where a file is or will be.</summary>
    public string PathOf(DataFile file) => Path.Combine(_folder, file.Name);

    /// <summary>The path of the file, whole and verified.</summary>
    /// <param name="file">What is wanted.</param>
    /// <param name="progress">Told of every piece that arrives, on the thread that downloads; not called when the file is there already.</param>
    /// <param name="cancel">Stops; what has arrived is kept.</param>
    /// <exception cref="BadFileException">A file of this name is there, and is another one.</exception>
    /// <exception cref="DownloadFailedException">No mirror delivered it.</exception>
    /// <exception cref="WriteFailedException">The folder cannot be written to.</exception>
    public async Task<string> FetchAsync(DataFile file, Action<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        string path = PathOf(file);
        if (IsThere(file, path)) return path;
        WriteFailedException.Guard(_folder, () => Directory.CreateDirectory(_folder));
        using IDisposable held = await DownloadLock.TakeAsync(
            path, () => progress?.Invoke(new DownloadProgress(file, 0, Host: null)), cancel);
        if (IsThere(file, path)) return path;                    // whoever held the lock has brought it
        string part = path + ".part";
        var problems = new List<(string Host, string Reason)>();
        foreach (Uri source in _instead is null ? file.Mirrors : [new Uri(_instead, file.Name)])
        {
            if (await TryAsync(file, source, part, problems, progress, cancel))
            {
                WriteFailedException.Guard(path, () => File.Move(part, path, overwrite: true));
                return path;
            }
        }
        throw Failed(file, path, problems);
    }

    public void Dispose() => _client.Dispose();

    // One line; hosts that failed in the same way share a reason, as all do without a network.
    private static DownloadFailedException Failed(DataFile file, string path, List<(string Host, string Reason)> problems)
    {
        IEnumerable<string> reasons = problems.GroupBy(p => p.Reason, p => p.Host).Select(hosts => $"{string.Join(", ", hosts)}: {hosts.Key}");
        string line = $"{file.Set} cannot be downloaded: {string.Join("; ", reasons)}. Without a network, get {file.Mirrors[0]} elsewhere "
            + FormattableString.Invariant($"and save it as {path} ({file.Length:N0} bytes; its checksum is verified).");
        return new DownloadFailedException(BorderText.OneLine(line, 2000));
    }

    private static bool IsThere(DataFile file, string path)
    {
        if (!Path.Exists(path)) return false;
        file.Verify(path);
        return true;
    }

    // Whether the part is now whole and right. A part that was carried on and is wrong may have been begun from something else:
    // it is thrown away, and the same source asked for all of it.
    private async Task<bool> TryAsync(
        DataFile file, Uri source, string part, List<(string Host, string Reason)> problems,
        Action<DownloadProgress>? progress, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            long before = 0;
            string problem;
            try
            {
                using (FileStream stream = Open(part))
                {
                    if (stream.Length > file.Length) WriteFailedException.Guard(part, () => stream.SetLength(0));
                    before = stream.Length;
                    if (before < file.Length)
                    {
                        await _http.ReceiveAsync(source, stream, file.Length,
                            received => progress?.Invoke(new DownloadProgress(file, received, source.Host)), cancel);
                    }
                    WriteFailedException.Guard(part, () => stream.Flush(flushToDisk: true));
                }
                if (file.Is(part)) return true;
                problem = "what it sends has another checksum";
                WriteFailedException.Guard(part, () => File.Delete(part));
                if (before > 0 && attempt < Tries) continue;
            }
            catch (SourceFailedException e)
            {
                problem = e.Message;
                if (new FileInfo(part).Length > before && attempt < Tries) continue;
            }
            problems.Add((source.Authority, problem));
            return false;
        }
    }

    private static FileStream Open(string part)
    {
        FileStream? stream = null;
        WriteFailedException.Guard(part, () =>
            stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0));
        return stream!;
    }

    private static Uri? Address(string? mirror)
    {
        if (string.IsNullOrEmpty(mirror)) return null;
        if (Uri.TryCreate(mirror.EndsWith('/') ? mirror : mirror + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        throw new ArgumentException(
            $"{MirrorVariable}: expected an address that begins with http:// or https://, found \"{BorderText.OneLine(mirror, 100)}\".");
    }
}
