namespace Longhand.Training;

/// <summary>What a run's report adds to the style sheet of all pages: the colours and lines of its own curves.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --train: #2563c9; --valid: #c2410c; }
        @media (prefers-color-scheme: dark) { :root { --train: #6ea8ff; --valid: #ff9a5c; } }
        @media print { :root { --train: #1d4fa3; --valid: #a8380a; } }
        .key { display: inline-block; width: 1.4em; border-top: 3px solid var(--train); vertical-align: middle; margin: 0 .35em 0 0; }
        .key.valid { border-color: var(--valid); } .key.raw { opacity: .35; } .key.dash { border-top: 2px dashed var(--level); }
        figcaption span { white-space: nowrap; margin-right: .9em; }
        @media (max-width: 46rem) { svg text { font-size: 17px; } .pair svg text { font-size: 14px; } }
        .raw { stroke: var(--train); stroke-width: 1; opacity: .35; } .train { stroke: var(--train); stroke-width: 2.5; }
        .valid { stroke: var(--valid); stroke-width: 2; } svg .strong { fill: var(--valid); }
        circle.dot { fill: var(--valid); stroke: none; } circle.best { fill: none; stroke: var(--valid); stroke-width: 2.5; }
        """;
}
