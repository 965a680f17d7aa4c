using System.Diagnostics;

namespace Longhand.Cli.Tests;

/// <summary>The launcher in a copy of the sources, in a folder whose name has a space.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("longhand launcher ").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Builds_once_runs_from_anywhere_and_notices_changes()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        CopySources();
        string launcher = Path.Combine(_home, "longhand");

        // Two first starts at once: both work, whoever builds.
        Cli.Result[] first = await Task.WhenAll(Task.Run(() => Run(launcher, "--version")), Task.Run(() => Run(launcher, "--version")));
        Assert.All(first, r => Assert.Equal(ExitCode.Done, r.Code));
        Assert.All(first, r => Assert.Matches(@"^\d+\.\d+\.\d+\n$", r.Out));
        Assert.Contains(first, r => r.Error == "Building Longhand (first use, about 20 seconds)…\n");

        // Through a link, from elsewhere: nothing to build, and arguments and exit codes pass through.
        string link = Path.Combine(_home, "elsewhere");
        File.CreateSymbolicLink(link, "longhand");
        Cli.Result again = Run(link, "bench", "--threads", "a b");
        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("found \"a b\"", Assert.Single(again.ErrorLines), StringComparison.Ordinal);

        Cli.Result closed = Run("/bin/sh", "-c", "\"$0\" --version >&-", launcher);
        Assert.Equal(ExitCode.Failed, closed.Code);
        Assert.Equal("longhand: cannot write to standard output: it is closed.\n", closed.Error);

        // A change that does not compile: the compiler's words and one line more.
        string source = Path.Combine(_home, "src/Longhand.Cli/ExitCode.cs");
        string good = File.ReadAllText(source);
        File.WriteAllText(source, good + "this is no C#");
        Cli.Result broken = Run(launcher, "--version");
        Assert.Equal(ExitCode.Failed, broken.Code);
        Assert.StartsWith("Building Longhand (its sources changed)…", broken.Error, StringComparison.Ordinal);
        Assert.Contains("error CS", broken.Error, StringComparison.Ordinal);
        Assert.Equal("longhand: the build failed; the messages above say why.", broken.ErrorLines[^1]);
        Assert.Empty(broken.Out);

        File.WriteAllText(source, good);
        Assert.Equal(ExitCode.Done, Run(launcher, "--version").Code);
        Assert.Empty(Run(launcher, "--version").Error);

        // What a build inside the repository leaves is no change; a source that is gone is one.
        Directory.CreateDirectory(Path.Combine(_home, "src/Longhand/obj/Debug"));
        File.WriteAllText(Path.Combine(_home, "src/Longhand/obj/Debug/Generated.cs"), "");
        Assert.Empty(Run(launcher, "--version").Error);
        File.Move(source, Path.Combine(_home, "src/Longhand.Cli/Code.cs"));
        Assert.Equal("Building Longhand (its sources changed)…\n", Run(launcher, "--version").Error);
        Assert.Empty(Run(launcher, "--version").Error);
    }

    private Cli.Result Run(string launcher, params string[] args)
    {
        var start = new ProcessStartInfo(launcher, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Cli.Result(process.ExitCode, output, error.Result);
    }

    private void CopySources()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Longhand.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }
        foreach (string name in new[] { "longhand", "global.json", "Directory.Build.props", "Directory.Packages.props" })
        {
            File.Copy(Path.Combine(root, name), Path.Combine(_home, name));
        }
        string[] kinds = [".cs", ".csproj", ".csv", ".py"];
        IEnumerable<string> files = new[] { "src", "tools/twins" }.SelectMany(part => Directory.EnumerateFiles(Path.Combine(root, part), "*", SearchOption.AllDirectories));
        foreach (string file in files.Where(f => kinds.Contains(Path.GetExtension(f))))
        {
            string[] folders = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (folders.Contains("obj") || folders.Contains("bin"))
            {
                continue;
            }
            string copy = Path.Combine(_home, Path.Combine(folders));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
