using System.Text;
using System.Text.Json;

namespace Longhand.Cli.Tests;

/// <summary>A folder with a small text and a run that learned from it, made once for all tests of a class.</summary>
public sealed class TrainedRun : IDisposable
{
    /// <summary>A model so small that a run takes less time than starting the program.</summary>
    public static readonly string[] Small =
        ["--layers", "1", "--heads", "2", "--width", "8", "--context", "16", "--batch", "4", "--steps", "40", "--eval-every", "20",
        "--sample-every", "40", "--save-every", "10", "--warmup", "5", "--seed", "test"];

    public TrainedRun()
    {
        Home = Directory.CreateTempSubdirectory("longhand run ").FullName;
        Text = Path.Combine(Home, "text.txt");
        File.WriteAllText(Text, string.Concat(Enumerable.Range(0, 200).Select(i => $"Line {i}: the fox said {i % 7} words,\nand the crow said {i % 5}.\n")));
        Run = Path.Combine(Home, "run");
        Result = Cli.Run(["train", Text, "--out", Run, "--json", .. Small]);
    }

    public string Home { get; }

    public string Text { get; }

    public string Run { get; }

    /// <summary>What training it printed.</summary>
    internal Cli.Result Result { get; }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    public string NewFile(string name, params byte[] content)
    {
        string path = Path.Combine(Home, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>A copy of the run, to be damaged.</summary>
    public string Copy(string name)
    {
        string copy = Path.Combine(Home, name);
        foreach (string file in Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(Run, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    internal static JsonElement[] Events(Cli.Result result) => [.. result.OutLines.Select(line => JsonDocument.Parse(line).RootElement)];

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
