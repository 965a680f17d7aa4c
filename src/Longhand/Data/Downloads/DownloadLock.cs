using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// Lets one program at a time download a file: an empty file beside it that is held open. The operating system lets go of it when
/// the program ends, however it ends. The empty file stays, since removing it while another program waits for it would give two
/// programs two different locks.
/// </summary>
internal static class DownloadLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock, and holds it until disposed.</summary>
    /// <param name="path">The file to be downloaded.</param>
    /// <param name="waiting">Called each time it is found taken.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="WriteFailedException">The folder cannot be written to.</exception>
    public static async Task<IDisposable> TakeAsync(string path, Action waiting, CancellationToken cancel)
    {
        string held = path + ".lock";
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021))
            {
                // The operating system's own numbers for "another has it": EAGAIN on Linux, on macOS, and two of Windows.
                waiting();
                await Task.Delay(Pause, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new WriteFailedException(held, e);
            }
        }
    }
}
