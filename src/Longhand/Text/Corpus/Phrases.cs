namespace Longhand.Text.Corpus;

/// <summary>
/// What both plays and tales are made of: things, times, places, comparisons and morals. Everything in the singular or plural
/// is so by the rule's name, so that sentences agree.
/// </summary>
internal static class Phrases
{
    public const string Rules = """
        # thing
        [adj] [noun]
        [noun]
        [adj] [noun]
        [noun] {full|made|smelling} of [stuff]
        [adj] and {rather|somewhat|quite} [adj] [noun]
        [noun] for {keeping|storing|spilling} [stuff]
        [noun] without [a noun]
        [adj] [noun] with {[a adj]|one [adj]} [noun]

        # things
        [nouns]
        [adj] [nouns]
        [number] [nouns]
        [number] [adj] [nouns]
        [adj] [nouns] and [adj] [nouns]
        [nouns] of every {size|color|age|description}
        more [nouns] than {anyone could count|there were [nouns]|was {decent|polite|legal}}

        # possessions
        [a thing]
        [number] [nouns]
        [a noun], [a noun] and [number] [nouns]
        half [a noun]
        the better part of [a noun]
        a {jar|bucket|sack|thimble|barrel|spoonful|pinch} of [stuff]
        all the [stuff] in {the valley|the house|the shop|the world}

        # someone
        [a relative]
        a {rich|distant|famous} [relative]
        the [relative] of {a king|the moon|somebody else}
        a traveling [relative]
        the {baker|miller|tailor|dentist|judge|widow} {next door|over the hill|of the valley|with the [adj] hat}

        # place
        by the {mill|duck|frog|moonlit} pond
        on the {crooked|old stone|rickety|second} bridge
        in the {market|town|empty} square
        under the {great|old|hollow} oak
        in the {cherry|plum|walled} orchard
        at the inn by the crossroads
        beside the {river|brook|weir|ferry}
        at the edge of the {marsh|wood|turnip field|cliff}
        in the {library|post office|bakery|courthouse}
        on the {windy|sunny|steep} hill
        behind the {barn|bakery|haystack|church}
        in the {kitchen|attic|cellar|garden} of {the mayor|the inn|[a adj] cottage|the old mill}
        on the {quay|landing|ferry|beach}
        near the lighthouse

        # somewhere
        {to|past|across|round} the {mill|pond|bridge|orchard|market|quay|barn|church|marsh|library|lighthouse|hill|inn|well}
        into the {wood|marsh|river|kitchen|cellar|fog|nettles|bell tower}
        over the {hill|fence|wall|hedge|bridge|mountains}

        # season
        spring
        summer
        autumn
        winter

        # time
        at {dawn|noon|dusk|midnight|breakfast|supper time|tea time}
        on a {Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday}
        in the {morning|afternoon|evening|middle of the night}
        on the {first|second|third|last} {day|evening|Sunday|morning} of [season]
        before {breakfast|lunch|the rain|the bells rang}
        after {supper|the harvest|the flood|the long speech}
        one {foggy|frosty|windy|golden|rainy|lazy} {morning|afternoon|evening|night}

        # weather
        It {rained|snowed|drizzled} {all day|until noon|sideways|[adverb]}
        The {wind|fog|rain} came [somewhere]
        The {sun|moon} {hung|rose|stood} over the {mill|hill|marsh|orchard|roofs} like [a thing]
        The {snow|fog|mist} lay {on|over} the {fields|roofs|river|valley} like {a blanket|flour|spilled milk|[stuff]}
        {Nothing|Not a leaf|Not [a noun]} {moved|stirred} in the {heat|cold|fog}
        The air smelled of [stuff] and [stuff]

        # simile
        like [a thing]
        like [a noun] in a {storm|hurry|bucket|dream}
        like {a king|a queen|a thief|a judge|a ghost} {at breakfast|in the rain|with a cold|in borrowed boots}
        as [adj] as [a noun]
        like {somebody|one} who has {lost|found|swallowed|sat on} [a thing]
        like the [relative] of [a noun]

        # vice
        greedy
        vain
        lazy
        proud
        careless
        jealous
        stubborn

        # saying
        {who|whoever} {borrows|lends|counts} [a noun] should not {trust|sit on|laugh at} [a noun]
        one [noun] in the {hand|pot|house} is worth [number] {in the shop|on the hill|in a dream}
        no [noun] was ever {mended|filled|sold} by {wishing|talking|weeping|[virtue]}
        a {small|full|borrowed|silent} [noun] makes the {best|loudest|worst} {friend|neighbor|supper|pillow}
        [virtue] is {a good servant|a poor cook|half the supper|the mother of [virtue]|cheaper than [nouns]}
        where there is [stuff], there will be [nouns]
        the {longest|shortest|darkest} road still {ends|begins} at the {door|kitchen|gate}
        it is {easier|harder|wiser} to [do] [a noun] than to [do] a friend
        he who {laughs|eats|arrives} last {washes the [nouns]|locks the door|misses the soup}
        one should never {trust|lend money to|argue with} anyone who can [do] [a noun] and [act] at the same time
        even {a king|the mayor|an owl|the moon} must {wait for|bow to|bend for} [a noun]
        what is {done|said|eaten} [adverb] is {done|said|eaten} {twice|for nothing|in vain}

        # moral
        [^saying].
        [^saying].
        {Pride|Greed|Hurry|Vanity|Envy} comes {before|after|home with} {a fall|the bill|[a noun]}.
        {Never|Do not|Think twice before you} [do] {another's|a neighbor's|a stranger's} [noun].
        {Better|Sooner} {an honest|a small|an empty|a dull} [noun] than {a stolen|a borrowed|a golden} [noun].
        {The [adj] one|The loudest|The quietest} {is seldom|is often|is not always} the {wisest|hungriest|last to leave}.
        [^virtue] {weighs|costs} {nothing|little|less than [a noun]}, and {is worth more|lasts longer|travels farther}.
        If you must be [vice], be so {[adverb]|at home|after lunch}.
        A {promise|secret|friend|debt} is not [a noun]: {it must be kept|you cannot buy another|it does not mend itself}.
        Ask {first|twice|an owl}, and [do] {afterwards|later|never}.

        # flaw
        it had no bottom
        it belonged to [someone]
        it was [number] years old and {looked|smelled} it
        there was a hole in it as big as [a noun]
        it was only [a noun], painted [adj]
        it {leaked|squeaked|hummed|wobbled} whenever {it rained|anybody sneezed|one looked at it}
        somebody had filled it with [stuff]
        it would not stop {humming|smelling of [stuff]|ringing}

        # trifle
        the price of [stuff]
        the {correct|proper|only} way to [do] [a noun]
        whether [a noun] has a soul
        the {health|wedding|hat|debts} of [someone]
        the weather
        [virtue] and [virtue]
        [a noun] that could be heard [place]
        a dream about [things]
        how to [do] [nouns] without [doing] [nouns]
        """;
}
