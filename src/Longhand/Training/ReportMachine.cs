using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Longhand.Training;

/// <summary>What a reader needs to compare a run's speed with another machine's. Says nothing about who or where: no names, no paths.</summary>
public static class ReportMachine
{
    /// <summary>Processor, cores, <paramref name="threads"/> used, vector width, .NET version and operating system.</summary>
    public static IReadOnlyList<ReportRow> Rows(int threads) =>
    [
        new("processor", Processor()),
        new("cores", FormattableString.Invariant($"{Environment.ProcessorCount}")),
        new("threads used", FormattableString.Invariant($"{threads}")),
        new("vectors", VectorWidth()),
        new(".NET", RuntimeInformation.FrameworkDescription),
        new("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
    ];

    private static string VectorWidth() =>
        Vector512.IsHardwareAccelerated ? "512 bits"
        : Vector256.IsHardwareAccelerated ? "256 bits"
        : Vector128.IsHardwareAccelerated ? "128 bits"
        : "none";

    private static string Processor()
    {
        string? name = OperatingSystem.IsLinux() ? FromLinux() : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrWhiteSpace(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name.Trim();
    }

    // A container or a kernel for ARM may have no such line, or no such file.
    private static string? FromLinux()
    {
        try
        {
            string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            return line?[(line.IndexOf(':') + 1)..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
