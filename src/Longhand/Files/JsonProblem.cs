using System.Text.Json;

namespace Longhand.Files;

/// <summary>What a JSON reader did not like, in words for people: .NET counts lines and bytes from zero and names them as its fields.</summary>
internal static class JsonProblem
{
    /// <summary>"line 6, byte 27: …" for broken JSON; other problems in their own words.</summary>
    public static string Describe(Exception problem)
    {
        if (problem is not JsonException { LineNumber: { } line, BytePositionInLine: { } position }) return problem.Message;
        // The reader appends the position to its sentence, and some readers a path before it.
        string sentence = problem.Message;
        foreach (string field in new[] { " Path: ", " LineNumber: " })
        {
            int end = sentence.IndexOf(field, StringComparison.Ordinal);
            if (end >= 0) sentence = sentence[..end];
        }
        return FormattableString.Invariant($"line {line + 1}, byte {position + 1}: {sentence.TrimEnd('.')}");
    }
}
