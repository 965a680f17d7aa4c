namespace Longhand.Pictures;

/// <summary>How the points of a series are drawn.</summary>
public enum SeriesLook
{
    /// <summary>A line through them.</summary>
    Line,

    /// <summary>A mark at each.</summary>
    Marks,

    /// <summary>Both.</summary>
    LineAndMarks,
}

/// <summary>
/// Points that belong together, under one name. Colour, dashes and the shape of the marks go with its place in the chart, so that no
/// series is known by its colour alone.
/// </summary>
/// <param name="Name">For the legend; empty leaves it out.</param>
/// <param name="Points">In the order of the line; one that cannot be drawn leaves a gap.</param>
public sealed record Series(string Name, IReadOnlyList<Point> Points)
{
    /// <summary>How many different looks there are; a chart with more series begins again.</summary>
    public const int Looks = 8;

    public SeriesLook Look { get; init; } = SeriesLook.Line;

    /// <summary>A text beside each point, as many as there are points.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Which of the looks; left out, the place in the chart decides. For one thing drawn in several pictures.</summary>
    public int? Colour { get; init; }

    /// <summary>Thin and pale: single runs behind their mean.</summary>
    public bool IsFaint { get; init; }
}

/// <summary>A value marked across a whole chart by a dashed line, and what it means.</summary>
public sealed record Level(double Value, string Label);
