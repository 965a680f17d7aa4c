using System.Text;
using Longhand.Numerics;

namespace Longhand.Text.Corpus;

/// <summary>
/// A grammar of named rules, each a list of alternatives, and its expansion with reproducible choices.
/// <list type="bullet">
/// <item><c>[rule]</c> is one alternative of a rule; <c>{this|that}</c> is a choice on the spot and may be nested.</item>
/// <item><c>[A.part]</c> is a part of whoever plays the role A (see <see cref="Character"/>), <c>[$name]</c> a bound text.</item>
/// <item><c>[a rule]</c> puts "a" or "an" in front, <c>[^…]</c> begins with a capital; <c>[^a rule]</c> does both.</item>
/// </list>
/// A rule with a choice never gives the same alternative twice in a row. In a list of words the first are the likeliest.
/// Left out: recursion limits. The rules here do not recurse.
/// </summary>
internal sealed class Grammar(Rng rng)
{
    private readonly Dictionary<string, Rule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Character> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private long _draws;

    /// <summary>Adds rules from a text: a line "# name" opens a rule, each line after it is an alternative.</summary>
    public void AddRules(string text)
    {
        const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (string block in text.Split('#', Clean))
        {
            string[] lines = block.Split('\n', Clean);
            _rules.Add(lines[0], new Rule(lines[1..].Select(Template.Parse).ToArray(), isSkewed: false));
        }
    }

    /// <summary>Adds a list of words, the likeliest first.</summary>
    public void AddWords(string name, IEnumerable<string> words) =>
        _rules.Add(name, new Rule(words.Select(Template.Parse).ToArray(), isSkewed: true));

    public void Bind(string role, Character character) => _roles[role] = character;

    public void Bind(string name, string text) => _texts[name] = text;

    /// <summary>A whole number in [0, limit): the next draw.</summary>
    public int Draw(int limit) => rng.Below(limit, _draws++);

    public T Pick<T>(IReadOnlyList<T> list) => list[Draw(list.Count)];

    /// <summary>One expansion of a template written in the notation above.</summary>
    public string Expand(string template)
    {
        var text = new StringBuilder();
        Append(text, Template.Parse(template));
        return text.ToString();
    }

    /// <summary>One expansion of a rule.</summary>
    public string Say(string rule)
    {
        var text = new StringBuilder(128);
        Append(text, Choose(_rules[rule]));
        return text.ToString();
    }

    private void Append(StringBuilder text, Template template)
    {
        foreach (Part part in template.Parts)
        {
            int start = text.Length;
            if (part.HasArticle) text.Append("a ");
            int word = text.Length;
            AppendPart(text, part);
            if (part.HasArticle && TakesAn(text, word)) text.Insert(start + 1, 'n');
            if (part.IsCapital) text[start] = char.ToUpperInvariant(text[start]);
        }
    }

    private void AppendPart(StringBuilder text, Part part)
    {
        switch (part.Kind)
        {
            case PartKind.Literal:
                text.Append(part.Text);
                break;
            case PartKind.Choice:
                Append(text, part.Choices[Draw(part.Choices.Length)]);
                break;
            case PartKind.Bound:
                text.Append(_texts[part.Text]);
                break;
            case PartKind.Role:
                string said = _roles[part.Role][part.Text];
                // A part of a character may hold several sayings; they are rules under its own name.
                if (_rules.TryGetValue(said, out Rule? own)) Append(text, Choose(own));
                else text.Append(said);
                break;
            default:
                if (!_rules.TryGetValue(part.Text, out Rule? rule)) throw new KeyNotFoundException($"There is no rule \"{part.Text}\".");
                Append(text, Choose(rule));
                break;
        }
    }

    private Template Choose(Rule rule)
    {
        int count = rule.Alternatives.Length;
        int index = Draw(count);
        if (rule.IsSkewed) index = (int)((long)index * (index + Draw(count)) / (2L * count));
        if (index == rule.Last) index = (index + 1) % count;
        rule.Last = index;
        return rule.Alternatives[index];
    }

    private static bool TakesAn(StringBuilder text, int start)
    {
        string word = text.ToString(start, Math.Min(text.Length - start, 5));
        return word.Length > 0 && "aeiou".Contains(word[0], StringComparison.Ordinal) || word == "hones";       // an honest
    }

    private sealed class Rule(Template[] alternatives, bool isSkewed)
    {
        public Template[] Alternatives { get; } = alternatives;
        public bool IsSkewed { get; } = isSkewed;
        public int Last { get; set; } = -1;
    }
}
