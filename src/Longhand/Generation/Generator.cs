using Longhand.Models;
using Longhand.Nn;
using Longhand.Tensors;
using Longhand.Text;

namespace Longhand.Generation;

/// <summary>
/// Lets a model continue a text, token by token. The key/value cache makes each token cost one row. When the context is full, the
/// cache is filled again with the last half of it, and generation goes on; so a text may be longer than the context, but never looks
/// back further.
/// </summary>
public sealed class Generator
{
    private readonly Gpt _model;
    private readonly ITokenizer _tokenizer;

    /// <summary>The model's parameters are used as constants while generating, and stay as they were.</summary>
    public Generator(Gpt model, ITokenizer tokenizer)
    {
        if (tokenizer.VocabularySize != model.Config.Vocabulary)
            throw new ArgumentException($"The tokenizer has {tokenizer.VocabularySize} tokens but the model was made for {model.Config.Vocabulary}.");
        (_model, _tokenizer) = (model, tokenizer);
    }

    /// <summary>
    /// Pieces of text as they are chosen; the prompt is not repeated. An empty prompt starts after a line end, or after the first token
    /// of the vocabulary where there is no line end.
    /// </summary>
    /// <exception cref="UnknownCharactersException">The prompt has characters that the tokenizer does not know.</exception>
    public IEnumerable<string> Continue(string prompt, int tokens, SamplingOptions options)
    {
        int[] ids = prompt.Length > 0 ? _tokenizer.Encode(prompt) : [Start()];
        return Pieces(ids, tokens, new Sampler(options, _model.Config.Vocabulary));
    }

    /// <summary>The whole continuation as one text.</summary>
    public string Write(string prompt, int tokens, SamplingOptions options) => string.Concat(Continue(prompt, tokens, options));

    private IEnumerable<string> Pieces(int[] prompt, int tokens, Sampler sampler)
    {
        var text = new List<int>(prompt);
        float[] logits = new float[_model.Config.Vocabulary];
        KeyValueCache cache = _model.NewCache();
        int[] fresh = text.TakeLast(_model.Config.Context).ToArray();
        for (int i = 0; i < tokens; i++)
        {
            if (cache.Length + fresh.Length > _model.Config.Context)
            {
                cache.Clear();
                fresh = text.TakeLast(Math.Max(1, _model.Config.Context / 2)).ToArray();
            }
            Logits(fresh, cache, logits);
            int next = sampler.Next(logits, i);
            text.Add(next);
            fresh = [next];
            yield return _tokenizer.Decode([next]);
        }
    }

    private void Logits(int[] fresh, KeyValueCache cache, float[] logits) => _model.AsConstants(() =>
    {
        using (Workspace.Begin()) _model.ForwardLast(new Indices(fresh, (1, fresh.Length)), cache).Read(logits);
        return logits;
    });

    private int Start()
    {
        try
        {
            return _tokenizer.Encode("\n")[0];
        }
        catch (UnknownCharactersException)
        {
            return 0;
        }
    }
}
