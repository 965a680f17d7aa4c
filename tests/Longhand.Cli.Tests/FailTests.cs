using Longhand.Files;
using Longhand.Text;

namespace Longhand.Cli.Tests;

public sealed class FailTests
{
    [Fact]
    public void Problems_of_the_input_give_2_and_their_own_words()
    {
        Check(new UsageException("no such thing."), ExitCode.BadInput, "longhand: no such thing.");
        Check(new Files.BadFileException("x.txt", "it is empty."), ExitCode.BadInput, "longhand: x.txt: it is empty.");
        Check(new WriteFailedException("x", new UnauthorizedAccessException()), ExitCode.BadInput, "longhand: Cannot write x: permission denied.");
        Check(new UnknownCharactersException([0x1F98A], vocabularySize: 65), ExitCode.BadInput, "longhand: The text has 1 character");
    }

    [Fact]
    public void Other_failures_give_1_and_one_line()
    {
        Check(new InvalidOperationException("first\nsecond\r\nthird"), ExitCode.Failed, "longhand: InvalidOperationException: first second third");
        Check(new OutOfMemoryException(), ExitCode.Failed, "longhand: there is not enough memory.");
        Check(new AggregateException(new OutOfMemoryException()), ExitCode.Failed, "longhand: there is not enough memory.");
    }

    private static void Check(Exception problem, int code, string says)
    {
        var messages = new StringWriter { NewLine = "\n" };
        Assert.Equal(code, Fail.Report(problem, messages));
        Assert.StartsWith(says, messages.ToString(), StringComparison.Ordinal);
        Assert.Equal(messages.ToString().Length - 1, messages.ToString().IndexOf('\n', StringComparison.Ordinal));
    }
}
