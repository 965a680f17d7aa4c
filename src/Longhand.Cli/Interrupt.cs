using System.Runtime.InteropServices;

namespace Longhand.Cli;

/// <summary>
/// Ctrl-C, a polite kill, or a reader that closed the pipe (| head). The first asks the verb to come to a good end through
/// <see cref="Token"/>; another Ctrl-C ends the program at once, which is safe because files are only ever replaced whole.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _source.Token;

    /// <summary>Called once, from another thread, when a person asked to stop.</summary>
    public Action? Announce { get; set; }

    /// <summary>Called, from another thread, when a person asked again and the program is about to end at once.</summary>
    public Action? Abandon { get; set; }

    /// <summary>Asks to stop without telling anyone: nobody is reading any more.</summary>
    public void ReaderGone() => _source.Cancel();

    public void Dispose()
    {
        Array.ForEach(_registrations, r => r.Dispose());
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_source.IsCancellationRequested)
        {
            Announce?.Invoke();
            _source.Cancel();
            return;
        }
        Abandon?.Invoke();
        if (!Console.IsOutputRedirected)
        {
            // The live display hides it.
            Console.CursorVisible = true;
        }
        Environment.Exit(ExitCode.Stopped);
    }
}
