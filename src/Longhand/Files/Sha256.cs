using System.Security.Cryptography;

namespace Longhand.Files;

/// <summary>SHA-256 (FIPS 180-4) as 64 lowercase hexadecimal digits, the way manifests and reports print it.</summary>
public static class Sha256
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Of what is left of a stream, read piece by piece.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>Of a file's content.</summary>
    /// <exception cref="BadFileException">The file is missing or cannot be read.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Of(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }
}
