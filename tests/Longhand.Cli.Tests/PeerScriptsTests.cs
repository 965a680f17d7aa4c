using System.Text.RegularExpressions;
using Longhand.Cli.Benchmarks.Peers;

namespace Longhand.Cli.Tests;

public sealed class PeerScriptsTests
{
    [Fact]
    public void Whatever_a_script_imports_from_beside_it_is_carried_along()
    {
        string[] ours = [.. typeof(PeerScripts).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".py", StringComparison.Ordinal))];
        using var scripts = new PeerScripts();
        string[] unpacked = [.. Directory.GetFiles(scripts.Folder).Select(path => Path.GetFileName(path)!)];
        string[] imported =
        [
            .. Directory.GetFiles(scripts.Folder)
                .SelectMany(path => Regex.Matches(File.ReadAllText(path), @"^ *import (\w+)$", RegexOptions.Multiline).Select(m => $"{m.Groups[1].Value}.py"))
                .Where(name => ours.Contains(name)).Distinct(),
        ];
        Assert.Contains("train_recurrent.py", imported);
        Assert.Empty(imported.Except(unpacked));
    }
}
