using Longhand.Data;

namespace Longhand.Labs.Experiments;

/// <summary>
/// What a person knows of the words of a text, to judge word vectors by: groups of words of one kind, and pairs of pairs that are related
/// alike. Nothing of it is used in training.
/// </summary>
internal sealed record WordLists(IReadOnlyList<(string Name, string[] Words)> Groups, IReadOnlyList<string[]> Analogies)
{
    /// <summary>Those of a setting of <see cref="CharText.Knob"/>.</summary>
    public static WordLists Of(string text) => text == TinyShakespeare.Name ? s_shakespeare : s_fables;

    private static readonly WordLists s_fables = new(
        [
            ("animals", Split("fox owl hen badger otter crow goat hedgehog mole hare tortoise mouse bear toad goose wren donkey cat spider snail magpie beaver weasel quail jackdaw yak vole newt pig rat")),
            ("food and drink", Split("butter honey cheese soup bread jam mustard tea cider porridge gravy pudding sausage cake biscuit pie bun pancake")),
            ("manners", Split("slowly quietly loudly politely carefully sadly suddenly gently proudly bravely sideways nervously thoughtfully badly cheerfully secretly grandly firmly sternly warmly hastily solemnly gloomily sweetly kindly")),
            ("relatives", Split("aunt uncle cousin grandmother sister brother nephew godmother landlord barber teacher tailor dentist")),
            ("virtues and vices", Split("patience honesty courage kindness wisdom modesty pride greed hunger envy hope thrift truth trust sleep friendship cunning gossip flattery hurry laziness gratitude silence charity vanity")),
        ],
        [
            ["he", "she", "his", "her"], ["he", "she", "himself", "herself"], ["is", "was", "are", "were"], ["turnip", "turnips", "bucket", "buckets"],
            ["apple", "apples", "onion", "onions"], ["button", "buttons", "spoon", "spoons"], ["i", "my", "you", "your"], ["is", "was", "has", "had"],
        ]);

    private static readonly WordLists s_shakespeare = new(
        [
            ("family", Split("father mother brother sister son daughter wife husband uncle cousin child children")),
            ("rank", Split("king queen duke lord lady prince earl duchess princess emperor sir madam")),
            ("the body", Split("eye eyes hand hands heart head tongue face blood breath arms lips ears cheek bosom")),
            ("he, she and thou", Split("he she him her his thou thee thy thine you your ye they them their")),
        ],
        [
            ["king", "queen", "man", "woman"], ["father", "mother", "son", "daughter"], ["father", "mother", "brother", "sister"], ["he", "she", "his", "her"],
            ["thou", "thy", "you", "your"], ["he", "him", "thou", "thee"], ["lord", "lady", "king", "queen"], ["eye", "eyes", "hand", "hands"], ["is", "was", "are", "were"],
        ]);

    private static string[] Split(string words) => words.Split(' ');
}
