namespace Longhand.Pictures;

/// <summary>
/// A drawing made elsewhere in this library, such as a graph of operations: SVG text that is put on the page as it is. It must come
/// from code and never from outside; texts in it are the maker's to escape.
/// </summary>
public sealed class Drawing : Picture
{
    /// <summary>From "&lt;svg" to "&lt;/svg&gt;".</summary>
    public required string Svg { get; init; }

    internal override void Write(TextWriter html, string id) => html.WriteLine(Svg);
}
