using Spectre.Console;

namespace Longhand.Cli.Display;

/// <summary>
/// Tells on standard error what a long piece of work is doing and about how long the rest takes: at a terminal in a line that redraws
/// itself, in a log in lines, to programs not at all.
/// </summary>
internal sealed class RemainingLine(Output output) : IDisposable
{
    private readonly bool _isTerminal = output.Mode == OutputMode.Live && !Console.IsErrorRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>What comes now, and how many seconds all that is left takes; not a number when that is not known yet.</summary>
    public void Show(string what, double seconds)
    {
        if (output.Mode == OutputMode.Json)
        {
            return;
        }
        string line = double.IsNaN(seconds) ? $"{what}…" : $"{what}… about {Display.Show.Clock(seconds)} left";
        output.Messages.Write(_isTerminal ? $"\r\u001b[K{line}" : $"{line}\n");
    }

    /// <summary>Takes the line away, so that something else can be written in its place.</summary>
    public void Clear()
    {
        if (_isTerminal)
        {
            output.Messages.Write("\r\u001b[K");
        }
    }

    public void Dispose() => Clear();
}
