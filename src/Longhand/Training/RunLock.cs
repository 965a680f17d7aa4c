using Longhand.Files;

namespace Longhand.Training;

/// <summary>
/// Keeps two programs from training into the same folder at once: a file that is open for as long as the run goes on. The operating system
/// lets go of it when the program ends, however it ends.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <exception cref="BadFileException">Another program trains here.</exception>
    /// <exception cref="WriteFailedException">The folder cannot be made or written to.</exception>
    public static RunLock Take(string folder)
    {
        string path = Path.Combine(folder, ".lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path) && IsTaken(path))
        {
            throw new BadFileException(folder, "another training is going on in this folder. Hint: wait for it, or choose another with --out.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WriteFailedException(folder, e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsTaken(string path)
    {
        try
        {
            using FileStream probe = new(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
