namespace Longhand.Text.Corpus;

/// <summary>
/// Who lives in the valley. "fox he 1" is a fox, male, whose name has one syllable; then come traits, trade, home, what he likes,
/// what he cries out and what he does while others talk, with slashes between alternatives.
/// </summary>
internal static class Cast
{
    private const string Lines = """
        fox he 1
        trait: sly / charming / hungry / well-dressed
        job: a seller of ladders / an honest merchant, more or less
        home: under the mill
        likes: other people's suppers / clever plans / silk waistcoats
        cry: Upon my tail! / I have a plan. / Trust me.
        habit: smoothing his whiskers / smiling with every tooth / counting the exits

        owl she 1
        trait: wise / sleepy / learned / solemn
        job: the keeper of the library
        home: in the bell tower
        likes: long words / footnotes / quiet afternoons
        cry: Who? Who, precisely? / Let me consult a book. / I wrote a chapter on this.
        habit: turning her head all the way round / opening one eye / adjusting her spectacles

        hen she 1
        trait: anxious / busy / kind / punctual
        job: a baker of seed cakes
        home: behind the red barn
        likes: lists / warm ovens / nine small children
        cry: Mercy, my cakes! / Oh dear, oh dear. / Wipe your feet!
        habit: counting her children / dusting the table / wringing her apron

        badger he 2
        trait: gruff / fair / stubborn / respectable
        job: the magistrate of the valley
        home: beneath the hill
        likes: rules / strong tea / short speeches
        cry: Order! Order! / That is not in the rules. / Humph.
        habit: tapping the table with a pipe / frowning at everyone / polishing his chain of office

        otter she 2
        trait: merry / careless / generous / damp
        job: the pilot of the ferry
        home: at the landing
        likes: riddles / cold water / practical jokes
        cry: Splash and be merry! / Catch! / Last ferry of the evening!
        habit: wringing out her scarf / sliding down the bank / juggling three pebbles

        crow he 1
        trait: vain / bold / dishonest / glossy
        job: a dealer in buttons
        home: on the crooked oak
        likes: mirrors / applause / anything that shines
        cry: Observe my feathers! / I saw it first. / Not a word of it is true!
        habit: admiring himself in a spoon / hiding something under one wing / clearing his throat

        goat he 1
        trait: stubborn / hungry / frank / bearded
        job: a critic of hats
        home: on the church roof
        likes: documents / thistles / arguments
        cry: I shall eat it. / Delicious, whatever it was. / Nonsense, and badly salted.
        habit: chewing on the minutes of the meeting / lowering his horns / eating the curtain

        hedgehog he 2
        trait: shy / prickly / careful / neat
        job: a tailor
        home: in the hedge by the lane
        likes: pincushions / small portions / being left alone
        cry: Ouch. I beg your pardon. / Mind the needles. / I would rather not.
        habit: rolling into a ball / threading a needle / hiding behind a thimble

        mole he 1
        trait: gentle / muddy / modest / near-sighted
        job: a digger of cellars
        home: under the lawn
        likes: worms on toast / the dark / maps with nothing on them
        cry: Where am I? / Is it still daytime? / Pardon my mud.
        habit: bumping into the furniture / feeling for the door / speaking to the coat stand

        hare she 1
        trait: quick / boastful / restless / impatient
        job: the carrier of the post
        home: in the long grass
        likes: shortcuts / finish lines / the sound of running feet
        cry: No time! No time! / Done already! / Race you there!
        habit: hopping on the spot / looking at the clock / delivering a letter to the wrong animal

        tortoise he 2
        trait: slow / patient / calm / wrinkled
        job: a watchman
        home: under the greenhouse
        likes: lettuce / long views / yesterday
        cry: In good time. / One moment. Or two. / I was about to say so last week.
        habit: finishing a sentence from yesterday / taking one step / drawing in his head

        mouse she 1
        trait: brave / tiny / clever / tidy
        job: a mender of clocks
        home: inside the grandfather clock
        likes: crumbs / exactness / very small screws
        cry: Tick and tock! / I am not too small! / Stand back, I have a screwdriver!
        habit: standing on a thimble / winding a watch / shaking her fist at everyone

        bear he 1
        trait: kind / heavy / sleepy / huge
        job: a carrier of pianos
        home: in the cave above the falls
        likes: honey / naps / sad songs
        cry: Is there honey? / Sorry. Was that your chair? / Wake me in the spring.
        habit: sitting on the sofa until it breaks / scratching his back on the doorpost / licking the jar

        toad he 1
        trait: rich / pompous / generous / moist
        job: the mayor
        home: in the big house by the pond
        likes: speeches / statues of the mayor / banquets
        cry: Fellow citizens! / Let there be pudding! / I declare it open!
        habit: puffing out his chest / unrolling a long speech / waving to nobody

        goose she 1
        trait: loud / nosy / proud / certain
        job: the bringer of the news
        home: on the green
        likes: rumors / open windows / the last word
        cry: Have you heard? / I never repeat gossip, so listen carefully. / Honk!
        habit: whispering so that all may hear / stretching her neck over the fence / fanning herself with a letter

        wren she 1
        trait: small / poetic / shrill / sincere
        job: the poet of the valley
        home: in a boot by the gate
        likes: rhymes / thunderstorms / being asked to go on
        cry: Hark! / It rhymes, therefore it is true. / There are nine more verses.
        habit: striking an attitude / scribbling on a leaf / dabbing her eyes

        donkey he 2
        trait: gloomy / honest / tired / faithful
        job: a carrier of sacks
        home: in the leaky stable
        likes: rain / being proved right / thistles
        cry: I expected as much. / Nobody asked me. / It will rain, of course.
        habit: sighing into a bucket / carrying everything / looking at the sky for bad news

        cat she 1
        trait: elegant / idle / cold / graceful
        job: a lady of leisure
        home: on the warmest windowsill
        likes: cream / cushions / other people's chairs
        cry: How tiresome. / I was here first, in spirit. / Bring it to me.
        habit: washing one paw / falling asleep in the middle of the scene / pushing a cup off the table

        spider she 2
        trait: precise / quiet / hardworking / patient
        job: a maker of lace
        home: in the corner of the courtroom
        likes: straight lines / visitors / knots
        cry: It all hangs together. / Do sit down. Anywhere. / A thread, a thread!
        habit: measuring the guests / knitting eight socks at once / lowering herself from the ceiling

        snail he 1
        trait: thoughtful / late / humble / homely
        job: a philosopher
        home: on the back of a leaf
        likes: cabbage / umbrellas / the inner life
        cry: I am coming! / All is shell. / Has it begun?
        habit: arriving / leaving a shining trail across the contract / entering for the scene before

        magpie she 2
        trait: curious / quick-fingered / talkative / elegant
        job: the banker of the valley
        home: in the nest above the bank
        likes: silver spoons / interest / locks
        cry: Finders keepers! / It fell into my pocket. / At nine percent!
        habit: weighing a coin / trying a key in every lock / testing a ring with her beak

        beaver he 2
        trait: hardworking / dull / sturdy / cautious
        job: a builder of bridges
        home: in the lodge behind the dam
        likes: planks / early mornings / other beavers
        cry: Measure twice! / It will hold. It may hold. / Back to work!
        habit: knocking on the furniture to see if it is sound / sawing a chair in half / drawing a plan on the tablecloth

        weasel he 2
        trait: nervous / slippery / thin / obliging
        job: a clerk
        home: in the drawer marked Private
        likes: small print / back doors / carbon copies
        cry: I can explain! / It was like that when I came. / No names, please.
        habit: backing towards the door / signing for someone else / eating the evidence

        quail she 1
        trait: polite / plump / hospitable / flustered
        job: the keeper of the inn
        home: at the inn by the crossroads
        likes: guests who pay / clean sheets / small compliments
        cry: Quite so, quite so. / Soup, anyone? / Not on the carpet!
        habit: bringing more soup / curtsying to the furniture / adding up the bill

        jackdaw he 2
        trait: noisy / bold / merry / unreliable
        job: the ringer of the bells
        home: in the steeple
        likes: echoes / holidays / falling asleep on the rope
        cry: Ding and dong! / All is well, more or less! / Is it noon? It feels like noon.
        habit: pulling an imaginary rope / swinging from the lamp / ringing for attention

        yak he 1
        trait: shaggy / well-traveled / melancholy / polite
        job: a merchant from beyond the mountains
        home: in the tent by the road
        likes: butter tea / distance / proverbs nobody knows
        cry: In my country we would weep. / As the yaks say, hm. / I have come a long way.
        habit: shaking the snow from his coat / stirring butter into everything / unrolling a carpet

        vole she 1
        trait: thrifty / strict / small / shrewd
        job: a grocer
        home: in the shop on the corner
        likes: string / exact change / the price of things
        cry: Cash only! / Waste not! / That will be two acorns.
        habit: tying up a parcel / counting the change again / marking down the cabbages

        newt he 1
        trait: scholarly / damp / timid / exact
        job: the doctor
        home: in the well
        likes: leeches / Latin / cold compresses
        cry: Say ah! / It is serious. It is always serious. / Two drops at bedtime.
        habit: taking everyone's pulse / writing a prescription / listening to the table's heart

        pig she 1
        trait: artistic / cheerful / round / untidy
        job: a painter of portraits
        home: in the sunny sty
        likes: mud in nine colors / lunch / dramatic light
        cry: Hold still! / It needs more pink. / Art is hunger!
        habit: painting the scenery during the scene / stepping back to look and falling over / eating the still life

        rat he 1
        trait: daring / tattooed / salty / sentimental
        job: a retired captain
        home: in a barrel on the quay
        likes: biscuits / storms / lies about the sea
        cry: Shiver my whiskers! / All hands! / I once ate a lighthouse.
        habit: looking through a telescope at his own feet / tying a knot in the tablecloth / saluting the teapot
        """;

    public static Character[] AddTo(Grammar grammar)
    {
        var cast = new List<Character>();
        foreach (string line in Lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) cast.Add(new Character(line));
            else cast[^1].AddSayings(grammar, line[..colon], line[(colon + 1)..].Split('/', StringSplitOptions.TrimEntries));
        }
        return [.. cast];
    }
}
