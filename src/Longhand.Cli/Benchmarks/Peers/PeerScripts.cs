namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>The peers' side of the benchmark (tools/twins), carried inside the program so that it works from any folder; unpacked while it is needed.</summary>
internal sealed class PeerScripts : IDisposable
{
    private static readonly string[] Names = ["peer.py", "train_gpt.py", "train_recurrent.py", "blas.py"];

    public PeerScripts()
    {
        Folder = Directory.CreateTempSubdirectory("longhand-bench-").FullName;
        foreach (string name in Names)
        {
            using Stream script = typeof(PeerScripts).Assembly.GetManifestResourceStream(name)
                ?? throw new PeerException($"this build does not carry {name}, which measures other libraries. Hint: build it from a whole copy of the repository.");
            using FileStream file = File.Create(Path.Combine(Folder, name));
            script.CopyTo(file);
        }
    }

    /// <summary>A folder of this process alone; weights for the peers go there, too, while they are read.</summary>
    public string Folder { get; }

    public string Main => Path.Combine(Folder, Names[0]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // What is left are the scripts, a few kilobytes: weights are deleted as soon as the peers have read them.
        }
    }
}
