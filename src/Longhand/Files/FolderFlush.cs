using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Longhand.Files;

/// <summary>
/// Brings a folder's list of names to disk, so that a rename survives a power cut and not only a crash of the program.
/// <para>
/// Unix has fsync on a folder for this, but .NET refuses to open one as a file, and a call into the C library would be the only
/// native code in the project. An enumeration that has begun does hold the folder open, and Linux lists a process's
/// open descriptors under /proc/self/fd: that descriptor is found there and flushed. Left out: every other system, where journaling
/// file systems (NTFS, APFS) order renames themselves; there the newest rename may be lost by a power cut, never torn.
/// </para>
/// </summary>
internal static class FolderFlush
{
    /// <summary>Flushes the folder, which is recognised by an entry it holds. False where this cannot be done.</summary>
    public static bool Try(string folder, string entry)
    {
        if (!OperatingSystem.IsLinux()) return false;
        bool done = false;
        try
        {
            using IEnumerator<string> open = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            foreach (string descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                // Resolves inside the folder the descriptor stands for, whatever links its path went through. Another open
                // folder with an entry of this name is flushed as well, which costs a moment and harms nothing.
                if (!Path.Exists(Path.Combine(descriptor, entry))) continue;
                nint number = nint.Parse(Path.GetFileName(descriptor.AsSpan()), CultureInfo.InvariantCulture);
                using var handle = new SafeFileHandle(number, ownsHandle: false);
                RandomAccess.FlushToDisk(handle);
                done = true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The content is on disk and the name in place: a file system that cannot flush a folder is no reason to fail.
        }
        return done;
    }
}
