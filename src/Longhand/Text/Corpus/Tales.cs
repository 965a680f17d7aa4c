namespace Longhand.Text.Corpus;

/// <summary>
/// The sentences of the tales, move by move: A is the hero, B the other one, C comes later; $O is the thing the tale is about.
/// </summary>
internal static class Tales
{
    public const string Rules = """
        # once
        {Once|Long ago|Not so long ago}, when {the hills were lower|[nouns] were cheaper|the moon was new}, there lived {[a A.trait]|a certain [A.trait]} [A.animal] [A.home].
        [^A.the] was [A.job], and lived [A.home] with [possessions].
        {In|During} the {year|summer|winter} of the {great flood|[number] moons|short [nouns]}, [A.the] was the only [A.trait] animal in the valley.
        There was {once|a time when} no animal in the valley {was as|so} [A.trait] as [A.the].
        {Everyone knew|They still tell the story of} [A.the], who lived [A.home] and loved nothing so much as [A.likes].
        [^time], [A.the] woke up [A.home] and {found|knew} that [A.his] [noun] was gone.

        # detail
        [^A.he] had [possessions], and was {proud|ashamed|fond} of {it all|every bit of it}.
        [^weather].
        [^weather], and [A.the] [did] [A.his] [nouns] [adverb].
        Every {morning|evening} [A.he] [did] {the|[A.his]} [nouns], and every {evening|night} [A.he] [acted] [adverb].
        Some said [A.he] was [adj]; others said [A.he] was only {hungry|lonely|[A.trait]}.
        [^A.he] {ate|dreamed of|talked about} nothing but [stuff] and [nouns].
        {People|The neighbors} came {every Sunday|from far away|by boat|from over the hill} to {see|hear|smell} [A.his] [noun].
        [^A.his] [relative] had told [A.him], again and again, that [saying].

        # need
        One day [A.he] {needed|wanted|wished for} [a $O], {to|in order to} [do] [nouns] before [season].
        {But|Only} one thing was missing: [a $O], {as [adj] as [a noun]|with [a adj] [noun]|and a good one}.
        {Now|It so happened that} [B.the], who was [B.trait], had {[a $O]|the only [$O]} {in the valley|[place]}.
        [^B.the] had just {bought|found|mended|[did]} [a $O], and {talked of nothing else|kept it [B.home]}.

        # askfor
        "[^B.cried]" {said|cried|answered} [B.the]. "{What do you want with|Why should I lend you} my [$O]?"
        "Lend me your [$O]," said [A.the]. "I shall {bring it back|return it} {before|by} [season], {polished|with [a noun]|and full of [stuff]}."
        "{Dear|My dear|Good} [B.name]," said [A.the] [adverb], "{nobody|no one} has [a $O] like yours."
        "{How much do you want|What would you take|What must I do} for the [$O]?" asked [A.the], [A.habit].
        "I {see|hear} you have [a $O]," said [A.the]. "I {happen to have|can give you} [possessions]."

        # promise
        "{Take|You may take} it," said [B.the], "but {do not|never} [do] it {near|under|with} [a noun]."
        "{One|Only one} thing," said [B.the]. "If it {gets wet|breaks|begins to [act]}, {run|sing to it|bring it back}."
        So [B.the] {gave|handed|lent} [A.him] the [$O], and [A.the] {promised|swore} by [A.his] [noun] to {take care of it|[do] it daily}.
        "[^saying]," {warned|said} [B.the], {but [A.the] was already gone|and [acted]|[B.habit]}.

        # misuse
        {At first|For [number] days} all went well. Then [A.the] [did] [a noun] with it, and {it|the [$O]} broke.
        [^A.he] carried it [somewhere], [did] it, [did] it again, and {forgot|lost|left} it [place].
        {Before|By} {supper|the week was out|[season]}, the [$O] had been [did], [did] and [did], and looked [simile].
        [^A.the] [acted], {slipped|stumbled} on [a noun], and fell [somewhere], [$O] and all.
        {But|And} [A.the], who was {too [A.trait] to listen|not one for rules}, used it to [do] [nouns].

        # return
        [^B.the] {waited|waited and waited}. {Spring|Summer|Autumn|Winter} came, and no [$O].
        {At last|In the end} [B.the] knocked at the door of [A.the]. "Where is my [$O]?" [B.he] {asked|said} [adverb].
        "{Is this|Can this be|You call this} my [$O]?" said [B.the]. "{It looks|It smells} [simile]."
        {When|As soon as} [B.the] saw what was left of {it|the [$O]}, [B.he] [acted] {and [acted]|[adverb]|for [number] days}.

        # excuse tale
        "[^A.cried]" said [A.the]. "{It must have been|I think it was} [someone]."
        "{It is|It was} better {this way|so}," said [A.the]. "{Now|At least} it {no longer leaks|fits in a pocket|is modern}."
        "I {meant|wanted} to bring it," said [A.the], "but I {met|was stopped by} [someone], and [flaw]."
        "[$OO]?" said [A.the]. "What [$O]? I know {nothing of|only} [a noun]."

        # end
        {From|After} that day, [A.the] {never|seldom} [did] [a noun] without {asking|paying|thinking of [B.the]}.
        [^A.the] {had to|was made to} [do] [number] [nouns], one for each {lie|day|tear}, and [B.the] counted.
        {So|And so} they {shared|buried|ate} what was left, and [C.the], who {came late|had said nothing}, {washed|got} the [nouns].
        And if {they have|nobody has} [did] it since, it is {still there|there yet}, [place], [simile].
        They {became|were} friends after that, {except|but not} on {Mondays|Sundays}, and they never spoke of [nouns] again.
        [^A.the] {went home|sat down} and [acted] {until|till} {morning|[season]}; but [B.the] [acted] {louder|longer}.
        {That night|In the end} they made {soup|a pie} of it, with [stuff] and [stuff], and {everyone|even [C.the]} had {two helpings|some}.

        # find
        One {morning|night|evening}, [A.the] and [B.the] were walking [somewhere] when they {found|saw|fell over} [a $O] [place].
        [^a $O] {lay|stood|was hanging} [place], {all alone|with nobody near|as [adj] as [a noun]}, and [A.the] and [B.the] saw it at the same {moment|time}.
        [^time], [a $O] {floated|rolled|came} down the {river|hill|road}, and stopped between [A.the] and [B.the].

        # quarrel tale
        "{Mine|It is mine}!" {said|cried} [A.the]. "I saw it {first|before you did|in a dream}."
        "{You see|You would see} [a noun] in {every|any} [noun]," said [B.the]. "{It|This} belongs to {me|whoever can lift it}."
        "[^B.cried]" {cried|said} [B.the]. "{You could not even|You never learned to} [do] it."
        "I {need|want} it for my [relative]," said [A.the], "who has {nothing but|only} [nouns]."

        # struggle
        They {pulled|argued|wrestled} {all day|until dark|up and down the hill}, [adverb] and [adverb], and {neither|the [$O]} {won|gave way|spoke}.

        # ask judge
        {So|At last} they {went to|called|woke} [C.the], who was [C.job] and {therefore wise|very [C.trait]|never in a hurry}.
        [^C.the] was {passing|sitting near by}, [C.habit]. "{Judge|Decide} between us!" they {cried|said}.
        "{Let us ask|We shall ask} [C.the]," they said, "who {is [C.trait]|likes [C.likes]|lives [C.home]}."

        # judgment
        "[^C.cried]" said [C.the]. "{Bring|Show} it to me." And [C.he] {shook|weighed|sniffed} it, {looked inside|turned it over} and [acted].
        "{There are|I see} two {ways|answers}," said [C.the], "and {both need|the second needs} {lunch|[a noun]}."
        "{Which of you|Who} can tell me," asked [C.the], "{what it is for|who made it|what is in it}?" {Neither could|Nobody could}.
        "The one who {gives it up|laughs|sleeps} first," said [C.the], "shall have {it|[possessions]}."
        "As {my [relative]|the book} says," said [C.the], "[saying]."

        # taken
        While they {were thinking|thought|argued} about this, [C.the] {put|packed} the [$O] under [C.his] arm and went home.
        They {looked at each other|turned round to [act]}; and when they {looked|turned} back, {both|the} [C.animal] and [$O] were gone.
        {So|And} [C.the] kept the [$O] as {a fee|payment}, and {sent|gave} them each [a noun].
        Then the [$O] {opened|stood up|sneezed}, for {it was|it had been} only [someone], asleep, and {it|everyone} went home.

        # invent
        [^A.the] decided to {build|invent} a machine that could [do] [nouns] and [do] [nouns] {at once|while one slept}.
        [^A.he] took [a noun], [number] [nouns], {some|a bucket of} [stuff] and [a thing], and {tied|glued|nailed} them to [a $O].
        {For|After} [number] {days|nights} there was {hammering|singing|smoke} [A.home], and nobody {slept|dared to knock}.
        "{It will|This will} change everything," {said|announced} [A.the]. "{No one|Nobody} will ever have to [do] [a noun] again."

        # demonstrate
        {The whole valley|Everybody} came to {see|watch} it [place]. [^B.the] brought [possessions], {in case|just in case}.
        [^A.the] {pulled|turned} the [noun]. The machine {rattled|whirred|hummed}, [acted], and [did] [B.the].
        It {began|started} [adverb]: it [did] the [nouns], it [did] the [nouns], and then it {began to [act]|would not stop [acting]}.
        "{Is it|Should it be} [doing] the [noun]?" asked [B.the]. "{It should|Naturally}," said [A.the], {who was [doing] [a noun]|and [acted]|from under the table}.
        {Out|From the top} came [number] [nouns], [a adj] [noun], and {at last|after a pause} the {hat|left boot} of [C.the].

        # set out
        So [A.the] packed [possessions] and set out [somewhere] to ask [C.the] {about it|for advice|why}.
        {So|And so} [A.the] put on [a adj] {hat|coat|waistcoat} and went [somewhere], for {only [C.the]|[C.the] alone} would know {the answer|what to do}.

        # journey
        On the {first|second|third} day [A.he] met {a traveler|an old [relative]|[number] geese} {selling|carrying|looking for} [things].
        {It was|The way was} far, and the [nouns] were [adj]; but [A.the] sang, and [acted], and went on.
        [^A.he] {crossed|walked along|lost} the {river|road|mountain} and slept {under|in|on} [a thing].
        # meet
        "{Where|Why} are you going {so fast|in such a hurry}?" {asked|said} [B.the], [B.habit]. "{To|Only to} find {an answer|[a noun]|[virtue]}," said [A.the].
        "{Take|You will need} this [$O]," said [B.the]. "{It is|It may be} no use, but {it is heavy|you will look better}."
        [^place] {sat|stood} [B.the], [B.habit]. "{Turn back|Do not go}," said [B.the]. "There is nothing there but [nouns]."

        # arrive
        [^C.the] was {at home|there}, [C.home], [C.habit]. "{I have been expecting you|You are late|Wipe your feet}," [C.he] said.
        [^C.the] {opened the door|came to the window}, [C.habit]. "[^C.cry]"
        At last [A.he] {found|saw} [C.the], {sound asleep|[C.habit]}, and {coughed|waited} until [C.he] {woke|looked} up.

        # ask
        "What is {the secret of|the use of|the price of} [virtue]?" asked [A.the]. "[^C.cried]" said [C.the].
        "Tell me," said [A.the], "{how does one|who taught you to|why do we} [do] [a noun]?"
        "{I have come|I came all this way} to ask," said [A.the] [adverb], "{what is better than|who needs|where one finds} [virtue]."

        # answer
        [^C.the] thought {for [number] days|for a long time|about it}. Then [C.he] said: "[^saying]."
        "{Go home|Go back}," said [C.the], "and {look|you will find it} under the [noun]." And {there it was|it was so}.
        "[^saying]," said [C.the]. "{Is that all|Nothing more}?" said [A.the]. "{That is all|And [a noun]}," said [C.the], "{and it is enough|and it costs [possessions]}."

        # contest
        {Every|Each} [season] there was a {contest|prize} [place] for the {best|largest|most [adj]} [noun] in the valley.
        {Nobody remembered|The mayor had forgotten} who had {started|won} the {contest|race|war} of the [nouns] [place], but {every|each} [season] there was another.
        That [season] the [nouns] were so [adj] that a prize was offered [place] for {the smallest|a better|the only honest} one.

        # rivals
        [^A.the] and [B.the] {both wanted|had both sworn} to win it, for the prize was {[a $O]|the golden [$O]}, {filled with [stuff]|with [possessions]}.
        [^A.the] wanted to win, {because|since} [A.his] [relative] {had won|had lost|never won}, and [B.the] wanted [A.the] to lose.

        # rivalry
        [^A.the] {came|arrived} with [a thing], and [B.the] with [a thing], {each|both} under [a noun].
        [^A.the] {boasted|told everyone} that [A.his] [noun] was {as [adj] as [a noun]|[adj]|the finest}; [B.the] said nothing and [did] [B.his] [nouns].
        [^C.the] was the judge, {because|since} [C.he] was [C.trait]{ and|, and because [C.he]} {knew nothing about [nouns]|owned the table}.

        # result
        [^C.the] {looked at|tasted|listened to} the one, {looked at|tasted|listened to} the other, and [acted] [adverb].
        "{This one|The first}," said [C.the], "is [adj] and [adj]. {That one|The second} is {eating|[doing]} the first."
        {The prize|First prize} went to [a noun] that had {wandered|rolled} in {by mistake|from the road|looking for its [relative]}.
        "[^C.cried]" said [C.the]. "{You have both won|You have both lost}. {Who has brought|Is there} [stuff]?"

        # aside tale
        (This was before the [nouns] were [adj].)
        (Nobody {knew|asked} why.)
        (It was {a Tuesday|raining|not even [season]}.)
        ([^someone] tells it {differently|with more [nouns]}, but was not there.)
        (At that time [number] [nouns] still cost [a noun].)
        """;
}
