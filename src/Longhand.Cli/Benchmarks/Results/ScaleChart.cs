using Longhand.Pictures;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>The share of the peak as each size doubles, as a picture (SVG) that needs nothing else: a cliff would be seen at once.</summary>
internal static class ScaleChart
{
    public static string Of(IReadOnlyList<ScalePoint> points) => new LineChart
    {
        About = "Share of the machine's peak in training, as one size grows",
        XTitle = "size",
        YTitle = "share of the machine's peak (%)",
        XScale = Scale.Log,
        YRange = (0, 100),
        Height = 340,
        Series =
        [
            .. points.GroupBy(p => p.Series).Select(series =>
                new Series(series.Key, [.. series.Select(p => new Point(p.Value, 100 * Math.Clamp(p.ShareOfPeak, 0, 1)))]) { Look = SeriesLook.LineAndMarks }),
        ],
    }.ToSvg();
}
