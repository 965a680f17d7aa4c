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
    private const int KeptComplaint = 400;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeSpan _patience;
    private readonly StringBuilder _complaints = new();

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
        // Read all the time, or a peer with much to complain about would wait for ever with its pipe full.
        _process.ErrorDataReceived += (_, line) => Complain(line.Data);
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>False once it cannot be asked any more. An answer that tells of an error leaves it alive.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Sends the object whose members <paramref name="request"/> adds, and returns the answer.</summary>
    /// <exception cref="PeerException">No answer came, or none that makes sense, or it tells of an error.</exception>
    public async Task<JsonElement> AskAsync(string what, Action<Utf8JsonWriter> request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            var line = new StringWriter { NewLine = "\n" };
            JsonLine.Write(line, json =>
            {
                json.WriteString("do", what);
                request(json);
            });
            await _process.StandardInput.WriteAsync(line.ToString().AsMemory(), limit.Token);
            await _process.StandardInput.FlushAsync(limit.Token);
            string answer = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw await EndedAsync(what);
            JsonElement root = Parse(what, answer);
            return root.TryGetProperty("error", out JsonElement error)
                ? throw new PeerException($"{Name} failed at \"{what}\": {Shortened(error.ToString())}", isFatal: false)
                : root;
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

    public void Dispose()
    {
        Kill();
        _process.Dispose();
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
        throw new PeerException($"{Name} answered \"{Shortened(answer)}\" to \"{what}\", which is no JSON object.");
    }

    private async Task<PeerException> EndedAsync(string what)
    {
        // Its last words tell why, so it may speak them; a process that only closed its end is not waited for.
        await Task.WhenAny(_process.WaitForExitAsync(CancellationToken.None), Task.Delay(s_lastWords, CancellationToken.None));
        Kill();
        string words;
        lock (_complaints)
        {
            words = Shortened(_complaints.ToString());
        }
        string reason = words.Length > 0 ? $"; its last words: {words}" : ".";
        return new PeerException($"{Name} ended in the middle of \"{what}\"{reason}");
    }

    private void Complain(string? line)
    {
        lock (_complaints)
        {
            _complaints.Append(line).Append(' ');
            _complaints.Remove(0, Math.Max(0, _complaints.Length - KeptComplaint));
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

    private static string Shortened(string text)
    {
        text = Show.Harmless(text).Trim();
        return text.Length <= 160 ? text : $"…{text[^160..]}";
    }
}
