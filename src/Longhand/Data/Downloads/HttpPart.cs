using System.Net;
using System.Net.Http.Headers;
using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// One request that carries a partly received file on: it asks for the bytes after those already there (Range, RFC 9110 §14), and
/// begins again if the server sends all of them. Never more than the expected length is written, and a server that sends nothing
/// for a while is given up. What has arrived stays in the file, unless the server shows that it has another one.
/// </summary>
internal sealed class HttpPart(HttpClient client, TimeSpan patience)
{
    /// <summary>Receives what is missing at the end of <paramref name="part"/>.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="part">Written at its end; cut to nothing if the server does not resume.</param>
    /// <param name="length">The bytes that the whole file has.</param>
    /// <param name="received">Told how many there are after each piece.</param>
    /// <param name="cancel">Stops between two pieces.</param>
    /// <exception cref="SourceFailedException">The source did not deliver all of it.</exception>
    /// <exception cref="WriteFailedException">The disk did not take it.</exception>
    public async Task ReceiveAsync(Uri source, FileStream part, long length, Action<long> received, CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, source);
            if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            Place(response, part, length);
            received(part.Length);
            await using Stream body = await response.Content.ReadAsStreamAsync(silence.Token);
            byte[] piece = new byte[1 << 16];
            while (true)
            {
                silence.CancelAfter(patience);
                int count = await body.ReadAsync(piece, silence.Token);
                if (count == 0) break;
                if (part.Length + count > length) throw TooLong(part, length);
                WriteFailedException.Guard(part.Name, () => part.Write(piece, 0, count));
                received(part.Length);
            }
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new SourceFailedException(FormattableString.Invariant($"nothing came for {patience.TotalSeconds:0.#} s"), e);
        }
        catch (HttpRequestException e)
        {
            throw new SourceFailedException(Reason(e), e);
        }
        catch (IOException e) when (e is not WriteFailedException)
        {
            throw new SourceFailedException(Broken(part.Length, length), e);
        }
        if (part.Length < length) throw new SourceFailedException(Broken(part.Length, length));
    }

    // Stands at the place in the file where the body of this answer begins.
    private static void Place(HttpResponseMessage response, FileStream part, long length)
    {
        bool resumes = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length;
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable))
            throw new SourceFailedException(FormattableString.Invariant($"the server says {(int)response.StatusCode}"));
        if (!resumes) WriteFailedException.Guard(part.Name, () => part.SetLength(0));
        if (response.StatusCode != HttpStatusCode.OK && !resumes) throw new SourceFailedException("the server cannot go on from there");
        part.Position = part.Length;
        if (part.Length + response.Content.Headers.ContentLength > length) throw TooLong(part, length);
    }

    // Whatever it is, it is another file, so none of it is worth carrying on.
    private static SourceFailedException TooLong(FileStream part, long length)
    {
        WriteFailedException.Guard(part.Name, () => part.SetLength(0));
        return new SourceFailedException(FormattableString.Invariant($"it sends more than the {length:N0} bytes expected"));
    }

    private static string Broken(long received, long length) =>
        FormattableString.Invariant($"the connection ended after {received:N0} of {length:N0} bytes");

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host is not found (is there a network?)",
        HttpRequestError.ConnectionError => "no connection (is there a network?)",
        HttpRequestError.SecureConnectionError => "no secure connection",
        HttpRequestError.ProxyTunnelError => "the proxy refuses",
        _ => BorderText.OneLine(e.Message.TrimEnd('.'), 200),
    };
}
