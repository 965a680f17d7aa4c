namespace Longhand.Text.Corpus;

/// <summary>
/// Someone in the stories. Its parts: name ("Fox"), NAME, the ("the fox"), he, him, his, himself; and, each a rule of the grammar
/// with several alternatives: trait, job, home, likes, habit and cry; and cried, a cry that a sentence goes on after
/// ("I have a plan," said the fox).
/// </summary>
internal sealed class Character
{
    private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal);
    private readonly string _animal;

    /// <param name="head">Animal, pronoun and syllables: "badger he 2".</param>
    public Character(string head)
    {
        string[] words = head.Split(' ');
        _animal = words[0];
        bool isFemale = words[1] == "she";
        Syllables = words[2] == "2" ? 2 : 1;
        _parts["animal"] = _animal;
        _parts["name"] = char.ToUpperInvariant(_animal[0]) + _animal[1..];
        _parts["NAME"] = _animal.ToUpperInvariant();
        _parts["the"] = "the " + _animal;
        _parts["he"] = isFemale ? "she" : "he";
        _parts["him"] = isFemale ? "her" : "him";
        _parts["his"] = isFemale ? "her" : "his";
        _parts["himself"] = isFemale ? "herself" : "himself";
    }

    /// <summary>One or two, with the stress on the first: verse needs to know.</summary>
    public int Syllables { get; }

    /// <summary>A text, or for sayings the name of their rule.</summary>
    public string this[string part] => _parts[part];

    public void AddSayings(Grammar grammar, string part, string[] sayings)
    {
        _parts[part] = $"{_animal} {part}";
        grammar.AddWords(_parts[part], sayings);
        if (part == "cry") AddSayings(grammar, "cried", sayings.Select(cry => cry.EndsWith('.') ? cry[..^1] + "," : cry).ToArray());
    }
}
