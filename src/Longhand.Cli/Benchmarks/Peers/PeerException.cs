namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>A peer that could not be started, died, was silent too long, or answered an error or what is no answer. The message is one sentence.</summary>
internal sealed class PeerException(string message, bool isFatal = true) : Exception(message)
{
    /// <summary>Whether the peer cannot be asked anything any more.</summary>
    public bool IsFatal => isFatal;
}
