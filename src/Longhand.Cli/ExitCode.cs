namespace Longhand.Cli;

/// <summary>What the program tells its caller at the end.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something failed that the caller could not have known.</summary>
    public const int Failed = 1;

    /// <summary>A flag, a file or a folder that cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C, or a reader that closed the pipe; 128 + SIGINT, as shells have it.</summary>
    public const int Stopped = 130;

    /// <summary>For the help text.</summary>
    public const string About = "Exit codes: 0 done, 1 failed, 2 wrong usage or bad input, 130 stopped by Ctrl-C.";
}
