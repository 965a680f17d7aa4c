using Longhand.Pictures;

namespace Longhand.Labs;

/// <summary>What came out of a run.</summary>
public sealed record LabResult
{
    /// <summary>Two or three sentences that answer the question with the numbers measured, whatever they were.</summary>
    public required string Conclusion { get; init; }

    /// <summary>The measured numbers by name (small letters and underscores), for programs. May hold NaN and infinities.</summary>
    public required IReadOnlyList<(string Name, double Value)> Numbers { get; init; }

    /// <summary>Up to four numbers for the top of the page.</summary>
    public IReadOnlyList<Headline> Headlines { get; init; } = [];

    /// <summary>The body of the page: text, figures, tables.</summary>
    public required IReadOnlyList<Section> Sections { get; init; }
}
