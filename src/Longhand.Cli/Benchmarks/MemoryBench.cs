using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Models;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// The memory that training of GPT-2's shape takes at most, beside what it must take. A peak cannot be taken back, so it is measured in a
/// process that does nothing else: longhand bench memory.
/// </summary>
internal static class MemoryBench
{
    private const int Steps = 3;

    /// <summary>Trains in this process and tells its peak.</summary>
    public static MemoryUse Run(TrainingShape shape, int threads, CancellationToken cancel)
    {
        var training = new OurTraining(shape, threads);
        for (int i = 0; i < Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            training.Step();
        }
        return new MemoryUse(shape.Name, training.ParameterCount, PeakResident(), 16 * training.ParameterCount, ActivationBytes(shape));
    }

    /// <summary>The same in a process of its own.</summary>
    public static async Task<BenchResult> RunApartAsync(int threads, CancellationToken cancel)
    {
        using Process process = Process.Start(Ourselves("bench", "memory", "--json", "--threads", threads.ToString(CultureInfo.InvariantCulture)))!;
        try
        {
            string text = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != ExitCode.Done)
            {
                return new Remark($"memory: the process that measures it failed with exit code {process.ExitCode}.", IsFailure: true);
            }
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement row = document.RootElement;
            return new MemoryUse(
                row.GetProperty("shape").GetString()!, row.GetProperty("parameters").GetInt64(), row.GetProperty("peak_bytes").GetInt64(),
                row.GetProperty("state_bytes").GetInt64(), row.GetProperty("activation_bytes").GetInt64());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>
    /// What a step must keep from the forward for the backward pass, in single precision: in each layer and for each token two normalised rows, three
    /// of queries, keys and values, attention's result, two sums of the residual stream, and four each before and after GELU, all of the
    /// width (16·C); and V logits with V gradients of them.
    /// </summary>
    internal static long ActivationBytes(TrainingShape shape)
    {
        GptConfig model = shape.Model;
        return 4L * shape.Tokens * ((16L * model.Width * model.Layers) + (2L * model.Vocabulary));
    }

    // This program again, whether it was started by itself or through "dotnet Longhand.Cli.dll".
    private static ProcessStartInfo Ourselves(params string[] args)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new ProcessStartInfo(program, isHost ? [Environment.GetCommandLineArgs()[0], .. args] : args) { RedirectStandardOutput = true };
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
