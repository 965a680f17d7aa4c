using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// About a megabyte of Shakespeare's plays, the text that small character models are compared on: 1,115,394 characters, 65 different.
/// Collected by Andrej Karpathy for char-rnn (2015); the words are in the public domain. Downloaded once.
/// </summary>
public static class TinyShakespeare
{
    /// <summary>The name that stands for this text where a data set is asked for.</summary>
    public const string Name = "tinyshakespeare";

    /// <summary>The file, and where it is found. The first is its author's; the others are copies.</summary>
    public static DataFile File { get; } = new(
        Name, "tinyshakespeare.txt", 1_115_394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        new Uri("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
        new Uri("https://cdn.jsdelivr.net/gh/karpathy/char-rnn@master/data/tinyshakespeare/input.txt"),
        new Uri("https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt"));

    /// <summary>The text, downloaded if it is not there yet.</summary>
    /// <inheritdoc cref="Downloader.FetchAsync" path="/exception"/>
    public static async Task<string> LoadAsync(Downloader downloader, Action<DownloadProgress>? progress = null, CancellationToken cancel = default) =>
        TextSource.Load(await downloader.FetchAsync(File, progress, cancel));

    /// <summary>The text as it was downloaded before; nothing is fetched.</summary>
    /// <param name="folder">Where it is kept. Null: <see cref="DataCache.Folder"/>.</param>
    /// <exception cref="BadFileException">It is not there, or another file has its name.</exception>
    public static string LoadKept(string? folder = null)
    {
        string path = Path.Combine(folder ?? DataCache.Folder, File.Name);
        if (!Path.Exists(path))
            throw new BadFileException(path, $"tiny Shakespeare is not there yet. Hint: \"longhand train {Name}\" downloads it once, 1.1 MB, before it begins to train.");
        File.Verify(path);
        return TextSource.Load(path);
    }
}
