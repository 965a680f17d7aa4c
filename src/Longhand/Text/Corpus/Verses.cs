using System.Text;

namespace Longhand.Text.Corpus;

/// <summary>
/// Songs in rhyming couplets of iambic tetrameter: eight syllables, the even ones stressed. A line is made for the kind of word
/// it ends on (noun, quality or deed); the last words of a couplet come from one family of rhymes. $S is the one sung about,
/// "the fox" or "the badger"; where the name has one syllable only, $off, $down, $all and
/// $oh fill the gap ("the fox went off to", "the badger went to").
/// </summary>
internal static class Verses
{
    /// <summary>Each line is one family: nouns | qualities | deeds, all of one stressed syllable.</summary>
    private const string Families = """
        night light kite knight sight fright | bright white right tight | write fight bite
        day hay clay bay tray way | gray gay | stay play say pay stray
        moon spoon tune noon dune | | swoon croon
        bell well shell smell spell | well | tell sell yell dwell
        hat cat mat bat rat vat | flat fat | chat
        bread bed shed head thread sled | red dead | spread
        hill mill bill quill till | still ill | fill spill
        tree bee sea key knee tea pea | free | see flee
        hole bowl coal pole soul roll | whole | stroll
        rain lane train crane drain stain | plain vain | rain drain gain
        stone bone throne crone | prone | moan groan own
        pie sky eye spy fly | dry shy high sly | cry fry try fly
        house mouse louse blouse spouse | |
        boat goat coat moat note throat | | float gloat quote
        door floor shore oar roar | poor sore | snore pour
        king ring string spring wing thing | | sing bring sting
        snow crow toe bow hoe | low slow | go grow know blow
        cake lake rake snake steak | fake | bake take wake shake
        pot cot knot plot spot | hot | trot rot
        sun bun nun ton | | run shun stun
        cheese breeze sneeze | | sneeze freeze please seize
        chair stair bear pear hare mare | rare bare fair | share stare care swear
        """;

    public const string Rules = """
        # n1
        crow
        owl
        duck
        drum
        cup
        lamp
        hen
        log
        jug
        sock
        cart
        plum
        broom
        frog
        crown
        spoon
        leek
        ghost
        shoe
        stool

        # n2
        kettle
        turnip
        button
        lantern
        parsnip
        pillow
        bucket
        teapot
        onion
        ladder
        fiddle
        pudding
        basket
        candle
        thimble
        biscuit
        pumpkin
        carrot
        feather

        # a1
        old
        wet
        blue
        small
        round
        cold
        sweet
        brave
        long
        thin
        great
        proud
        poor
        strange
        wise

        # a2
        golden
        crooked
        yellow
        silver
        gentle
        hungry
        lonely
        muddy
        merry
        sleepy
        broken
        famous
        silent
        velvet

        # p1
        beneath
        above
        beside
        behind
        before

        # v1
        sang
        sat
        wept
        slept
        laughed
        stood
        prayed
        sneezed
        dreamed

        # off1
        off
        out
        down
        back

        # noun line
        [$S] went[$off] to find the [$R]
        [$S] sat[$down] [p1] the [$R]
        the [a2] [n2] and the [$R]
        [a a1] and [a2] little [$R]
        who [v1] all night [p1] the [$R]?
        and so they [v1] [p1] the [$R]
        O tell me, have you seen the [$R]?
        with half [a n2] and [a $R]
        the [a1] [n1] [v1] [p1] the [$R]
        and there, [p1] the [a2] [$R]
        they put the [n2] on the [$R]
        my [n2] is no common [$R]
        but no one ever saw the [$R]
        [$S] came[$off] to [doverse] the [$R]

        # doverse
        mend
        paint
        steal
        wash
        kick
        find
        greet
        count
        guard

        # quality line
        the [n2] and the [n1] were [$R]
        the [a2] [n2] was not [$R]
        and every [n2] there was [$R]
        [$S] grew[$oh] so very [$R]
        for what is [a1] is seldom [$R]
        so [a1], so [a1], so very [$R]
        the world is [a1], the world is [$R]
        I think my [n2] must be [$R]

        # deed line
        [$S] went[$off] and wished to [$R]
        and that is why the [n2]s [$R]
        the [a2] [n2] cannot [$R]
        and never, never did they [$R]
        [$S] heard[$all] the [n2]s [$R]
        come, [a2] [n2], come and [$R]
        and what they hide, the [n1]s will [$R]
        the [n1]s, the [n2]s, how they [$R]!
        O [n1] of mine, why must you [$R]?
        it taught the [n1] and me to [$R]
        """;

    private static readonly string[] LineRules = ["noun line", "quality line", "deed line"];

    private static readonly string[][][] Words = Families
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(family => family.Split('|').Select(kind => kind.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray())
        .ToArray();

    /// <summary>A verse about someone: couplets, each line indented by two spaces and begun with a capital.</summary>
    public static string Sing(Grammar grammar, Character about, int couplets)
    {
        grammar.Bind("S", about["the"]);
        var verse = new StringBuilder();
        for (int i = 0; i < couplets; i++)
        {
            string[][] family = grammar.Pick(Words);
            (int kind, string first) = PickWord(grammar, family);
            Line(verse, grammar, about, kind, first, ",;,,");
            string second;
            do (kind, second) = PickWord(grammar, family); while (second == first);
            Line(verse, grammar, about, kind, second, ".!..");
        }
        return verse.ToString();
    }

    private static (int Kind, string Word) PickWord(Grammar grammar, string[][] family)
    {
        int index = grammar.Draw(family.Sum(kind => kind.Length));
        int kind = 0;
        while (index >= family[kind].Length) index -= family[kind++].Length;
        return (kind, family[kind][index]);
    }

    private static void Line(StringBuilder verse, Grammar grammar, Character about, int kind, string word, string ends)
    {
        grammar.Bind("R", word);
        bool isShort = about.Syllables == 1;
        grammar.Bind("off", isShort ? " " + grammar.Say("off1") : "");
        grammar.Bind("down", isShort ? " down" : "");
        grammar.Bind("all", isShort ? " all" : "");
        grammar.Bind("oh", isShort ? " oh" : "");
        string line = grammar.Say(LineRules[kind]);
        verse.Append("  ").Append(char.ToUpperInvariant(line[0])).Append(line, 1, line.Length - 1);
        if (line[^1] is not ('?' or '!')) verse.Append(ends[grammar.Draw(ends.Length)]);
        verse.Append('\n');
    }
}
