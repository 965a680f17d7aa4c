using Spectre.Console;

namespace Longhand.Cli.Display;

/// <summary>
/// Tells on standard error how far a long evaluation is: at a terminal in a line that redraws itself and goes at the end, in a log in
/// one line once it is clear that it takes long, to programs not at all.
/// </summary>
internal sealed class MeasuringLine(Output output) : IDisposable
{
    // How many reports a wait of about three seconds has.
    private const int Patience = 10;

    private readonly bool _isTerminal = output.Mode == OutputMode.Live && !Console.IsErrorRedirected && AnsiConsole.Profile.Capabilities.Ansi;
    private int _reports;

    /// <summary>So many predictions are made, of so many.</summary>
    public void Show(int done, int total)
    {
        _reports++;
        if (_isTerminal)
        {
            output.Messages.Write($"\r{Summary.Measuring(total)}… {Display.Show.Percent((double)done / total)}");
        }
        else if (_reports == Patience && output.Mode != OutputMode.Json)
        {
            output.Messages.WriteLine($"{Summary.Measuring(total)}…");
        }
    }

    public void Dispose()
    {
        if (_isTerminal && _reports > 0)
        {
            output.Messages.Write("\r\u001b[K");
        }
    }
}
