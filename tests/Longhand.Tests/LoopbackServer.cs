using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Longhand.Tests;

/// <summary>
/// A web server on this machine that serves one content, well or badly: each request is answered by the next of the given answers, the
/// last one over and over. It speaks just enough HTTP/1.1, and closes after every answer.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    /// <summary>What a server may do.</summary>
    internal sealed record Answer
    {
        public int Status { get; init; } = 200;

        /// <summary>Whether it answers a Range with 206 and the rest.</summary>
        public bool Resumes { get; init; } = true;

        /// <summary>Cuts the connection after so many bytes of the body.</summary>
        public int CutAfter { get; init; } = int.MaxValue;

        /// <summary>Sends nothing more after so many bytes of the body, and keeps the connection open.</summary>
        public int HangAfter { get; init; } = int.MaxValue;

        /// <summary>Whether it says how long the body is.</summary>
        public bool SaysLength { get; init; } = true;

        /// <summary>Where it sends the client instead.</summary>
        public string? Location { get; init; }
    }

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _content;
    private readonly Answer[] _answers;
    private readonly List<string> _requests = [];

    public LoopbackServer(byte[] content, params Answer[] answers)
    {
        (_content, _answers) = (content, answers.Length > 0 ? answers : [new Answer()]);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new(FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));

    /// <summary>The heads of the requests so far.</summary>
    public string[] Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = Task.Run(() => AnswerAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                string head = await HeadAsync(stream);
                Answer answer;
                lock (_requests)
                {
                    answer = _answers[Math.Min(_requests.Count, _answers.Length - 1)];
                    _requests.Add(head);
                }
                await SendAsync(stream, head, answer);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client went away, as some tests want it to.
            }
        }
    }

    private async Task SendAsync(NetworkStream stream, string head, Answer answer)
    {
        int from = 0, status = answer.Status;
        int range = head.IndexOf("Range: bytes=", StringComparison.OrdinalIgnoreCase);
        if (range >= 0 && answer.Resumes && status == 200)
        {
            string digits = string.Concat(head[(range + "Range: bytes=".Length)..].TakeWhile(char.IsAsciiDigit));
            from = int.Parse(digits, CultureInfo.InvariantCulture);
            status = from < _content.Length ? 206 : 416;
        }
        byte[] body = status is 200 or 206 ? _content[from..] : [];
        var answerHead = new StringBuilder(FormattableString.Invariant($"HTTP/1.1 {status} x\r\nConnection: close\r\n"));
        if (answer.SaysLength) answerHead.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        if (status == 206) answerHead.Append(CultureInfo.InvariantCulture, $"Content-Range: bytes {from}-{_content.Length - 1}/{_content.Length}\r\n");
        if (answer.Location is not null) answerHead.Append(CultureInfo.InvariantCulture, $"Location: {answer.Location}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answerHead.Append("\r\n").ToString()), _end.Token);
        int count = Math.Min(body.Length, Math.Min(answer.CutAfter, answer.HangAfter));
        await stream.WriteAsync(body.AsMemory(0, count), _end.Token);
        if (count == answer.HangAfter) await Task.Delay(Timeout.Infinite, _end.Token);
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _end.Token) == 1) head.Append((char)one[0]);
        return head.ToString();
    }
}
