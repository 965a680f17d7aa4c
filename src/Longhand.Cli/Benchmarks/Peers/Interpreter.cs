using System.Diagnostics;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>Which Python to ask: the one that was named, by --python or by the variable, or the usual ones.</summary>
internal static class Interpreter
{
    /// <summary>Names the Python interpreter, as --python does.</summary>
    public const string Variable = "LONGHAND_PYTHON";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The interpreters to try, in order. A version manager's may hide the system's, which has the packages.</summary>
    public static string[] Usual => OperatingSystem.IsWindows() ? ["python", "py"] : ["python3", "/usr/bin/python3"];

    /// <summary>One that was named must be there, which is better known before anything is measured.</summary>
    /// <param name="flag">What --python names; it goes before the variable.</param>
    /// <param name="cancel">Stops asking it.</param>
    /// <returns>Its path; null when none was named.</returns>
    /// <exception cref="UsageException">It cannot be started, or is no Python 3.</exception>
    public static async Task<string?> NamedAsync(string? flag, CancellationToken cancel)
    {
        if ((flag ?? Environment.GetEnvironmentVariable(Variable)) is not { Length: > 0 } path)
        {
            return null;
        }
        string who = $"bench: the Python interpreter {ForeignText.Line(path)}{(flag is null ? $", which {Variable} names," : "")}";
        string answer;
        try
        {
            using var process = new PeerProcess("Python", new ProcessStartInfo(path, ["--version"]), s_patience);
            answer = await process.RunToEndAsync("--version", cancel);
        }
        catch (PeerException problem)
        {
            throw new UsageException($"{who} cannot be used. {problem.Message}");
        }
        return answer.StartsWith("Python 3", StringComparison.Ordinal) ? path
            : throw new UsageException($"{who} is none: to --version it says \"{ForeignText.Line(answer)}\", where \"Python 3…\" was expected.");
    }
}
