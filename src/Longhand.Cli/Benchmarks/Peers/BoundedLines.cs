using System.Text;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>The lines that another program writes, none longer than a limit: one that has gone wrong must not fill this program's memory.</summary>
/// <param name="reader">Where they come from.</param>
/// <param name="longest">How many characters a line may have.</param>
internal sealed class BoundedLines(TextReader reader, int longest)
{
    private readonly char[] _buffer = new char[4096];
    private int _start, _end;

    /// <returns>The next line without its end; null after the last.</returns>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await reader.ReadAsync(_buffer, cancel));
                if (_end == 0)
                {
                    return line.Length > 0 ? line.ToString() : null;
                }
            }
            int end = Array.IndexOf(_buffer, '\n', _start, _end - _start);
            int taken = (end < 0 ? _end : end) - _start;
            if (line.Length + taken > longest)
            {
                throw new InvalidDataException(FormattableString.Invariant($"a line has more than {longest:N0} characters"));
            }
            line.Append(_buffer, _start, taken);
            _start += end < 0 ? taken : taken + 1;
            if (end >= 0)
            {
                return line.ToString();
            }
        }
    }
}
