namespace Longhand.Tests;

/// <summary>An empty folder for one test, gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("longhand-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Every file below, relative, with forward slashes, sorted.</summary>
    public string[] Files() =>
    [
        .. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
