using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// The memory that training of GPT-2's shape takes at most, beside what it must take. A peak cannot be taken back, so it is measured in a
/// process that does nothing else: longhand bench memory.
/// </summary>
internal static class MemoryBench
{
    private const int Steps = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Trains in this process and tells its peak.</summary>
    public static MemoryUse Run(TrainingShape shape, int threads, CancellationToken cancel)
    {
        var training = new OurTraining(shape, threads);
        for (int i = 0; i < Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            training.Step();
        }
        return new MemoryUse(shape.Name, training.ParameterCount, PeakResident(), 16 * training.ParameterCount, StepCost.ActivationBytes(shape.Model, shape.Tokens));
    }

    /// <summary>The same in a process of its own. Whatever goes wrong there is a remark: the page goes on without it.</summary>
    public static async Task<BenchResult> RunApartAsync(int threads, CancellationToken cancel)
    {
        try
        {
            using var process = new PeerProcess("memory", Ourselves("bench", "memory", "--json", "--threads", threads.ToString(CultureInfo.InvariantCulture)), s_patience);
            return Read(await process.RunToEndAsync("bench memory", cancel));
        }
        catch (PeerException problem)
        {
            return new Remark(problem.Message, IsFailure: true);
        }
    }

    /// <summary>What <see cref="ResultJson"/> wrote there, or a remark that it is something else.</summary>
    internal static BenchResult Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement;
            return new MemoryUse(
                row.GetProperty("shape").GetString()!, row.GetProperty("parameters").GetInt64(), row.GetProperty("peak_bytes").GetInt64(),
                row.GetProperty("state_bytes").GetInt64(), row.GetProperty("activation_bytes").GetInt64());
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new Remark($"memory: the process that measures it answered \"{ForeignText.Line(line)}\", which is no measurement.", IsFailure: true);
        }
    }

    // This program again, whether it was started by itself or through "dotnet Longhand.Cli.dll".
    private static ProcessStartInfo Ourselves(params string[] args)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new ProcessStartInfo(program, isHost ? [Environment.GetCommandLineArgs()[0], .. args] : args);
    }

    private static long PeakResident()
    {
        // The kernel's own high-water mark; .NET's is the largest of the moments at which somebody asked.
        if (OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
        {
            return 1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
