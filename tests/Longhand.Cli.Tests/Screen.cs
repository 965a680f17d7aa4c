using System.Text.RegularExpressions;

namespace Longhand.Cli.Tests;

/// <summary>What a terminal would show after some output: text, line ends, cursor up, and clearing to the end of the screen.</summary>
internal static partial class Screen
{
    public static string[] Of(string output)
    {
        var lines = new List<string> { "" };
        int row = 0, column = 0;
        foreach (Match token in Token().Matches(output))
        {
            string text = token.Value;
            if (text == "\n")
            {
                (row, column) = (row + 1, 0);
                if (row == lines.Count)
                {
                    lines.Add("");
                }
            }
            else if (text == "\r")
            {
                column = 0;
            }
            else if (text.StartsWith("\u001b[", StringComparison.Ordinal))
            {
                switch (text[^1])
                {
                    case 'A':
                        row -= int.Parse(text[2..^1]);
                        break;
                    case 'J':
                        lines.RemoveRange(row + 1, lines.Count - row - 1);
                        lines[row] = lines[row][..column];
                        break;
                }
            }
            else
            {
                lines[row] = lines[row].PadRight(column)[..column] + text + lines[row][Math.Min(lines[row].Length, column + text.Length)..];
                column += text.Length;
            }
        }
        return [.. lines];
    }

    [GeneratedRegex(@"\n|\r|\u001b\[[?0-9;]*[A-Za-z]|[^\n\r\u001b]+")]
    private static partial Regex Token();
}
