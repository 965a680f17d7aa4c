using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>
/// Another library in a process of its own, which answers one JSON object to each line of JSON and in between waits in a read,
/// without using the processor. After any failure, and when a wait is cancelled, the process is killed and every further request fails.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private const int LongestLine = 1 << 20, KeptComplaint = 400;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeSpan _patience;
    private readonly BoundedLines _answers;
    private readonly StringBuilder _complaints = new();
    private readonly Task _listening;

    /// <param name="name">For messages: "PyTorch".</param>
    /// <param name="command">The program, its arguments and environment.</param>
    /// <param name="patience">How long one answer may take.</param>
    /// <exception cref="PeerException">There is no such program.</exception>
    public PeerProcess(string name, ProcessStartInfo command, TimeSpan patience)
    {
        (Name, _patience) = (name, patience);
        command.RedirectStandardInput = command.RedirectStandardOutput = command.RedirectStandardError = true;
        command.StandardInputEncoding = command.StandardOutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        try
        {
            _process = Process.Start(command)!;
        }
        catch (Win32Exception)
        {
            throw new PeerException($"{name}: {command.FileName} cannot be started.");
        }
        _answers = new BoundedLines(_process.StandardOutput, LongestLine);
        // Read all the time, or a peer with much to complain about would wait for ever with its pipe full.
        _listening = ListenAsync(_process.StandardError);
    }

    public string Name { get; }

    /// <summary>The operating system's number for it.</summary>
    public int Id => _process.Id;

    /// <summary>False once it cannot be asked any more. An answer that tells of an error leaves it alive.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Sends the object whose members <paramref name="request"/> adds, and returns the answer.</summary>
    /// <exception cref="PeerException">No answer came, or none that makes sense, or it tells of an error.</exception>
    public Task<JsonElement> AskAsync(string what, Action<Utf8JsonWriter> request, CancellationToken cancel) => InTimeAsync(what, async stop =>
    {
        var line = new StringWriter { NewLine = "\n" };
        JsonLine.Write(line, json =>
        {
            json.WriteString("do", what);
            request(json);
        });
        await _process.StandardInput.WriteAsync(line.ToString().AsMemory(), stop);
        await _process.StandardInput.FlushAsync(stop);
        JsonElement root = Parse(what, await _answers.ReadAsync(stop) ?? throw await EndedAsync(what));
        return root.TryGetProperty("error", out JsonElement error)
            ? throw new PeerException($"{Name} failed at \"{what}\": {ForeignText.LastWords(error.ToString())}", isFatal: false)
            : root;
    }, cancel);

    /// <summary>Asks nothing, but lets a program that ends by itself do so, and returns the first line that it printed.</summary>
    /// <param name="what">What it was started for.</param>
    /// <param name="cancel">Kills it.</param>
    /// <exception cref="PeerException">It took too long, or ended with an exit code other than 0.</exception>
    public Task<string> RunToEndAsync(string what, CancellationToken cancel) => InTimeAsync(what, async stop =>
    {
        _process.StandardInput.Close();
        string first = await _answers.ReadAsync(stop) ?? "";
        while (await _answers.ReadAsync(stop) is not null)
        {
            // What else it says is read, so that it need not wait, and forgotten.
        }
        await _process.WaitForExitAsync(stop);
        return _process.ExitCode == 0 ? first : throw await EndedAsync(what);
    }, cancel);

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task<T> InTimeAsync<T>(string what, Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            return await work(limit.Token);
        }
        catch (InvalidDataException problem)
        {
            Kill();
            throw new PeerException($"{Name} gave no answer to \"{what}\" that can be read: {problem.Message}; it was ended.");
        }
        catch (IOException)
        {
            throw await EndedAsync(what);
        }
        catch (Exception problem) when (problem is OperationCanceledException or PeerException { IsFatal: true })
        {
            Kill();
            cancel.ThrowIfCancellationRequested();
            throw problem as PeerException ?? new PeerException(FormattableString.Invariant(
                $"{Name} gave no answer to \"{what}\" within {_patience.TotalSeconds:N0} seconds; it was ended."));
        }
    }

    private JsonElement Parse(string what, string answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement.Clone();
            if (root.ValueKind == JsonValueKind.Object)
            {
                return root;
            }
        }
        catch (JsonException)
        {
            // Told below, together with JSON that is no object.
        }
        throw new PeerException($"{Name} answered \"{ForeignText.LastWords(answer)}\" to \"{what}\", which is no JSON object.");
    }

    private async Task<PeerException> EndedAsync(string what)
    {
        // Its last words tell why, so it may speak them; a process that only closed its end is not waited for.
        Task end = Task.WhenAll(_process.WaitForExitAsync(CancellationToken.None), _listening);
        await Task.WhenAny(end, Task.Delay(s_lastWords, CancellationToken.None));
        Kill();
        string words;
        lock (_complaints)
        {
            words = ForeignText.LastWords(_complaints.ToString());
        }
        string reason = words.Length > 0 ? $"; its last words: {words}" : ".";
        return new PeerException($"{Name} ended in the middle of \"{what}\"{reason}");
    }

    private async Task ListenAsync(StreamReader errors)
    {
        char[] heard = new char[1024];
        try
        {
            int count;
            while ((count = await errors.ReadAsync(heard)) > 0)
            {
                lock (_complaints)
                {
                    _complaints.Append(heard, 0, count);
                    _complaints.Remove(0, Math.Max(0, _complaints.Length - KeptComplaint));
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The process is being given up; nobody asks for its last words.
        }
    }

    private void Kill()
    {
        IsAlive = false;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It is gone already.
        }
    }
}
