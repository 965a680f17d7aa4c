namespace Longhand.Training;

/// <summary>The report's style sheet: light, dark and paper. No fonts, pictures or anything else from elsewhere.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #ffffff; --ink: #1a1d21; --soft: #626a73; --line: #e3e6ea; --panel: #f6f7f9;
          --train: #2563c9; --valid: #c2410c; --level: #8a929b; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171b; --ink: #e8eaed; --soft: #9aa3ad; --line: #2c3138;
          --panel: #1c2026; --train: #6ea8ff; --valid: #ff9a5c; --level: #7c858f; } }
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
        .key { display: inline-block; width: 1.4em; border-top: 3px solid var(--train); vertical-align: middle; margin: 0 .35em 0 0; }
        figcaption span { white-space: nowrap; margin-right: .9em; }
        .plot { overflow-x: auto; } .plot svg { min-width: 40rem; } .pair .plot svg { min-width: 24rem; }
        .key.valid { border-color: var(--valid); } .key.raw { opacity: .35; } .key.dash { border-top: 2px dashed var(--level); }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
        @media (max-width: 46rem) { svg text { font-size: 17px; } .pair svg text { font-size: 14px; } }
        svg .title { fill: var(--ink); }
        svg .note { fill: var(--ink); stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
        svg .strong { fill: var(--valid); font-weight: bold; }
        svg path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
        .grid { stroke: var(--line); } .axis, .tick { stroke: var(--level); }
        .raw { stroke: var(--train); stroke-width: 1; opacity: .35; } .train { stroke: var(--train); stroke-width: 2.5; }
        .valid { stroke: var(--valid); stroke-width: 2; } .level { stroke: var(--level); stroke-width: 1.5; stroke-dasharray: 6 5; }
        circle.dot { fill: var(--valid); stroke: none; } circle.best { fill: none; stroke: var(--valid); stroke-width: 2.5; }
        pre { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; margin: 0; padding: .8rem 1rem;
          font: 14px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        .tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 2.5rem; align-items: start; }
        table { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
        td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        th { font-weight: normal; color: var(--soft); white-space: nowrap; }
        code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
        summary { cursor: pointer; color: var(--soft); margin-top: 1rem; }
        @media print {
          :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444; --line: #ccc; --panel: #fff; --train: #1d4fa3; --valid: #a8380a; --level: #666; }
          body { max-width: none; padding: 0; font-size: 11pt; } figure, .tiles div, tr { break-inside: avoid; }
          .plot { overflow-x: visible; } .plot svg, .pair .plot svg { min-width: 0; } h2, h3 { break-after: avoid; }
        }
        """;
}
