namespace Longhand.Text.Corpus;

/// <summary>
/// The words, by the part they play in a sentence, the likeliest first. Regular forms are derived (turnip, turnips; mend, mends,
/// mended, mending); irregular ones are written out with slashes.
/// </summary>
internal static class Vocabulary
{
    private const string Nouns = """
        turnip bucket lantern basket kettle ladder button candle pie onion hat spoon blanket bell boot letter apple cabbage pumpkin
        broom barrel drum umbrella cup teapot key wheelbarrow pillow carrot feather egg stone shovel map coat jug chair table
        mirror clock acorn nut plum pear cherry/cherries berry/berries biscuit cake pudding sausage pickle radish bean mushroom
        leaf/leaves twig log plank nail hammer rope net hook wheel cart boat oar sack crate jar bottle lid pan ladle fork
        knife/knives plate napkin curtain cushion sock glove scarf/scarves ribbon slipper waistcoat pocket purse coin whistle flute
        fiddle trumpet bagpipe drumstick book page poem riddle recipe rumor secret bill receipt stamp parcel flag tent kite
        balloon wig spectacle monocle telescope compass thimble needle anchor chimney door gate fence window doorknob hinge
        staircase cellar attic roof puddle pebble shell fishbone comb brush sponge bathtub towel mop rug lamp
        matchbox teaspoon tray cork crumb loaf/loaves bun pancake dumpling lemon melon fig walnut chestnut marrow beetroot parsnip
        leek daisy/daisies tulip thistle nettle rose violet bush hedge stump branch root seed haystack scarecrow
        milestone signpost bench statue fountain weathercock windmill rowboat raft plough rake sickle anvil horseshoe saddle bridle
        """;

    private const string Stuff = """
        butter honey cheese soup bread jam mustard tea cider porridge gravy straw hay mud string wool wax paper ink paint glue
        moonlight fog snow dust tin copper velvet lace leather clay chalk sawdust moss pepper salt sugar custard barley rye flour
        """;

    private const string Adjectives = """
        old small wet large crooked empty round yellow cold golden rusty broken warm heavy quiet muddy loud shiny green blue red
        tiny dusty soft striped painted second-hand borrowed leaky wooden famous enormous hollow narrow wobbly sticky polished
        respectable sensible ordinary suspicious unusual expensive cheap secret forgotten magnificent terrible excellent ugly
        pretty curious silver woolly velvet sleepy smoky spotted lonely honest hopeful gloomy elegant foolish splendid boiled
        buttered pickled frozen ancient brand-new royal invisible musical poetic difficult slippery feathered patched crumpled
        upside-down lopsided ripe rotten sour sweet salty bitter smooth rough thin thick long short pale purple orange tidy
        innocent guilty clever drowsy imported homemade perfect ridiculous modest haunted ticklish waterproof
        """;

    private const string Transitive = """
        polish carry mend borrow hide/hides/hid/hiding paint count guard sell/sells/sold/selling wash bury kick lose/loses/lost/losing
        steal/steals/stole/stealing measure weigh decorate find/finds/found/finding inspect admire sharpen hang/hangs/hung/hanging
        drop/drops/dropped/dropping examine insult fold push pull boil pickle iron toast tickle rescue collect photograph
        inherit invent forget/forgets/forgot/forgetting tame bless salute juggle auction launder repair weave/weaves/wove/weaving
        roast rent whitewash baptize bake lend/lends/lent/lending
        """;

    private const string Intransitive = """
        sigh laugh cough bow blink shiver yawn sneeze frown nod/nods/nodded/nodding tremble whistle grumble giggle snore hiccup
        blush weep/weeps/wept/weeping grin/grins/grinned/grinning stumble dance sing/sings/sang/singing faint shrug/shrugs/shrugged/shrugging
        stare squint mutter sob/sobs/sobbed/sobbing curtsy
        """;

    private const string Adverbs = """
        slowly quietly loudly politely carefully sadly twice suddenly gently proudly again bravely sideways nervously thoughtfully
        badly cheerfully secretly grandly backwards firmly sternly warmly hastily solemnly gloomily sweetly kindly wearily
        patiently modestly stiffly coldly happily darkly wisely vaguely rudely tenderly
        """;

    private const string Virtues = """
        patience honesty courage kindness wisdom modesty pride greed hunger envy hope thrift truth trust sleep friendship
        cunning gossip flattery hurry laziness gratitude silence charity vanity gravity arithmetic punctuality
        """;

    private const string Numbers = "two three four five six seven nine eleven twelve forty ninety";

    private const string Relatives =
        "aunt uncle cousin grandmother sister brother nephew godmother landlord barber great-aunt teacher tailor dentist";

    public static void AddTo(Grammar grammar)
    {
        string[][] nouns = Words(Nouns).Select(w => w.Split('/')).ToArray();
        grammar.AddWords("noun", nouns.Select(n => n[0]));
        grammar.AddWords("nouns", nouns.Select(n => n.Length > 1 ? n[1] : Plural(n[0])));
        grammar.AddWords("stuff", Words(Stuff));
        grammar.AddWords("adj", Words(Adjectives));
        grammar.AddWords("adverb", Words(Adverbs));
        grammar.AddWords("virtue", Words(Virtues));
        grammar.AddWords("number", Words(Numbers));
        grammar.AddWords("relative", Words(Relatives));
        AddVerbs(grammar, Transitive, "do", "does", "did", "doing");
        AddVerbs(grammar, Intransitive, "act", "acts", "acted", "acting");
    }

    private static void AddVerbs(Grammar grammar, string verbs, params string[] names)
    {
        string[][] forms = Words(verbs).Select(v => v.Split('/') is { Length: 4 } all ? all : Conjugate(v)).ToArray();
        for (int form = 0; form < names.Length; form++) grammar.AddWords(names[form], forms.Select(f => f[form]));
    }

    private static string[] Words(string list) =>
        list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Plural(string word) =>
        word[^1] is 's' or 'x' || word.EndsWith("ch", StringComparison.Ordinal) || word.EndsWith("sh", StringComparison.Ordinal)
            ? word + "es" : word + "s";

    /// <summary>mend, mends, mended, mending; bake, bakes, baked, baking; carry, carries, carried, carrying.</summary>
    private static string[] Conjugate(string verb)
    {
        string stem = verb[..^1];
        if (verb.EndsWith('e')) return [verb, verb + "s", verb + "d", stem + "ing"];
        if (verb.EndsWith('y') && verb[^2] is not ('a' or 'e' or 'o')) return [verb, stem + "ies", stem + "ied", verb + "ing"];
        return [verb, Plural(verb), verb + "ed", verb + "ing"];
    }
}
