namespace Longhand.Text;

/// <summary>A file that was to be read is missing, unreadable, broken or not of the expected kind. The message is one line.</summary>
public sealed class BadFileException : Exception
{
    /// <param name="path">The file or folder, as the caller named it.</param>
    /// <param name="problem">The rest of the sentence: what was expected and what was found.</param>
    /// <param name="inner">What the system reported, where there is one.</param>
    public BadFileException(string path, string problem, Exception? inner = null)
        : base(string.Concat($"{path}: {problem}".Select(c => char.IsControl(c) ? '?' : c)), inner) => FilePath = path;

    /// <summary>The file or folder, as the caller named it.</summary>
    public string FilePath { get; }
}
