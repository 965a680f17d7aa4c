namespace Longhand.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">What is being downloaded.</param>
/// <param name="Received">Bytes that have arrived, those of an earlier try included.</param>
/// <param name="Host">Where from; null while another program downloads the same file and this one waits for it.</param>
public readonly record struct DownloadProgress(DataFile File, long Received, string? Host);

/// <summary>
/// A file could not be had from anywhere. The message is one line: what was tried, and where to put the file without a network.
/// </summary>
public sealed class DownloadFailedException(string message) : Exception(message);

/// <summary>One source did not deliver; the next may. The message is the reason in a few words.</summary>
internal sealed class SourceFailedException(string reason, Exception? inner = null) : Exception(reason, inner);
