using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Runs tools/twins/scalar_moons.py, which this assembly carries, in the Python that is installed: LONGHAND_PYTHON names one, else the
/// usual ones are tried. That there is none is no failure; it is said.
/// </summary>
internal static class PythonTwin
{
    private const string Script = "scalar_moons.py", Variable = "LONGHAND_PYTHON";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <param name="request">What the script reads, as JSON.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What it answers, or why there is no answer, as the end of a sentence.</returns>
    public static (Answer? Answer, string Problem) Run(byte[] request, CancellationToken cancel)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        string[] usual = OperatingSystem.IsWindows() ? ["python", "py"] : ["python3", "/usr/bin/python3"];
        return Run(request, named is { Length: > 0 } ? [named] : usual, cancel);
    }

    /// <summary>The same with the first of these interpreters that is there.</summary>
    internal static (Answer? Answer, string Problem) Run(byte[] request, string[] interpreters, CancellationToken cancel)
    {
        foreach (string interpreter in interpreters)
        {
            var start = new ProcessStartInfo(interpreter, ["-B", "-c", ReadScript()])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            try
            {
                using Process process = Process.Start(start)!;
                return Talk(process, interpreter, request, cancel);
            }
            catch (Win32Exception)
            {
                // Not there, or not a program: the next one.
            }
        }
        return (null, $"{string.Join(" and ", interpreters)} could not be started");
    }

    private static (Answer?, string) Talk(Process process, string interpreter, byte[] request, CancellationToken cancel)
    {
        using CancellationTokenRegistration end = cancel.Register(process.Kill);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            process.StandardInput.BaseStream.Write(request);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything; its last words say why.
        }
        if (!process.WaitForExit(s_patience))
        {
            process.Kill();
            return (null, $"{interpreter} did not answer within {s_patience.TotalMinutes:0} minutes");
        }
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            string last = error.Result.Trim().Split('\n')[^1].Trim();
            return (null, $"{interpreter} ended with \"{(last.Length > 120 ? last[..120] + "…" : last)}\"");
        }
        try
        {
            using JsonDocument answer = JsonDocument.Parse(output.Result);
            JsonElement root = answer.RootElement;
            return (new Answer(root.GetProperty("library").GetString()!, root.GetProperty("python").GetString()!, Doubles("losses"), Doubles("seconds")), "");

            double[] Doubles(string name) => [.. root.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return (null, $"{interpreter} gave an answer that could not be read");
        }
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(PythonTwin).Assembly.GetManifestResourceStream(Script)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What Python measured.</summary>
    /// <param name="Library">Who did the work.</param>
    /// <param name="Python">Its version.</param>
    /// <param name="Losses">Of each step, before its update.</param>
    /// <param name="Seconds">Of each step.</param>
    public sealed record Answer(string Library, string Python, double[] Losses, double[] Seconds);
}
