"""Makes sentences of everyday scenes, news and advice, in groups that differ in one thing, for the teacher to label.

    python Research/Texts/scenes.py --output scenes.txt --count 150000

The open corpora are rich in reference prose and poor in what people say of pictures, events and one another: who does
what to whom, how many, where, and whether at all. These sentences come from word lists and templates that were written
for this file, from general knowledge and not from any evaluation set. Every draw makes a sentence and one to three
relatives: the same said differently, or with another agent, object, place, number, tense or voice, negated, or with the
roles swapped. One text a line, each text once, in an order that depends on the seed alone.

Sentences as plain as "a man is playing a guitar" occur by chance in sets that models are measured on. `--without DIR`
leaves out every sentence that any file of a folder has, a line or a column of it, letter case and punctuation aside.
"""
import argparse, os, random, re

PEOPLE = """man|woman|boy|girl|child|kid|baby|toddler|person|lady|guy|young man|young woman|old man|old woman|elderly man|
little boy|little girl|teenager|player|chef|cook|musician|singer|dancer|soldier|student|teacher|doctor|nurse|farmer|
police officer|firefighter|worker|painter|climber|surfer|skier|cyclist|runner|swimmer|skateboarder|tourist|waiter|driver|
pilot|fisherman|football player|basketball player|cowboy|mechanic|photographer|shopkeeper|carpenter|gardener"""
ANIMALS = """dog|cat|horse|bird|cow|elephant|monkey|panda|lion|tiger|rabbit|sheep|goat|duck|squirrel|puppy|kitten|bear|
fox|turtle|hamster|parrot|black dog|brown dog|white cat|small dog|large dog|zebra|deer|pig|chicken|frog|snake|whale"""
FOOD = """onion|potato|tomato|carrot|cucumber|apple|banana|orange|pepper|mushroom|lemon|piece of bread|slice of pizza|cake|
sandwich|hamburger|steak|fish|egg|shrimp|piece of chicken|cookie|melon|bowl of soup|plate of pasta|salad|cabbage"""
INSTRUMENTS = """guitar|piano|violin|flute|drum|trumpet|keyboard|harp|cello|saxophone|harmonica|banjo|accordion"""
SPORTS = """football|soccer|basketball|tennis|volleyball|baseball|hockey|golf|rugby|chess|cards|table tennis|cricket"""
VEHICLES = """car|bus|truck|bicycle|bike|motorcycle|train|boat|tractor|van|taxi|scooter|jeep"""
RIDES = """horse|bicycle|bike|motorcycle|skateboard|scooter|camel|elephant|wave|roller coaster|pony|donkey|mountain bike"""
THINGS = """ball|book|newspaper|phone|camera|rope|box|bag|umbrella|ladder|stick|frisbee|toy|bottle|cup|hat|chair|table|
door|window|letter|gun|sword|knife|flower|balloon|kite|map|basket|bucket|broom|hammer|flag|laptop|suitcase|blanket"""
PLACES = """in the park|on the beach|in the kitchen|on a stage|in the snow|on the street|in a field|near a river|
in the woods|at the station|in a garden|on a mountain|in the water|in a pool|on the grass|in front of a building|
at a table|on a bench|in the city|in a restaurant|on the road|in the yard|in a room|on the sidewalk|at school|
in a hospital|under a tree|by the lake|on a bridge|in the desert|in the rain|at night|in the ocean|in an office|
at the market|on a boat|in a crowd|behind a fence|on the couch|on the floor|in the sand|outside|indoors|at home"""
CLOTHES = """wearing a red shirt|wearing a blue jacket|in a white dress|in a black suit|wearing a hat|wearing glasses|
in a green coat|with a backpack|with long hair|wearing a helmet|in a yellow raincoat|in orange|wearing a uniform|
with a beard|wearing sunglasses|in a swimsuit|wearing gloves|in jeans"""
# What is done, and what it is done to; then what else may be said of it, the same or nearly so.
ACTS = [
    ("slicing|cutting|chopping|peeling|washing|frying|cooking|eating|baking|grilling|weighing|buying|throwing away", FOOD),
    ("playing|tuning|holding|practicing|carrying|repairing", INSTRUMENTS),
    ("riding|sitting on|falling off|getting on|leading|pushing", RIDES),
    ("driving|parking|washing|repairing|fixing|pushing|stopping|buying|selling|painting", VEHICLES),
    ("holding|carrying|throwing|catching|picking up|putting down|dropping|opening|closing|pulling|kicking|looking at|"
     "lifting|cleaning|breaking|buying|hiding|moving|finding|losing|painting|drawing|pointing at", THINGS),
]
ON_ANIMALS = "feeding|petting|chasing|washing|walking|training|brushing|watching|holding|leading|following|filming"
ON_PEOPLE = """talking to|hugging|kissing|helping|pushing|following|watching|teaching|chasing|dancing with|fighting|carrying|
looking at|shouting at|waving to|playing with|photographing|interviewing|leading|tackling|pulling|serving|attacking"""
ALONE = """running|walking|swimming|sleeping|dancing|singing|talking|crying|laughing|jumping|climbing|standing|sitting|
smiling|waiting|reading|writing|cooking|eating|exercising|lying down|resting|fishing|skating|surfing|skiing|
practicing karate|doing push-ups|brushing their teeth|taking a bath|shopping|working|typing|smoking|drinking coffee"""
ANIMAL_ALONE = """running|sleeping|swimming|jumping|eating|barking|playing|walking|lying down|drinking water|climbing a tree|
chewing on a bone|rolling in the grass|looking out of the window|standing|hiding|fighting|yawning|flying|sitting"""
ALIKE = {
    "man": "guy|male|gentleman", "woman": "lady|female", "child": "kid|youngster", "boy": "young boy|lad", "dog": "hound",
    "slicing": "cutting|slicing up", "chopping": "cutting up", "fixing": "repairing|mending", "running": "sprinting|jogging",
    "talking to": "speaking with|chatting with", "looking at": "watching|staring at", "picking up": "lifting up|raising",
    "car": "automobile|vehicle", "bicycle": "bike", "street": "road", "ocean": "sea", "beach": "shore", "woods": "forest",
    "sleeping": "asleep|taking a nap", "smiling": "grinning", "frying": "cooking in a pan", "jumping": "leaping",
    "chef": "cook", "couch": "sofa", "throwing": "tossing", "holding": "grasping", "carrying": "bearing", "kid": "child",
    "shouting at": "yelling at", "big": "large", "eating": "having|consuming", "boat": "ship", "buying": "purchasing",
    "photographing": "taking pictures of", "puppy": "young dog", "kitten": "young cat", "phone": "telephone",
}
PAST = {
    "slicing": "sliced", "cutting": "cut", "chopping": "chopped", "peeling": "peeled", "washing": "washed",
    "frying": "fried", "cooking": "cooked", "eating": "eaten", "baking": "baked", "grilling": "grilled",
    "weighing": "weighed", "buying": "bought", "throwing away": "thrown away", "playing": "played", "tuning": "tuned",
    "holding": "held", "carrying": "carried", "repairing": "repaired", "riding": "ridden", "pushing": "pushed",
    "leading": "led", "driving": "driven", "parking": "parked", "fixing": "fixed", "stopping": "stopped",
    "selling": "sold", "painting": "painted", "throwing": "thrown", "catching": "caught", "picking up": "picked up",
    "dropping": "dropped", "opening": "opened", "closing": "closed", "pulling": "pulled", "kicking": "kicked",
    "lifting": "lifted", "cleaning": "cleaned", "breaking": "broken", "feeding": "fed", "petting": "petted",
    "chasing": "chased", "walking": "walked", "brushing": "brushed", "watching": "watched", "following": "followed",
    "hugging": "hugged", "kissing": "kissed", "helping": "helped", "teaching": "taught", "filming": "filmed",
    "photographing": "photographed", "interviewing": "interviewed", "tackling": "tackled", "attacking": "attacked",
    "serving": "served", "training": "trained", "drawing": "drawn", "hiding": "hidden", "moving": "moved",
    "putting down": "put down", "finding": "found", "losing": "lost",
}
ACTORS = """the president|the prime minister|the government|the company|police|the court|the central bank|investors|rebels|
the army|scientists|officials|the opposition|the union|parliament|the senate|protesters|the foreign minister|a spokesman|
the mayor|the judge|lawmakers|the airline|the bank|regulators|doctors|the church|the team|the coach|voters|workers|
the state|the agency|researchers|the minister|the military|militants|the chief executive|farmers|teachers"""
DEEDS = """rejects|approves|announces|denies|supports|criticizes|delays|signs|discusses|cancels|welcomes|opposes|backs|
calls for|warns of|blocks|proposes|considers|demands|ends|begins|votes on|agrees to|plans|defends|suspends"""
MATTERS = """a new law|tax cuts|peace talks|the election result|a trade deal|job cuts|a ceasefire|the budget|a merger|
new sanctions|the report|a strike|the attack|an investigation|the vaccine|higher prices|the reform|military action|
a nuclear deal|the ban|spending cuts|the appeal|a rescue plan|the treaty|price increases|the shutdown|an apology|
the pipeline|the lawsuit|a recall of cars|school closures|the visit|gun control|new rules for banks|aid for refugees"""
COUNTRIES = """Iraq|Iran|Syria|China|Russia|India|Pakistan|Egypt|Israel|Turkey|France|Germany|Spain|Italy|Greece|Japan|
Brazil|Mexico|Canada|Australia|Nigeria|Kenya|Ukraine|Thailand|Afghanistan|Lebanon|Libya|Sudan|Britain|the United States|
North Korea|South Korea|Yemen|Somalia|Indonesia|the Philippines|Poland|Chile|Cuba|South Africa"""
EVENTS = """bombing|car bomb|earthquake|flood|plane crash|train crash|shooting|fire|storm|explosion|bus accident|air strike|
landslide|protest|suicide attack|ferry accident|gas leak|drone strike|clash with police|heat wave"""
MARKETS = """shares|stocks|oil prices|gold|the dollar|the euro|sales|profits|exports|unemployment|house prices|the index|
consumer spending|interest rates|futures|quarterly earnings|orders|inflation"""
MOVES = "rose|fell|climbed|dropped|jumped|slipped|gained|lost|edged up|edged down|surged|plunged"
SUBJECTS = """cook rice|clean a carpet|learn a language|lose weight|fix a leaking tap|grow tomatoes|train a puppy|save money|
write a letter|apply for a visa|choose a laptop|paint a room|sleep better|remove a stain|sell a house|start a business|
learn the guitar|change a tire|sharpen a knife|bake bread|buy a used car|prepare for an interview|quit smoking|
water the plants|back up my files|reset a password|store potatoes|boil an egg|thaw a turkey|learn to swim|find a job|
get rid of ants|publish a paper|cite a source|keep warm in winter|clean a keyboard|invest a small sum|sew a button|
travel with a cat|make coffee|thicken a sauce|test a battery|file my taxes|mend a bicycle|teach a child to read|
remove rust|install a printer|meet new people|stop a nosebleed|treat a cold|avoid mosquitoes|cut glass|hang a picture"""
THEN = """you should|you can|it is best to|there is no need to|never|always|I would not|try to|do not|I usually|you must|
my advice is to|some people|most people|nobody should|it takes years to|it is easy to|it is hard to|it is illegal to"""
OPINIONS = """the food|the service|this phone|the movie|the book|the hotel|the battery|the weather|the plot|the staff|the price|
the screen|the music|the game|the room|the camera|the sound|the delivery|the coffee|the teacher|the ending|the beach"""
GOOD = "great|excellent|good|wonderful|perfect|amazing|fine|fantastic"
BAD = "terrible|bad|awful|poor|disappointing|horrible|boring|useless"
NUMBERS = ["two", "three", "four", "five", "several", "some", "many", "a few", "a group of", "a couple of"]
IRREGULAR = {"man": "men", "woman": "women", "child": "children", "person": "people", "baby": "babies", "lady": "ladies",
             "puppy": "puppies", "sheep": "sheep", "fish": "fish", "deer": "deer", "fox": "foxes", "fisherman": "fishermen"}


