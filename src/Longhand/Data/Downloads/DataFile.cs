using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// A file that is known by its content: where copies of it are does not matter, because nothing is used whose SHA-256 differs.
/// </summary>
/// <param name="Set">The data set it belongs to, as people call it.</param>
/// <param name="Name">Its name in the cache.</param>
/// <param name="Length">Its bytes, exactly.</param>
/// <param name="Sha256">Its SHA-256 in lowercase hexadecimal digits.</param>
/// <param name="Mirrors">Where to ask for it, in this order.</param>
/// <exception cref="ArgumentException">The name would lead out of the cache, the SHA-256 is none, or there is no mirror to ask.</exception>
public sealed record DataFile(string Set, string Name, long Length, string Sha256, params IReadOnlyList<Uri> Mirrors)
{
    /// <summary>Its name in the cache.</summary>
    public string Name { get; } = Name.Length > 0 && Name is not ("." or "..") && Name.AsSpan().IndexOfAny("/\\:") < 0 ? Name
        : throw new ArgumentException($"DataFile: the name is \"{Name}\" but must be a file's own name, without folders.");

    /// <summary>Its SHA-256 in lowercase hexadecimal digits.</summary>
    public string Sha256 { get; } = Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigitLower) ? Sha256
        : throw new ArgumentException($"DataFile: the SHA-256 of {Name} is \"{Sha256}\" but must be 64 lowercase hexadecimal digits.");

    /// <summary>Where to ask for it, in this order.</summary>
    public IReadOnlyList<Uri> Mirrors { get; } = Mirrors.Count > 0 && Mirrors.All(m => m.IsAbsoluteUri && m.Scheme is "http" or "https") ? Mirrors
        : throw new ArgumentException($"DataFile: {Name} needs at least one mirror, and each must be an http or https address.");

    /// <summary>Throws unless the file at this path is this one.</summary>
    /// <exception cref="BadFileException">It is another one, or cannot be read.</exception>
    public void Verify(string path)
    {
        (long length, string sha256) = Measure(path);
        if (length != Length || sha256 != Sha256)
        {
            string found = length != Length ? FormattableString.Invariant($"{length:N0} bytes") : $"SHA-256 {sha256}";
            throw new BadFileException(path, FormattableString.Invariant(
                $"this is not {Set}'s file: expected {Length:N0} bytes with SHA-256 {Sha256}, found {found}.")
                + " Hint: delete it, and it is downloaded again.");
        }
    }

    /// <summary>Whether the file at this path has this length and this SHA-256.</summary>
    internal bool Is(string path) => Measure(path) == (Length, Sha256);

    // A file of another length is not read: whatever it is, it is not this one.
    private (long Length, string Sha256) Measure(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return (stream.Length, stream.Length == Length ? Files.Sha256.Of(stream) : "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }
}
