namespace Longhand.Pictures;

/// <summary>
/// Something to look at on a page. Each draws itself as HTML or SVG text whose colours come from the page's style sheet, so it fits
/// light, dark and paper; nothing is fetched from anywhere.
/// </summary>
public abstract class Picture
{
    /// <summary>What it shows, in words, for those who cannot see it.</summary>
    public required string About { get; init; }

    /// <summary>Writes the markup.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="id">Unlike every other picture's on the page: letters, digits and hyphens only.</param>
    internal abstract void Write(TextWriter html, string id);
}
