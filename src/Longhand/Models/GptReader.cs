using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>
/// Reads a text with a <see cref="Gpt"/>. The key/value cache makes each token cost one row. When the context is full, the cache is filled again
/// with the last half of it, and reading goes on; so a text may be longer than the context, but never looks back further.
/// </summary>
internal sealed class GptReader(Gpt model) : ITextReader
{
    private readonly KeyValueCache _cache = model.NewCache();

    // The tail of the text, as much as may be read again.
    private readonly List<int> _text = [];

    public void Read(ReadOnlySpan<int> ids, float[] logits)
    {
        int context = model.Config.Context;
        _text.AddRange(ids);
        if (_text.Count > 2 * context) _text.RemoveRange(0, _text.Count - context);
        int[] fresh = ids[Math.Max(0, ids.Length - context)..].ToArray();
        if (_cache.Length + fresh.Length > context)
        {
            _cache.Clear();
            fresh = [.. _text.TakeLast(ids.Length == 1 ? Math.Max(1, context / 2) : context)];
        }
        model.AsConstants(() =>
        {
            using (Workspace.Begin()) model.ForwardLast(new Indices(fresh, (1, fresh.Length)), _cache).Read(logits);
            return logits;
        });
    }
}
