namespace Longhand.Pictures;

/// <summary>
/// The style sheet of all pages: light, dark and paper. No fonts, pictures or anything else from elsewhere. The colours of series are
/// made after those of Okabe and Ito (Color Universal Design, 2008), which people who confuse red and green tell apart; dashes and marks
/// differ as well, for those who see no colours.
/// </summary>
internal static class Style
{
    private static readonly (string Name, string Light, string Dark, string Print)[] s_colours =
    [
        ("page", "#ffffff", "#14171b", "#ffffff"), ("ink", "#1a1d21", "#e8eaed", "#000000"), ("soft", "#626a73", "#9aa3ad", "#444444"),
        ("line", "#e3e6ea", "#2c3138", "#cccccc"), ("panel", "#f6f7f9", "#1c2026", "#ffffff"), ("level", "#8a929b", "#7c858f", "#666666"),
        ("c0", "#0072b2", "#56aef0", "#0064a0"), ("c1", "#d55e00", "#ff8f4f", "#c04f00"), ("c2", "#00916a", "#35cfa0", "#007d5a"),
        ("c3", "#b5478f", "#ee92c8", "#a03a7c"), ("c4", "#3a9ad9", "#93d3ff", "#2f86bf"), ("c5", "#c98500", "#ffc24d", "#a86f00"),
        ("c6", "#6a51b5", "#ab98ff", "#5a42a0"), ("c7", "#555b62", "#c9ced4", "#333333"),
    ];

    /// <summary>The colours by name, for a light screen, a dark one and paper.</summary>
    public static string Theme { get; } =
        $":root {{ color-scheme: light dark; {Values(c => c.Light)} }}\n"
        + $"@media (prefers-color-scheme: dark) {{ :root {{ {Values(c => c.Dark)} }} }}\n"
        + $"@media print {{ :root {{ color-scheme: light; {Values(c => c.Print)} }} }}";

    /// <summary>How drawings look on a page.</summary>
    public const string Shapes = """
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
        svg .title { fill: var(--ink); } svg .strong { font-weight: bold; } svg .on { fill: var(--page); }
        svg .note { fill: var(--ink); stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
        svg path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
        svg image { image-rendering: pixelated; }
        .grid { stroke: var(--line); } .axis, .tick { stroke: var(--level); } .contour { stroke: var(--level); opacity: .6; }
        .level { stroke: var(--level); stroke-width: 1.5; stroke-dasharray: 6 5; } circle.place { fill: var(--ink); }
        .s0, .s1, .s2, .s3, .s4, .s5, .s6, .s7 { stroke-width: 2.5; }
        .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); stroke-dasharray: 9 5; } .s2 { stroke: var(--c2); stroke-dasharray: 2 5; }
        .s3 { stroke: var(--c3); stroke-dasharray: 11 4 2 4; } .s4 { stroke: var(--c4); stroke-dasharray: 5 4; }
        .s5 { stroke: var(--c5); stroke-dasharray: 14 4; } .s6 { stroke: var(--c6); stroke-dasharray: 8 4 2 4 2 4; } .s7 { stroke: var(--c7); stroke-dasharray: 1 4; }
        .faint { stroke-width: 1; opacity: .4; stroke-dasharray: none; }
        svg .m0, svg .m1, svg .m2, svg .m3, svg .m4, svg .m5, svg .m6, svg .m7 { stroke: var(--page); stroke-width: 1; paint-order: stroke; }
        svg .m0, .f0 { fill: var(--c0); } svg .m1, .f1 { fill: var(--c1); } svg .m2, .f2 { fill: var(--c2); } svg .m3, .f3 { fill: var(--c3); }
        svg .m4, .f4 { fill: var(--c4); } svg .m5, .f5 { fill: var(--c5); } svg .m6, .f6 { fill: var(--c6); } svg .m7, .f7 { fill: var(--c7); }
        """;

    /// <summary>How pages look.</summary>
    public const string Page = """
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2.6rem 0 .8rem; }
        h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
        h3 span, .lead, figcaption, .tiles small, .tiles span { color: var(--soft); font-weight: normal; }
        .lead { margin: .4rem 0 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: .75rem; margin: 1.6rem 0 0; padding: 0; }
        .tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
        .tiles span, .tiles small { display: block; font-size: .85rem; }
        .tiles b { display: block; font-size: 1.8rem; line-height: 1.3; white-space: nowrap; font-variant-numeric: tabular-nums; }
        figure { margin: 0; }
        figcaption { font-size: .9rem; margin: 0 0 .3rem; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; margin-top: 1.8rem; }
        .plot { overflow-x: auto; } .plot svg { min-width: 40rem; } .pair .plot svg { min-width: 24rem; }
        pre { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; margin: 0; padding: .8rem 1rem;
          font: 14px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        .tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 2.5rem; align-items: start; }
        table { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
        td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        th { font-weight: normal; color: var(--soft); white-space: nowrap; }
        code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
        summary { cursor: pointer; color: var(--soft); margin-top: 1rem; }
        @media print {
          body { max-width: none; padding: 0; font-size: 11pt; } figure, .tiles div, tr { break-inside: avoid; }
          .plot { overflow-x: visible; } .plot svg, .pair .plot svg { min-width: 0; } h2, h3 { break-after: avoid; }
        }
        """;

