namespace Longhand.Cli;

/// <summary>The command line asks for something that cannot be. The message is one sentence for the person who typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
