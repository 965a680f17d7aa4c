namespace Longhand.Pictures;

/// <summary>The shapes that tell series apart where colours do not: each as strokes of an SVG path around the point it stands for.</summary>
internal static class Mark
{
    private static readonly string[] s_shapes =
    [
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",                                    // circle
        "m-4-4h8v8h-8z",                                                         // square
        "m0-5l4.8 8.3h-9.6z",                                                    // triangle
        "m0-5.5l5 5.5-5 5.5-5-5.5z",                                             // diamond
        "m0 5l4.8-8.3h-9.6z",                                                    // triangle on its head
        "m-1.4-5h2.8v3.6h3.6v2.8h-3.6v3.6h-2.8v-3.6h-3.6v-2.8h3.6z",             // plus
        "m-4.6-2.6l2-2 2.6 2.6 2.6-2.6 2 2-2.6 2.6 2.6 2.6-2 2-2.6-2.6-2.6 2.6-2-2 2.6-2.6z", // cross
        "m-2.2-4.6h4.4l2.4 4.6-2.4 4.6h-4.4l-2.4-4.6z",                          // hexagon
    ];

    /// <summary>The shape of a series, to stand after "M x y".</summary>
    public static string Shape(int look) => s_shapes[look % s_shapes.Length];
}