def listed(text):
    return [word.strip() for word in text.replace("\n", "").split("|")]


def one(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def plural(noun):
    head, _, last = noun.rpartition(" ")
    return (head + " " if head else "") + IRREGULAR.get(last, last + "s")


def aloud(phrase, rng):
    """The phrase with one of its words or pairs of words said differently, or as it is."""
    known = [word for word in ALIKE if f" {word} " in f" {phrase} "]
    if not known:
        return phrase
    word = rng.choice(known)
    return f" {phrase} ".replace(f" {word} ", f" {rng.choice(listed(ALIKE[word]))} ", 1).strip()


class Scenes:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        names = ("PEOPLE ANIMALS FOOD PLACES CLOTHES THINGS ON_ANIMALS ON_PEOPLE ALONE ANIMAL_ALONE ACTORS DEEDS MATTERS "
                 "COUNTRIES EVENTS MARKETS MOVES SUBJECTS THEN OPINIONS GOOD BAD SPORTS").split()
        self.words = {name: listed(globals()[name]) for name in names}
        self.acts = [(listed(verbs), listed(objects)) for verbs, objects in ACTS]

    def draw(self, name):
        return self.rng.choice(self.words[name])

    def often(self, share):
        return self.rng.random() < share

    def act(self):
        """An act by people: its verb, and what it is done to with an article."""
        kind = self.rng.random()
        if kind < 0.12:
            return self.draw("ON_ANIMALS"), one(self.draw("ANIMALS"))
        if kind < 0.2:
            return "playing", self.draw("SPORTS")
        verbs, objects = self.rng.choice(self.acts)
        what = self.rng.choice(objects)
        return self.rng.choice(verbs), one(what) if self.often(0.75) else "the " + what

    def scene(self):
        """A sentence about a picture, and its relatives."""
        rng = self.rng
        animal = self.often(0.22)
        who = self.draw("ANIMALS" if animal else "PEOPLE")
        look = " " + self.draw("CLOTHES") if not animal and self.often(0.2) else ""
        place = " " + self.draw("PLACES") if self.often(0.55) else ""
        if animal:
            verb, what = (self.draw("ANIMAL_ALONE"), "") if self.often(0.7) else (
                rng.choice(["chasing", "watching", "following", "biting", "licking"]), one(self.draw("ANIMALS")))
        elif self.often(0.25):
            verb, what = self.draw("ALONE"), ""
        elif self.often(0.2):
            verb, what = self.draw("ON_PEOPLE"), one(self.draw("PEOPLE"))
        else:
            verb, what = self.act()
        deed = verb + (" " + what if what else "")
        subject = one(who) + look
        base = f"{subject} is {deed}{place}"
        number = rng.choice(NUMBERS)
        relatives = [
            lambda: aloud(base, rng),
            lambda: f"{subject} is not {deed}{place}",
            lambda: f"there is no {who}{look} {deed}{place}",
            lambda: f"nobody is {deed}{place}",
            lambda: f"the {who}{look} is {deed}{place}",
            lambda: f"{number} {plural(who)}{look} are {deed}{place}",
            lambda: f"there is {subject} {deed}{place}",
            lambda: f"{subject} {deed}{place}",
            lambda: f"{one(who)} is {deed}",
            lambda: f"{one(self.draw('ANIMALS' if animal else 'PEOPLE'))} is {deed}{place}",
            lambda: f"{subject} is {self.draw('ANIMAL_ALONE' if animal else 'ALONE')}{place}",
            lambda: f"{subject} is {deed} {self.draw('PLACES')}",
            lambda: f"{subject} was {deed}{place}",
            lambda: f"is {subject} {deed}{place}?",
        ]
        if what:
            relatives += [lambda: f"{what} is being {PAST[verb]} by {subject}{place}"] * 2 if verb in PAST else []
            relatives.append(lambda: f"{subject} is {' '.join(self.act()) if not animal else 'eating ' + what}{place}")
            if what.split(" ", 1)[-1] in self.words["PEOPLE"] + self.words["ANIMALS"]:
                relatives += [lambda: f"{what} is {verb} {subject}{place}"] * 3
            relatives.append(lambda: f"{subject} is {verb} {one(self.draw('THINGS'))}{place}")
        return base, relatives

    def news(self):
        rng = self.rng
        kind = rng.random()
        where = self.draw("COUNTRIES")
        if kind < 0.4:
            who, verb, what = self.draw("ACTORS"), self.draw("DEEDS"), self.draw("MATTERS")
            place = f" in {where}" if self.often(0.4) else ""
            base = f"{who} {verb} {what}{place}"
            return base, [
                lambda: f"{who} {self.draw('DEEDS')} {what}{place}",
                lambda: f"{self.draw('ACTORS')} {verb} {what}{place}",
                lambda: f"{who} {verb} {self.draw('MATTERS')}{place}",
                lambda: f"{who} says it {verb} {what}{place}",
                lambda: f"{who} {verb} {what} in {self.draw('COUNTRIES')}",
                lambda: f"{where}: {who} {verb} {what}",
            ]
        if kind < 0.7:
            event, dead = self.draw("EVENTS"), rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 100])
            base = f"{event} in {where} kills {dead}"
            return base, [
                lambda: f"at least {dead} people killed in {event} in {where}",
                lambda: f"{event} in {where} injures {dead}",
                lambda: f"{dead} dead in {where} {event}",
                lambda: f"{event} in {self.draw('COUNTRIES')} kills {dead}",
                lambda: f"{self.draw('EVENTS')} in {where} kills {dead}",
                lambda: f"no one hurt in {event} in {where}",
                lambda: f"death toll in {where} {event} rises to {dead * 2}",
                lambda: f"the {event} in {where} left {dead} people dead, officials said",
            ]
        what, move = self.draw("MARKETS"), self.draw("MOVES")
        by, unit = rng.choice([0.5, 1.2, 2, 2.4, 3, 4.5, 6, 8, 10, 15]), rng.choice(["percent", "points"])
        base = f"{what} {move} {by} {unit}"
        return base, [
            lambda: f"{what} {self.draw('MOVES')} {by} {unit}",
            lambda: f"{self.draw('MARKETS')} {move} {by} {unit}",
            lambda: f"{what} in {where} {move} {by} {unit} on {rng.choice(['Monday', 'Tuesday', 'Friday'])}",
            lambda: f"{what} {move} after {self.draw('ACTORS')} {self.draw('DEEDS')} {self.draw('MATTERS')}",
            lambda: f"{what} were little changed" if what.endswith("s") else f"{what} was little changed",
        ]

    def advice(self):
        rng, what = self.rng, self.draw("SUBJECTS")
        base = rng.choice([f"how do I {what}?", f"what is the best way to {what}?", f"how can I {what}"])
        return base, [
            lambda: f"{self.draw('THEN')} {what}",
            lambda: f"{self.draw('THEN')} {what} if you have the time",
            lambda: f"I do not know how to {what}",
            lambda: f"can someone tell me how to {what}?",
            lambda: f"why is it so hard to {what}?",
            lambda: f"is it safe to {what}?",
            lambda: f"how do I {self.draw('SUBJECTS')}?",
            lambda: f"what do I need to {what}?",
            lambda: f"yesterday I helped a friend to {what}",
        ]

    def opinion(self):
        rng, what, other = self.rng, self.draw("OPINIONS"), self.draw("OPINIONS")
        good, bad = self.draw("GOOD"), self.draw("BAD")
        first, second = (good, bad) if self.often(0.5) else (bad, good)
        base = f"{what} was {first}"
        return base, [
            lambda: f"{what} was not {first}",
            lambda: f"{what} was {second}",
            lambda: f"{what} was {first} but {other} was {second}",
            lambda: f"{what} was {first} and so was {other}",
            lambda: f"I thought {what} was {self.draw('GOOD' if first == good else 'BAD')}",
            lambda: f"I would {'' if first == good else 'not '}recommend it, {what} was really {first}",
            lambda: f"{other} was {first}",
            lambda: f"was {what} any good?",
        ]

    def group(self):
        kind = self.rng.random()
        base, relatives = (
            self.scene() if kind < 0.62 else self.news() if kind < 0.82 else self.advice() if kind < 0.92
            else self.opinion())
        return [base] + [relative() for relative in self.rng.sample(relatives, self.rng.randint(1, 3))]


