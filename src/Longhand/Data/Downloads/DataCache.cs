namespace Longhand.Data;

/// <summary>
/// The folder for what was downloaded once: <c>LONGHAND_CACHE</c> if it is set; else <c>%LOCALAPPDATA%\longhand</c> on Windows,
/// <c>~/Library/Caches/longhand</c> on macOS, and elsewhere <c>$XDG_CACHE_HOME/longhand</c> or <c>~/.cache/longhand</c>
/// (XDG Base Directory Specification). Everything in it can be deleted at any time.
/// </summary>
public static class DataCache
{
    /// <summary>The variable that names another folder.</summary>
    public const string Variable = "LONGHAND_CACHE";

    /// <summary>This machine's folder for this user; it need not exist yet.</summary>
    public static string Folder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return FolderFor(Environment.GetEnvironmentVariable, home, OperatingSystem.IsWindows() ? local : null, OperatingSystem.IsMacOS());
        }
    }

    /// <summary>The rule, with all it depends on as arguments.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="home">The user's folder; empty when there is none.</param>
    /// <param name="windowsData">%LOCALAPPDATA% on Windows, else null.</param>
    /// <param name="isMac">Whether this is macOS.</param>
    internal static string FolderFor(Func<string, string?> variable, string home, string? windowsData, bool isMac)
    {
        if (variable(Variable) is { Length: > 0 } named) return Path.GetFullPath(named);
        if (home.Length == 0 && string.IsNullOrEmpty(windowsData)) home = Path.GetTempPath();   // a service or a container without a user
        string above = windowsData is { Length: > 0 } ? windowsData
            : isMac ? Path.Combine(home, "Library", "Caches")
            : variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache
            : Path.Combine(home, ".cache");
        return Path.Combine(above, "longhand");
    }
}
