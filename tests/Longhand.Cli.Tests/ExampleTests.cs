using System.Diagnostics;

namespace Longhand.Cli.Tests;

/// <summary>The programs in examples/ run, and what the README shows of them is what is in them.</summary>
public sealed class ExampleTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public async Task Xor_learns()
    {
        string[] lines = await Run("xor.cs");
        double[] outputs = Array.ConvertAll(lines[^1].Split(':')[1].Split(','), text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        double[] expected = [0, 1, 1, 0];
        for (int i = 0; i < expected.Length; i++) Assert.InRange(outputs[i], expected[i] - 0.1, expected[i] + 0.1);
    }

    [Fact]
    public async Task The_chain_rule_is_derived_in_words_and_numbers()
    {
        string[] lines = await Run("chain_rule.cs");
        Assert.Contains("dL/da = dL/dd · dd/da = −2.00 · (−3.00) = 6.00", lines);
        Assert.Equal("L was -24.00; after a small step downhill it is -24.79.", lines[^1]);
    }

    private static async Task<string[]> Run(string example)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "run", "examples/" + example }) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error + string.Join('\n', lines));
        return lines;
    }

    [Fact]
    public void The_readme_shows_the_example_as_it_is()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string shown = readme.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(shown, File.ReadAllText(Path.Combine(Root, "examples", "xor.cs")), StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Longhand.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