def plain(text):
    return re.sub(r"[^a-z0-9 ]+", "", text.lower()).strip()


def lines_of(folder):
    """The plain form of every line, and of every column, of the files of a folder."""
    found = set()
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                found.update(plain(column) for line in file for column in line.split("\t"))
    found.discard("")  # Of lines without letters and digits.
    return found


def command(description, make, count, capitals):
    """The command line of a script that makes texts.

    `make(seed)` has `rng`, and `group()` that gives some texts. Each is written once, none that stands in a folder of
    `--without`, and a share of `capitals` as a sentence with a capital and a full stop.
    """
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--output", required=True)
    p.add_argument("--count", type=int, default=count, help="texts")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--without", action="append", default=[], metavar="DIR")
    a = p.parse_args()
    maker, seen, texts = make(a.seed), set(), []
    left_out = set().union(*map(lines_of, a.without))
    while len(texts) < a.count:
        for text in maker.group():
            if maker.rng.random() < capitals:
                text = text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")
            if text not in seen and plain(text) not in left_out:
                seen.add(text)
                texts.append(text)
    with open(a.output, "w", encoding="utf-8") as file:
        file.writelines(text + "\n" for text in texts[: a.count])
    print(f"{a.count:,} texts")


if __name__ == "__main__":
    command(__doc__, Scenes, count=150_000, capitals=0.3)
