namespace Longhand.Text.Corpus;

/// <summary>
/// What the characters of a play say, move by move. "me" is the one who speaks, "you" the one spoken to, C a third;
/// $O is the thing the play is about.
/// </summary>
internal static class Speeches
{
    public const string Rules = """
        # greet
        Good {morning|evening|day}, [you.name]. {You look|You are looking} [simile].
        {Ah|Oh}, [you.name]! {I was just thinking of|I was just speaking of|Nobody has said a word about} {you|[trifle]}.
        [me.cry] {Is that you|Can it be you}, [you.name]?
        Welcome, [you.name], welcome. {Sit down|Do sit down}, but not on the [noun].
        {Well, well|Look here|Good heavens}! If it is not [you.the], {and without [a noun]|and before noon|with [a thing]}!
        {Halt|Stop}! Who goes there? Oh, it is only [you.name].
        How is {your [relative]|your [noun]|the [adj] [noun]}, [you.name]?

        # greetback
        {Never better|Never worse|Much the same}, {thank you|since you ask}, {apart from|considering|in spite of} the [nouns].
        [me.cry] And how {are you|is your [relative]|is the [noun]}?
        Good {morning|evening|day}, [you.name]. I have come about {the [$O]|[trifle]|[a thing]}.
        {Hush|Not so loud}! I am {hiding from|looking for|trying to forget} [a thing].
        I would be better if somebody had not [did] my [noun].
        I am {tired|hungry|wet|happy} [simile], {and you?|as always.|if you must know.}
        My [relative] {sends you|wants you to have} [possessions].

        # claim
        That [$O] is mine. I [did] it [place] [time].
        {I see|So} you have my [$O]. I would know {its [noun]|it} anywhere.
        {Give|Hand} me the [$O], [you.name], and we shall say no more about the [noun].
        My [relative] left me that [$O], together with [possessions].
        {Everyone|The whole valley|Even [someone]} knows the [$O] {is mine|belongs to me}.
        Who [did] {and [did] |}that [$O] for [number] years? I did.

        # counterclaim
        Yours? I {bought|found|inherited} it from [someone], and paid {with|for it with} [possessions].
        It cannot be yours. Yours was [adj], and this one is [adj].
        {Nonsense|Fiddlesticks|Zounds}! It has been {in my family|under my bed|on my head} since [season].
        Then why does it have my [noun] {on|in|under} it?
        [me.cry] {I never saw you before|You never owned so much as [a noun]}.
        If it is yours, tell me {this|then}: what is {inside it|written on the bottom}?
        {Prove|Say} it before [C.the], and I shall eat [a thing].

        # insult
        You are [a adj] [noun], [you.name], and your [relative] was [a noun] {too|before you}.
        You have the {heart|manners|brain|singing voice} of [a thing].
        I have met [nouns] with more [virtue] than you.
        {Somebody|Anyone} who [does] {[a noun]|every [noun]} should not speak of [virtue].
        Even [a adj] [noun] would be ashamed to [act] as you do.
        Go and [do] [a noun], you [adj], [adj] [noun]!
        You could not [do] [a noun] if {it asked you to|it were [adj]|your life hung on it}.
        Your [noun] is [adj], your [nouns] are [adj], and nobody likes your [stuff].

        # reply
        {I|One} may be [adj], but at least I am not {[a you.trait] [you.animal]|[adj]}.
        {Say that again|Repeat that}, and I shall [do] your [noun].
        {Thank you|How kind}. I have been called worse by [a noun].
        [me.cry] {Is that all?|What a thing to say!|You do not mean it.}
        My [relative] warned me about {you|animals who like [you.likes]}.
        I shall {remember|forget} that {until|every day until} [season].
        {At least|And yet} I do not {sing to|talk to|dance with} [a noun].
        {Fine|Good|Very well} words from {[a animal]|an idle [animal]|an unemployed [animal]} {who smells|smelling} of [stuff]!

        # animal
        biscuit thief
        teapot
        [relative]
        cabbage
        soup spoon
        weathercock
        philosopher

        # whatnow
        What is {this noise|all this|going on}? I could hear you [place].
        {Peace|Quiet|Enough}! You are frightening the [nouns].
        {Friends|Neighbors|Gentle animals}, why do you {shout|weep|[act]} over [a noun]?
        I came for {a cup of tea|a little peace|my [noun]}, and I find {a war|two fools|[a thing]}.
        [me.cry] {Who|Which of you} started it?
        {Explain yourselves|Speak}, one at a time, {the [adj] one first|beginning with the loudest|and without [nouns]}.

        # explain
        One of us says the [$O] is [adj], and the other says it {is [adj]|never was}.
        It is {very simple|a long story}. First there was [a noun], then [number] [nouns], and now this.
        {We disagree|We cannot agree} about [a thing], that is all.
        {Somebody|The wind|I think [someone]} [did] it [time], [adverb], while I was [doing] the [nouns].
        {Do not ask me|Ask somebody else|I know nothing}. I only came to [do] the [noun].
        Nothing has happened, and it was not my [noun].

        # judge
        Then I shall {keep|guard|eat} the [$O] myself until {you agree|[season]|the end of the world}.
        Cut it in {two|half}, and give the {smaller|better|wet} half to [someone].
        {Let|Very well: let} the one who wants it {less|least} {carry|roll|take} it home.
        I have thought {about it|it over}. You are both wrong, and the [$O] is {[a noun]|not even [a $O]}.
        The law is clear: {who|whoever} [does] the [noun] must also [do] the [nouns].
        {Give|Return} it to [someone], from whom {you both|we all} stole it.
        {You|Each of you} shall have it {every other|each} {Monday|Tuesday|Thursday}, and on Sundays it shall rest.

        # agree
        {That is|It is} fair. It is {terrible|dull|expensive}, but {it is fair|fair}.
        {Very well|So be it}. I never liked {the [noun]|its [noun]|it} anyway.
        {Agreed|Done}! And now let us have {soup|[stuff] and [stuff]|a song}.
        [me.cry] I {agree|give in}, but only because of the [noun].
        If [you.the] agrees, I agree. If not, I agree {louder|twice}.
        I could not have said it better {myself|with two mouths}.

        # want
        I have come to {buy|borrow|see} [a thing]. {Have you any|Is there one}?
        I need the [$O], [you.name]. I need it to [do] the [noun] of [someone].
        {Tell me|Say}, that [$O] in the window: is it {for sale|real|[adj]}?
        They say you have {[a $O]|the finest [$O]} {in the valley|this side of the mountains}. {I doubt it|Show me}.
        Without [a $O] I cannot [do] my [nouns], and without my [nouns] I am [a noun].

        # praise
        This [$O]? {A masterpiece|A miracle|A bargain}! It was [did] by [someone] [place].
        {Look|Only look} at the [noun] on it! You will not find such [a noun] [place].
        It has {belonged to|been admired by|survived} [number] kings, [number] floods and [a relative].
        It is [adj], it is [adj], and it {never|hardly ever|only rarely} {leaks|bites|explodes|sings}.
        {Owners|Friends} of this [$O] sleep {better|longer}, eat {more|less} and [act] [adverb].
        With this [$O] you can [do] [nouns], [do] [nouns], and [act], all {at once|before breakfast}.

        # offer
        I {offer|will give} you [possessions] for it.
        {Would you take|What do you say to} [possessions]?
        I have {nothing but|only} [possessions], and [a noun] I am fond of.
        {Take|Here: take} [possessions], and my [relative] {as well|on Sundays}.
        I can pay in [stuff], or in {songs|compliments|good advice}.

        # toolittle
        {For that|At that price} I would not sell you the {lid|shadow|smell} of it.
        You {insult|wound} me, [you.name]. You {insult|wound} the [$O]. You {insult|wound} the [nouns] around it.
        [me.cry] I have [number] children to feed, and one of them is {you|[a adj] one}.
        {More|A little more}! Think of the [noun]! Think of {winter|your [relative]|the [stuff]}!
        {Only|No more than} yesterday, [someone] offered me [possessions] and [possessions].

        # sold
        {Sold|Done|It is yours}! You have {robbed|ruined|charmed} me.
        Take it, {before I change my mind|before I weep|and never tell [C.the]}.
        {Agreed|Done}, because it is [season], and because I like your [noun].
        [me.cry] {A pleasure|An honor} to do business with such [a adj] [noun].

        # complain
        But {wait|look|listen}! [^flaw]!
        [you.name], {a word|one word}. I [did] the [$O] [place], and [flaw].
        This [$O] is not {what you said|what it was}. [^flaw].
        {I turned it over|I looked inside|I asked [someone]}, and do you know? [^flaw].

        # excuse
        {Of course|Naturally}. That is the {best|most modern|foreign} thing about it.
        {Did I say|Have I said} it did not? I said it was [adj].
        {Then|In that case} I can offer you [a thing] to go with it.
        [me.cry] It must have been [someone].
        {All|Many} great {[nouns]|works of art} have that.
        {Read|Look at} the small print, {there|here}, under the [noun].

        # open court
        {Order|Silence}! The court {will hear|has before it} the case of the [adj] [noun].
        [me.cry] Bring in the {accused|guilty one}, {and a cushion|and mind the [noun]}.
        We are {met|gathered} [place] to find out who [did] the [$O].
        This court has {a short temper|no patience|a cold}, so be {brief|quick}.

        # accuse
        {I saw|We all saw} [B.him] [place], [doing] the [$O] [adverb], {at midnight|in broad daylight}.
        {Who|Who else} had {a motive|the time|such feet}? Who was [doing] [nouns] that very {night|hour}?
        The {crumbs|footprints|feathers} led [somewhere], and from there {to|straight to} the bed of [B.the]!
        I accuse [B.the] of [virtue], [virtue], and the theft of one [$O].
        [^B.he] [did] it, and then [B.he] [did] [a noun], and then [B.he] had {soup|supper|a nap}.

        # deny
        I was {at home|in bed|asleep} [me.home], with [a noun] and a clear conscience.
        I never [did] [a $O] in my life. I do not even know how one [does] it.
        [me.cry] {It was dark|It was raining|I was [doing]}, and it was somebody {[adj]|smaller|else}.
        {Me|I}? With these {paws|feet|eyes}? Of such [a adj] [animal]?
        {Yes|It is true}, I [did] [a noun]. But it was {another|a much smaller} one, and it [did] me first.

        # testify
        I was [me.home], thinking of [me.likes], when I heard [a noun] [act].
        I saw {everything|nothing}, but I {saw|heard} it very {clearly|well}: [number] [nouns] and [a thing].
        {Somebody|A shape|[^a adj] shape} came [somewhere] with [a thing] on its head.
        It {was|must have been} [someone]. Or [a noun]. It was [simile].
        [me.cry] Must I {swear|speak}? I know nothing but [trifle].
        I had {just|only just} sat down to [stuff] and [stuff] when the [noun] went dark.

        # verdict
        The court finds {the accused|everybody} guilty of {[virtue]|being [adj]}, and orders lunch.
        {Not guilty|Guilty}, {by the width of [a noun]|because of the [noun]}. You will [do] [number] [nouns] {by|before} [season].
        {Since|As} nobody [did] it, everybody shall pay [number] [nouns].
        I {sentence|order} you to [do] the [noun] of [someone] until it is [adj].
        The case {is closed|is dismissed}, and so is the {window|kitchen}. {Go home|Out, all of you}.

        # boast
        I can [do] {more|heavier|bigger} [nouns] than {any [animal]|anyone} in this valley.
        {Nobody|Not even [C.the]} can [do] [a noun] as [adverb] as I {can|do}.
        When I was {young|at sea|in the army}, I [did] [number] [nouns] {before breakfast|with one paw}.
        I have [did] [things] {blindfolded|in my sleep|in the rain}, and I never once [did] [a noun].
        {Look at me|Observe}: [me.trait], [me.trait], and not [a noun] out of place.
        {I am|They call me} [me.job]. {Kings|Mayors|Experts} have wept.

        # doubt
        I will believe {it|that} when I see [a noun] [act].
        You? You could not [do] [a noun] {in a week|with help|if it were asleep}.
        {And|I suppose} I am [a noun]. Shall we {bet|say} [possessions]?
        That is what [someone] said, {before the fall|before the [noun]|and look at the [noun] now}.
        {Show us|Prove it|Do it now}! Here is [a noun]; {there|over there} is [a noun].

        # fail
        {Help|Ow|Alas}! The [noun] has [did] me!
        It was the {wind|fault of the [noun]|wrong [noun]}. Yesterday it was {easier|[adj]}.
        I {only slipped|was pushed|meant to do that}. {Does anybody have|Bring me} [a noun]?
        [me.cry] {Did you see|Nobody saw} that, I hope?
        I {did|have done} it {in spirit|once before|in my mind}. That is the {hard|important} part.

        # gossip
        Have you heard? [^someone] has [did] [number] [nouns] [place]!
        {They say|I hear|It is certain} that [C.the] [did] [a thing], and that [C.he] {weeps|sings|[acts]} every night.
        {I tell you this|Promise not to tell}: there is [a thing] [place], and it [acts].
        [^C.the] is going to marry [a adj] [relative], with [possessions] {for a dowry|as a gift}.
        {Do not|You must not} repeat it, but the mayor [does] his [nouns] [adverb].

        # more gossip
        {Only|Just} [number]? I heard {ninety|a hundred|a thousand}, and all of them [adj].
        {That is nothing|Worse}! [^C.he], {I mean|that is} [C.the], has [did] the {bells|bridge|mayor} {too|as well}!
        I {knew it|always said so}! It began with [a noun], and it will end with [nouns].
        [me.cry] And {in|before} [season], too! And with such [a noun]!
        {My [relative]|The [relative] of my [relative]} saw it, from behind [number] [nouns].

        # correct
        {It is|That is} not true. I [did] one [noun], and it was {small|mine|[adj]}.
        {Who told you that? Was it [someone]?|Whoever told you that also [did] the [noun].}
        I was {asleep|at home|ill}. I have been {asleep|at home|ill} since [season].
        {Friends|Neighbors}, I {only|merely} {asked for|lost|bought} [a noun].

        # think
        I {sometimes|often} wonder about [trifle].
        Do you ever wonder, [you.name], about [trifle]?
        As {my [relative]|the old ones|my [noun]} used to say: [saying].
        {It is true|They say|I have often noticed} that [saying].
        What is {life|[virtue]|love}, [you.name], but [a thing]?
        One day I shall go [somewhere] and [do] [nouns], and {nobody|no one} will {stop me|notice}.
        {Remember|Mark my words}: [saying].

        # farewell
        {Good night|Farewell|Goodbye}, [you.name]. {Mind|Beware of} the [noun].
        {I must go|It is late}. I left [a noun] {on the fire|in the bath|with my [relative]}.
        {Until|Till} {tomorrow|Sunday|[season]}, then, and bring {the [$O]|[a noun]}.
        {Come|Come along}, let us go home and [do] something.
        [me.cry] {Is it so late|Where did the day go}? {Good night|Farewell}, all!

        # direction
        [^me.the] is [me.habit].
        {Pause|A long pause|A silence}. Somewhere [a noun] {falls|rings|[acts]}.
        {Thunder|Bells|Music|A crash} {outside|off stage|from the kitchen}.
        [^me.the] [does] the [$O] [adverb].
        {Enter|Exit} [number] [adj] geese, {singing|arguing|on the way to market}.
        [^me.the] {goes|walks} [somewhere] and {comes back|returns} with [a noun].
        [^you.the] [acts] {and [acts]|[adverb]}.
        [^me.the] bows to the [$O]. The [$O] does not bow back.
        [^me.the] looks at the [$O]. The [$O] {looks elsewhere|does not look back}.

        # manner
        [adverb]
        [adverb]
        aside
        to the audience
        {still|always} [me.habit]
        to the [$O]
        with [a noun] on [me.his] head
        {rising|sitting down|turning away}

        # curtain
        They go {in|home|off} together. The [$O] stays behind, [adverb].
        {All [act]|Everyone [acts]} [adverb]. {The moon|The sun|Evening} {rises|comes}.
        [^A.the] and [B.the] {dance|share [a noun]|go out by the window}.
        The curtain falls {too early|on [C.the]|[adverb]}, and somebody [acts].
        It begins to {rain|snow}. They all {squeeze|crowd} under one [noun].
        """;
}
