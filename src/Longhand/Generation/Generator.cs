using Longhand.Models;
using Longhand.Text;

namespace Longhand.Generation;

/// <summary>
/// Lets a model continue a text, token by token, by a reader that keeps what the model remembers of it.
/// </summary>
public sealed class Generator
{
    private readonly LanguageModel _model;
    private readonly ITokenizer _tokenizer;

    /// <summary>The model's parameters are used as constants while generating, and stay as they were.</summary>
    public Generator(LanguageModel model, ITokenizer tokenizer)
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
        float[] logits = new float[_model.Config.Vocabulary];
        ITextReader reader = _model.NewReader();
        int[] fresh = prompt;
        for (int i = 0; i < tokens; i++)
        {
            reader.Read(fresh, logits);
            fresh = [sampler.Next(logits, i)];
            yield return _tokenizer.Decode(fresh);
        }
    }

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
