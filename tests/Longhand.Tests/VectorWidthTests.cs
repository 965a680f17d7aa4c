using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Longhand.Tests;

/// <summary>
/// Same bits for every vector width: the table of kernels, the models derived by hand, and a short training with 1, 2 and 3 threads, run in
/// child processes that may use fewer instructions than this one.
/// </summary>
public sealed class VectorWidthTests
{
    /// <summary>
    /// The weights after the short training, the same for every version. It changes only when an order of additions changes on purpose, and
    /// then bench/LOG.md says why.
    /// </summary>
    private const string TrainedWeights = "89b90588442ca30d6e39acfe1d654df247e5b4820bc77897a112c0bbed3a080f";

    [Fact]
    public void The_vector_width_changes_no_bit()
    {
        string[] widest = Run(null, out int width);
        Assert.NotEmpty(widest);
        string[] trained = [.. widest.Where(line => line[65..].StartsWith("training", StringComparison.Ordinal)).Select(line => line[..64])];
        Assert.Equal(3, trained.Length);
        Assert.Equal([TrainedWeights], trained.Distinct());
        Assert.Equal(Vector512.IsHardwareAccelerated, width == 512);

        // What may be left of the vectors when a switch is off: a switch without effect would compare equal and prove nothing.
        foreach ((string variable, int limit) in ((string, int)[])
            [("DOTNET_EnableAVX512", 256), ("DOTNET_EnableAVX2", 128), ("DOTNET_EnableHWIntrinsic", 0)])
        {
            string[] narrower = Run(variable, out int left);
            Assert.True(left <= limit, $"{variable}=0 leaves vectors of {left} bits; expected at most {limit}.");
            string[] different = [.. widest.Zip(narrower).Where(pair => pair.First != pair.Second).Select(pair => pair.First[65..])];
            Assert.True(different.Length == 0, $"{variable}=0 changes the bits of:\n{string.Join('\n', different.Take(40))}");
            Assert.Equal(widest.Length, narrower.Length);
        }
    }

    private static string[] Run(string? disabled, out int width)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Longhand.Bits.dll") },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (disabled is not null) start.Environment[disabled] = "0";
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, $"Longhand.Bits failed with exit code {child.ExitCode}: {errors.Result}");
        width = int.Parse(lines[0]["vectors ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        return lines[1..];
    }
}