    /// <summary>What only pages of pictures have: the conclusion, sliders, small pictures, tables of numbers.</summary>
    public const string Exhibit = """
        h1 { font-size: clamp(1.7rem, 3.6vw, 2.3rem); }
        .conclusion { font-size: 1.2rem; line-height: 1.5; border-left: 4px solid var(--c0); padding: .2rem 0 .2rem 1.1rem; margin: 1.6rem 0 0; max-width: 54rem; }
        section > p { max-width: 48rem; } section > h2 + p { margin-top: 0; }
        section > figure, section > .pair, figure + p, .pair + p, .numbers + p { margin-top: 1.4rem; } h2 + figure, section h2 + .pair { margin-top: .8rem; } pre + table { margin-top: 1rem; }
        figcaption { font-size: .95rem; margin: .5rem 0 0; max-width: 48rem; }
        .plot svg { min-width: min(34rem, 100%); } .pair .plot svg { min-width: min(20rem, 100%); }
        .plot.wide svg { min-width: 34rem; }
        .plot .narrow { max-width: 40rem; }
        .frame:not(.on) { display: none; }
        .control { display: flex; align-items: center; gap: 1rem; margin: .4rem 0 0; } .control[hidden] { display: none; }
        .control input { flex: 1; accent-color: var(--c0); height: 1.6rem; } .control output { min-width: 8rem; font-weight: bold; font-variant-numeric: tabular-nums; }
        .images { display: flex; flex-wrap: wrap; gap: .8rem; } .images div { width: 6rem; text-align: center; }
        .images img { width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--line); display: block; background: var(--page); }
        .images span { font-size: .8rem; color: var(--soft); } @media (prefers-color-scheme: dark) { .images img.ink { filter: invert(1); background: #fff; } }
        .numbers { overflow-x: auto; margin-top: 1rem; } .numbers table { width: auto; min-width: 50%; } .numbers thead th { border-bottom: 2px solid var(--level); color: var(--ink); font-weight: bold; }
        .numbers caption { text-align: left; color: var(--soft); font-size: .95rem; padding-bottom: .3rem; }
        .numbers td, .numbers th { text-align: right; vertical-align: bottom; padding: .35rem 0 .35rem 1.6rem; overflow-wrap: normal; } .numbers td { white-space: nowrap; } .numbers th { white-space: normal; }
        .numbers td:first-child, .numbers th:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 6rem; } .numbers .text { text-align: left; }
        .passage { line-height: 1.6; } .passage span { border-radius: .15rem; print-color-adjust: exact; }
        .passage .b1 { background: color-mix(in srgb, var(--c0) 14%, transparent); } .passage .b2 { background: color-mix(in srgb, var(--c0) 30%, transparent); }
        .passage .b3 { background: color-mix(in srgb, var(--c0) 48%, transparent); } .passage .b4 { background: color-mix(in srgb, var(--c0) 70%, transparent); }
        .passage .o1 { background: color-mix(in srgb, var(--c1) 14%, transparent); } .passage .o2 { background: color-mix(in srgb, var(--c1) 30%, transparent); }
        .passage .o3 { background: color-mix(in srgb, var(--c1) 48%, transparent); } .passage .o4 { background: color-mix(in srgb, var(--c1) 70%, transparent); }
        @media print { .control { display: none; } .frame.on { display: none; } .frame:nth-last-child(2) { display: block; } .images img.ink { filter: none; }
          .plot.wide svg { min-width: 0; } .conclusion { font-size: 1.1rem; } .plot .narrow { max-width: 26rem; } .pair { grid-template-columns: 1fr 1fr; } .pair .plot svg { min-width: 0; } }
        """;

    /// <summary>For a drawing that is a file of its own: the light colours in place of their names, which not every viewer knows.</summary>
    public static string Drawing { get; } = s_colours.Aggregate(
        "svg { font-family: sans-serif; }\n" + Shapes, (css, colour) => css.Replace($"var(--{colour.Name})", colour.Light, StringComparison.Ordinal));

    private static string Values(Func<(string Name, string Light, string Dark, string Print), string> pick) =>
        string.Join(' ', s_colours.Select(c => $"--{c.Name}: {pick(c)};"));
}
