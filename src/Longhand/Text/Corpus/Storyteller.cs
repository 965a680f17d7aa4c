using System.Text;
using Longhand.Numerics;

namespace Longhand.Text.Corpus;

/// <summary>
/// Tells tales, plays and songs until there is enough text. Each piece has a title in capitals, its own characters and one thing
/// it is about, so that names and things return within it; plots are lists of moves from <see cref="Tales"/> and <see cref="Speeches"/>.
/// Prose is wrapped at sixty columns: a model with a context of 64 characters can see its line's beginning.
/// </summary>
internal sealed class Storyteller
{
    private const int Columns = 60;

    private static readonly string[] TalePlots =
    [
        "once detail / need askfor promise / misuse detail / return excuse|tale / end",
        "once detail / find quarrel|tale quarrel|tale struggle / ask|judge judgment / taken / end",
        "once detail detail / invent / demonstrate demonstrate / end",
        "once / detail need / set|out journey meet / arrive ask answer / end",
        "once detail / contest rivals / rivalry rivalry / result / end",
        "once need / askfor askfor promise / misuse / return end",
        "once detail / find struggle / quarrel|tale / set|out journey / arrive judgment / taken / end",
    ];

    /// <summary>Who says what to whom: "AB greet" is A to B.</summary>
    private static readonly string[] PlayPlots =
    [
        "AB greet, BA greetback, AB claim, BA counterclaim, AB insult, BA reply, CA whatnow, AC explain, BC explain, CB judge, AB agree, BA farewell",
        "AB greet, BA want, AB praise, BA offer, AB toolittle, BA offer, AB sold, BA complain, AB excuse, BA complain, CB think, AB farewell",
        "CA open|court, AC accuse, BC deny, AB accuse, CB whatnow, BC testify, AC testify, BA insult, AB reply, CB verdict, BC agree",
        "AB greet, BA boast, AB doubt, BA boast, CB doubt, BA fail, CA think, BC farewell",
        "AB gossip, BA more|gossip, AB gossip, BA more|gossip, CA whatnow, AC explain, CB correct, BC think, CB correct, AC farewell",
        "BA greet, AB think, BA think, AB doubt, BA reply, CB whatnow, AC explain, CA think, BC farewell",
        "AB want, BA praise, AB doubt, BA boast, AB offer, CB claim, BC deny, CB insult, AC judge, BA agree",
    ];

    private readonly Grammar _grammar;
    private readonly Character[] _cast;
    private readonly StringBuilder _text = new();

    public Storyteller(Rng rng)
    {
        _grammar = new Grammar(rng);
        Vocabulary.AddTo(_grammar);
        _cast = Cast.AddTo(_grammar);
        foreach (string rules in (string[])[Phrases.Rules, Speeches.Rules, Tales.Rules, Verses.Rules]) _grammar.AddRules(rules);
    }

    /// <summary>Whole pieces, until there are at least this many characters.</summary>
    public string Tell(int characters)
    {
        while (_text.Length < characters)
        {
            if (_text.Length > 0) _text.Append('\n');
            CastRoles(out Character a, out Character b, out Character c);
            int kind = _grammar.Draw(20);
            if (kind < 8) Tale();
            else if (kind < 17) Play(a, b, c);
            else Song(a);
        }
        return _text.ToString();
    }

    private void CastRoles(out Character a, out Character b, out Character c)
    {
        a = _grammar.Pick(_cast);
        do b = _grammar.Pick(_cast); while (b == a);
        do c = _grammar.Pick(_cast); while (c == a || c == b);
        _grammar.Bind("A", a);
        _grammar.Bind("B", b);
        _grammar.Bind("C", c);
        string thing = _grammar.Say("noun");
        _grammar.Bind("O", thing);
        _grammar.Bind("OO", char.ToUpperInvariant(thing[0]) + thing[1..]);
    }

    private void Title(string title) => _text.Append(_grammar.Expand(title).ToUpperInvariant()).Append("\n\n");

    private void Tale()
    {
        Title("[A.the] and the {[$O]|[adj] [$O]}");
        foreach (string paragraph in _grammar.Pick(TalePlots).Split(" / "))
        {
            IEnumerable<string> moves = paragraph.Split(' ').Select(Rule);
            if (_grammar.Draw(8) == 0) moves = moves.Append("aside tale");
            Paragraph(string.Join(' ', moves.Select(_grammar.Say)));
            _text.Append('\n');
        }
        Paragraph("Moral: " + _grammar.Say("moral"));
    }

    private void Play(Character a, Character b, Character c)
    {
        _grammar.Bind("P", _grammar.Say("place"));
        Title("{a scene|a quarrel|a conversation|a meeting|a misunderstanding} [$P]");
        Paragraph(_grammar.Expand("({[^time]|[^$P]}. [^A.the] is [A.habit]. {Enter|Behind [a noun],|In a corner,} [B.the], [B.habit].)"));
        foreach (string move in _grammar.Pick(PlayPlots).Split(", "))
        {
            Character me = Player(move[0]), you = Player(move[1]);
            _grammar.Bind("me", me);
            _grammar.Bind("you", you);
            _text.Append('\n').Append(me["NAME"]).Append(":\n");
            string manner = _grammar.Draw(5) == 0 ? _grammar.Expand("([manner]) ") : "";
            string more = _grammar.Draw(5) switch { 0 => " " + _grammar.Say("think"), 1 => " " + _grammar.Expand("[me.cry]"), _ => "" };
            Paragraph(manner + _grammar.Say(Rule(move[3..])) + more);
            int extra = _grammar.Draw(12);
            if (extra == 0) _text.Append("(Sings.)\n").Append(Verses.Sing(_grammar, you, couplets: 1 + _grammar.Draw(2)));
            if (extra is 1 or 2) Paragraph("(" + _grammar.Say("direction") + ")");
        }
        _text.Append('\n');
        Paragraph("(" + _grammar.Say("curtain") + ")");

        Character Player(char role) => role == 'A' ? a : role == 'B' ? b : c;
    }

    private void Song(Character about)
    {
        Title("{a song|a ballad|a lullaby|an elegy|some verses} {for|about} [A.the]");
        int verses = 2 + _grammar.Draw(3);
        for (int i = 0; i < verses; i++)
        {
            if (i > 0) _text.Append('\n');
            _text.Append(Verses.Sing(_grammar, about, couplets: 2));
        }
    }

    /// <summary>The name of a rule as plots write it: | stands for a space.</summary>
    private static string Rule(string name) => name.Replace('|', ' ');

    private void Paragraph(string text)
    {
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            if (column > 0)
            {
                bool fits = column + 1 + word.Length <= Columns;
                _text.Append(fits ? ' ' : '\n');
                column = fits ? column + 1 : 0;
            }
            _text.Append(word);
            column += word.Length;
        }
        _text.Append('\n');
    }
}
