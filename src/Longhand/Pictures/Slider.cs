using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// Pictures of one thing at several moments, and a slider that goes through them: by mouse, by touch, and with the arrow keys. Without
/// a script, and on paper, the last picture is shown.
/// </summary>
public sealed class Slider : Picture
{
    /// <summary>The script of all sliders of a page. It needs nothing but the page.</summary>
    internal const string Script = """
        for (const box of document.querySelectorAll('.slider')) {
          const frames = box.querySelectorAll('.frame'), range = box.querySelector('input'), label = box.querySelector('output');
          const show = () => {
            frames.forEach((frame, i) => frame.classList.toggle('on', i == range.value));
            label.textContent = frames[range.value].dataset.label;
            range.setAttribute('aria-valuetext', label.textContent);
          };
          range.addEventListener('input', show);
          box.querySelector('.control').hidden = false;
          show();
        }
        """;

    /// <summary>The pictures in their order, each with what tells it from the others: "step 40".</summary>
    public required IReadOnlyList<(string Label, Picture Picture)> Frames { get; init; }

    internal override void Write(TextWriter html, string id)
    {
        if (Frames.Count == 0)
        {
            return;
        }
        html.WriteLine($"<div class=\"slider\" role=\"group\" aria-label=\"{Escape(About)}\">");
        foreach ((int i, (string label, Picture picture)) in Frames.Index())
        {
            html.WriteLine($"<div class=\"frame{(i == Frames.Count - 1 ? " on" : "")}\" data-label=\"{Escape(label)}\">");
            picture.Write(html, FormattableString.Invariant($"{id}-{i}"));
            html.WriteLine("</div>");
        }
        int last = Frames.Count - 1;
        html.WriteLine($"<div class=\"control\" hidden=\"\"><input type=\"range\" min=\"0\" max=\"{last}\" value=\"{last}\" aria-label=\"{Escape(About)}\"/><output>{Escape(Frames[^1].Label)}</output></div>");
        html.WriteLine("</div>");
    }
}
