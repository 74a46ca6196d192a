#!/usr/bin/env python3
"""Writes minimal-pairs.tsv: an anchor, a variant that keeps its meaning, and one that changes it.

    python3 Research/Evaluation/minimal-pairs/generate.py > Research/Evaluation/minimal-pairs/minimal-pairs.tsv

Made so that neither words nor order alone decide. In negation, roles, passives and half of the quantities both variants
have the same words, so that a sum of word vectors finds them equally near; in one half of these the keeping variant has
the anchor's order and the changing one does not, in the other half it is the other way round. In phrasal verbs, the
other quantities and word senses each variant replaces as many words of the anchor as the other. Every ambiguous word comes in
both senses equally often, so that a vector without context is right half of the time. The same seed gives the same
bytes. Never train on these.
"""
import itertools
import random

SEED = 20
PER_CATEGORY = 360

PEOPLE = """teacher doctor lawyer farmer painter soldier nurse driver singer baker writer waiter sailor banker tailor
engineer student dancer plumber captain chef barber editor pilot clerk tourist neighbour mayor hunter miner""".split()
ANIMALS = "dog cat fox wolf lion tiger goose horse goat monkey eagle bear snake hawk rabbit donkey".split()
NAMES = """Anna Ben Clara David Emma Frank Grace Henry Irene Jack Karen Leo Maria Nina Oscar Paula Robert Sarah Thomas
Victor Wendy Yusuf Zoe Amir Bella Carlos Diana Elena""".split()
PLACES = ["in the park", "at the station", "after the concert", "on Monday", "last night", "near the bridge",
          "in the hallway", "before dinner", "during the festival", "at the market", "this morning", "behind the house"]
SPOTS = [place for place in PLACES if place.split()[0] in ("in", "at", "near", "behind")]

# Verbs that either party may do to the other: past, participle.
REVERSIBLE = """chased bit followed watched attacked frightened kicked carried pushed found
rescued injured""".split()
SOCIAL = """praised called visited thanked blamed hired helped invited warned hugged insulted
criticised ignored greeted trusted interviewed paid admired questioned defended betrayed replaced""".split()
PARTICIPLE = {"bit": "bitten"}

OPPOSITES = [("taller", "shorter"), ("older", "younger"), ("faster", "slower"), ("richer", "poorer"),
             ("stronger", "weaker"), ("heavier", "lighter"), ("louder", "quieter"), ("happier", "sadder")]
TRANSFERS = [  # giver acts / receiver acts
    ("{a} sold {x} to {b}", "{b} bought {x} from {a}", "{a} bought {x} from {b}"),
    ("{a} lent {x} to {b}", "{b} borrowed {x} from {a}", "{a} borrowed {x} from {b}"),
    ("{a} taught {s} to {b}", "{b} learned {s} from {a}", "{a} learned {s} from {b}"),
    ("{a} sent {x} to {b}", "{b} received {x} from {a}", "{a} received {x} from {b}"),
    ("{a} arrived {p} before {b}", "{b} arrived {p} after {a}", "{a} arrived {p} after {b}"),
    ("{a} stood in front of {b} {p}", "{b} stood behind {a} {p}", "{a} stood behind {b} {p}"),
    ("{a} won the {g} against {b}", "{b} lost the {g} to {a}", "{a} lost the {g} to {b}"),
    ("{a} is the {up} of {b}", "{b} is the {down} of {a}", "{a} is the {down} of {b}"),
]
THINGS = ["a bicycle", "an old car", "the guitar", "a red coat", "the camera", "a wooden boat", "the painting",
          "a gold ring", "the dictionary", "a silver watch", "the laptop", "a leather bag"]
SUBJECTS = ["French", "chess", "algebra", "swimming", "cooking", "drawing", "the violin", "physics"]
GAMES = ["final", "race", "chess match", "tennis game", "election", "lawsuit"]
KIN = [("employer", "employee"), ("mentor", "student"), ("boss", "assistant"), ("landlord", "tenant"),
       ("doctor", "patient"), ("parent", "child"), ("coach", "trainee"), ("lawyer", "client"),
       ("grandparent", "grandchild")]

# Things and pairs of properties that do not exclude each other, for negation.
PROPERTIES = [
    ("the soup", "salty spicy cold thick sweet greasy"), ("the film", "long boring funny violent sad clever"),
    ("the road", "narrow steep wet busy dark dusty"), ("the hotel", "cheap clean noisy modern crowded ugly"),
    ("the teacher", "strict fair kind patient young lazy"), ("the exam", "short easy fair oral confusing strange"),
    ("the phone", "cheap fast heavy fragile old waterproof"), ("the medicine", "bitter safe expensive effective new"),
    ("the garden", "small tidy sunny dry quiet wild"), ("the report", "late wrong detailed useful honest brief"),
    ("the bread", "fresh warm burnt soft sour brown"), ("the dog", "hungry friendly old loud tired clever"),
    ("the jacket", "warm light elegant waterproof dirty torn"), ("the train", "late full slow dirty comfortable"),
    ("the speech", "loud honest short convincing polite dull"), ("the apartment", "bright damp spacious cold empty"),
    ("the plan", "simple risky expensive legal secret original"), ("the lake", "deep clean cold dangerous calm"),
    ("the coffee", "strong hot bitter cheap weak sweet"), ("the software", "free slow secure simple outdated"),
]
DEEDS = [  # base form and past
    ("sell the car", "sold the car"), ("paint the fence", "painted the fence"), ("read the letter", "read the letter"),
    ("call the police", "called the police"), ("pay the bill", "paid the bill"), ("lock the door", "locked the door"),
    ("feed the cat", "fed the cat"), ("sign the contract", "signed the contract"), ("wash the dishes",
    "washed the dishes"), ("buy the tickets", "bought the tickets"), ("finish the essay", "finished the essay"),
    ("visit the museum", "visited the museum"), ("clean the kitchen", "cleaned the kitchen"),
    ("win the race", "won the race"), ("eat the cake", "ate the cake"), ("repair the roof", "repaired the roof"),
]

# Phrasal verbs: past, particle, objects, a verb that means it, a verb that means the same verb with another particle.
PHRASAL = [
    ("put", "off", ["meeting", "trip", "wedding", "exam"], "postponed", "endured"),
    ("called", "off", ["game", "strike", "wedding", "search"], "cancelled", "telephoned"),
    ("turned", "down", ["offer", "invitation", "request", "proposal"], "rejected", "produced"),
    ("gave", "away", ["clothes", "piano", "furniture", "books"], "donated", "abandoned"),
    ("gave", "up", ["job", "habit", "search", "title"], "abandoned", "donated"),
    ("looked", "up", ["word", "address", "number", "recipe"], "searched for", "cared for"),
    ("put", "out", ["fire", "cigarette", "candle", "flames"], "extinguished", "tolerated"),
    ("set", "up", ["company", "meeting", "camera", "website"], "established", "delayed"),
    ("took", "off", ["coat", "hat", "shoes", "gloves"], "removed", "resembled"),
    ("put", "on", ["coat", "hat", "shoes", "helmet"], "wore", "postponed"),
    ("threw", "away", ["letter", "bottle", "ticket", "leftovers"], "discarded", "vomited"),
    ("made", "up", ["story", "excuse", "song", "rumour"], "invented", "understood"),
    ("worked", "out", ["answer", "price", "problem", "solution"], "calculated", "exercised"),
    ("brought", "up", ["child", "twins", "orphan", "boy"], "raised", "returned"),
    ("brought", "back", ["book", "keys", "umbrella", "parcel"], "returned", "raised"),
    ("let", "down", ["team", "customer", "voters", "fans"], "disappointed", "released"),
    ("carried", "out", ["plan", "experiment", "order", "survey"], "performed", "continued"),
    ("cut", "down", ["tree", "forest", "hedge", "bush"], "felled", "interrupted"),
    ("pointed", "out", ["mistake", "problem", "flaw", "difference"], "indicated", "aimed"),
    ("filled", "in", ["form", "questionnaire", "application", "survey"], "completed", "emptied"),
    ("handed", "in", ["essay", "homework", "report", "wallet"], "submitted", "distributed"),
    ("handed", "out", ["leaflets", "prizes", "drinks", "maps"], "distributed", "submitted"),
    ("blew", "up", ["bridge", "tunnel", "tower", "factory"], "exploded", "inflated"),
    ("broke", "up", ["fight", "crowd", "protest", "party"], "dispersed", "escaped"),
    ("picked", "out", ["dress", "winner", "colour", "gift"], "chose", "lifted"),
    ("tore", "down", ["wall", "barn", "poster", "house"], "demolished", "shredded"),
    ("took", "over", ["company", "business", "farm", "project"], "acquired", "removed"),
    ("found", "out", ["truth", "secret", "reason", "password"], "discovered", "founded"),
    ("ruled", "out", ["fraud", "murder", "arson", "infection"], "excluded", "governed"),
    ("wore", "out", ["carpet", "tyres", "boots", "engine"], "exhausted", "dressed"),
]
# The same verb with the opposite particle, and another verb with the same.
SWITCHES = [
    ("turned", "switched", "off", "on", ["light", "radio", "heating", "oven", "engine", "alarm", "television"]),
    ("turned", "switched", "on", "off", ["lamp", "computer", "fan", "heater", "torch", "microphone"]),
    ("pulled", "drew", "down", "up", ["blind", "curtain", "shade"]),
    ("brought", "carried", "in", "out", ["chairs", "boxes", "luggage", "laundry"]),
    ("took", "carried", "out", "in", ["rubbish", "sofa", "plants", "suitcase"]),
    ("pumped", "blew", "up", "down", ["tyre", "balloon", "mattress"]),
    ("locked", "shut", "in", "out", ["prisoner", "puppy", "intruder"]),
    ("sent", "mailed", "back", "out", ["parcel", "form", "contract", "samples"]),
    ("lifted", "raised", "up", "down", ["box", "child", "ladder", "flag"]),
    ("pushed", "shoved", "away", "back", ["plate", "chair", "crowd", "cart"]),
]

FOODS = """apples pears eggs oranges lemons onions carrots sandwiches tomatoes peaches cakes biscuits melons
potatoes""".split()
STUFF = """chairs tables books pens lamps plates cups shirts boats bicycles cars tents candles
mirrors""".split()
COUNTS = "two three four five six seven eight nine ten eleven twelve twenty thirty".split()
SAME_COUNT = [  # anchor, keeping, changing
    ("a dozen {n}", "twelve {n}", "eleven {n}"), ("a dozen {n}", "twelve {n}", "twenty {n}"),
    ("a couple of {n}", "two of the {n}", "ten of the {n}"), ("half of the {n}", "50 percent of the {n}",
    "15 percent of the {n}"), ("a quarter of the {n}", "25 percent of the {n}", "75 percent of the {n}"),
    ("more than {k} {n}", "over {k} {n}", "under {k} {n}"), ("fewer than {k} {n}", "under {k} {n}", "over {k} {n}"),
    ("at least {k} {n}", "{k} {n} or more", "{k} {n} or fewer"), ("at most {k} {n}", "{k} {n} or fewer",
    "{k} {n} or more"), ("none of the {n}", "zero {n}", "some {n}"), ("every one of the {n}", "all the {n}",
    "no {n}"), ("a single one of the {n}", "one of the {n}", "six of the {n}"),
    ("nearly all of the {n}", "most of the {n}", "few of the {n}"), ("hardly any {n}", "very few {n}",
    "very many {n}"), ("twice as many {n}", "double the {n}", "half the {n}"), ("a hundred {n}", "100 {n}",
    "1000 {n}"), ("a thousand {n}", "1000 {n}", "100 {n}"), ("a pair of {n}", "two {n}", "nine {n}"),
]
BUYERS = ["bought", "counted", "carried", "packed", "found", "ordered", "sold", "needed"]

# Ambiguous words: word, then for each sense: a replacement, and contexts with {} for the word.
SENSES = [
    ("bank", ("shore", ["We had a picnic on the {} of the river", "The canoe was tied to the muddy {}"]),
     ("lender", ["She asked the {} for a mortgage", "The {} raised its interest rate on savings"])),
    ("bat", ("flying mammal", ["The {} hung upside down in the cave", "A {} hunts insects by echo at night"]),
     ("wooden club", ["He swung the {} and hit the ball", "The batter broke his {} in the third inning"])),
    ("spring", ("season after winter", ["The tulips bloom every {}", "We plant the seeds in {} when the snow melts"]),
     ("metal coil", ["The {} in the mattress is broken", "A {} pushes the pen's tip out"])),
    ("crane", ("long-legged bird", ["A {} waded through the marsh", "The {} laid two eggs in its nest"]),
     ("lifting machine", ["The {} raised the steel beams", "The builders used a {} on the site"])),
    ("bark", ("outer skin", ["The {} of the oak was rough", "Beavers eat the {} of young trees"]),
     ("woof", ["The {} of the dog woke the baby", "We heard the loud {} of a puppy"])),
    ("match", ("game", ["The {} ended with two goals", "Fans cheered during the football {}"]),
     ("lighter", ["He struck a {} to light the candle", "She lit the stove with a {}"])),
    ("mouse", ("rodent", ["The cat caught a {} in the barn", "A {} nibbled the cheese"]),
     ("pointing device", ["Click the left button of the {}", "My laptop needs a wireless {}"])),
    ("palm", ("tropical tree", ["Coconuts fell from the {} on the beach", "A tall {} grew on the island"]),
     ("inside of the hand", ["She held the coin in her {}", "The fortune teller read my {}"])),
    ("seal", ("sea animal", ["The {} dived for fish in the cold bay", "A {} was resting on the ice"]),
     ("stamp", ["The king pressed his {} into the wax", "The letter carried an official {}"])),
    ("nail", ("metal pin", ["He hammered a {} into the board", "The picture hangs on a rusty {}"]),
     ("end of a finger", ["She painted her {} with red polish", "He bit his {} nervously"])),
    ("organ", ("church instrument", ["She played a hymn on the {}", "The {} filled the cathedral with music"]),
     ("body part", ["The liver is a vital {}", "The patient waits for a donor {}"])),
    ("pitcher", ("jug", ["Pour the lemonade from the {}", "The {} of water stood on the table"]),
     ("ball thrower", ["The {} threw a fast ball", "The team's best {} injured his shoulder"])),
    ("trunk", ("elephant's nose", ["The elephant lifted its {} to drink", "A calf holds its mother's tail by its {}"]),
     ("luggage space of the car", ["We put the suitcases in the {}", "The spare tyre is in the {}"])),
    ("ruler", ("king", ["The {} of the kingdom was cruel", "The people rebelled against the {}"]),
     ("measuring stick", ["Draw a straight line with a {}", "The pupil measured the page with a {}"])),
    ("letter", ("written message", ["She mailed a {} to her aunt", "A {} arrived in a blue envelope"]),
     ("character of the alphabet", ["The word begins with the {} b", "Write the first {} in upper case"])),
    ("current", ("electricity", ["The {} flows through the copper wire", "Too much {} blew the fuse"]),
     ("stream of water", ["The swimmer fought the {} in the sea", "The boat drifted with the {}"])),
    ("star", ("sun", ["The telescope showed a distant {}", "A {} explodes when its core collapses"]),
     ("celebrity", ["The {} signed autographs after the film", "The Hollywood {} bought a mansion"])),
    ("chip", ("piece of fried potato", ["He dipped a {} in ketchup", "She ate the last salty {}"]),
     ("tiny processor", ["The {} in this phone is fast", "The factory makes a computer {}"])),
    ("note", ("musical tone", ["The soprano held the high {}", "He played a wrong {} on the piano"]),
     ("short message", ["She left a {} on the fridge", "He wrote a {} to remind me"])),
    ("court", ("tribunal", ["The {} sentenced the thief", "The judge opened the {} at nine"]),
     ("tennis field", ["The players warmed up on the {}", "Rain made the {} slippery for the serve"])),
    ("pupil", ("schoolchild", ["The {} raised a hand in class", "The {} forgot her homework"]),
     ("opening of the eye", ["The {} widens in the dark", "The optician looked into the {}"])),
    ("scale", ("weighing machine", ["Put the flour on the {}", "She stood on the {} to see her weight"]),
     ("plate of skin", ["A {} came off the fish", "The snake lost a shiny {}"])),
    ("jam", ("fruit spread", ["He put strawberry {} on his toast", "The {} is made of plums and sugar"]),
     ("traffic queue", ["We sat in a {} on the motorway", "The {} made all the drivers late"])),
    ("plant", ("flower", ["Water the {} on the windowsill", "The {} needs sunlight and soil"]),
     ("factory", ["The {} produces a thousand cars a week", "The workers at the {} went on strike"])),
    ("ring", ("piece of jewellery", ["He put a diamond {} on her finger", "The {} was made of gold"]),
     ("phone call", ["Give me a {} tomorrow evening", "I will give the office a {} about it"])),
    ("toast", ("grilled bread", ["She spread butter on the {}", "He ate {} with eggs for breakfast"]),
     ("drink in someone's honour", ["They raised their glasses for a {}", "The groom's father proposed a {}"])),
    ("board", ("plank", ["He sawed the {} in two", "A {} of the floor was loose"]),
     ("group of directors", ["The {} dismissed the chief executive", "The {} voted on the merger"])),
    ("fan", ("supporter", ["The {} waved the team's flag", "A {} asked the singer for a photo"]),
     ("cooling device", ["The {} cools the hot room", "Turn on the {} because it is warm"])),
    ("mole", ("burrowing animal", ["A {} dug tunnels under the lawn", "The {} is almost blind"]),
     ("dark skin spot", ["The doctor examined the {} on her arm", "He has a {} on his cheek"])),
    ("wave", ("swell of the sea", ["The surfer rode a huge {}", "A {} knocked the swimmer over"]),
     ("hand greeting", ["She gave us a {} from the window", "He said goodbye with a {}"])),
    ("band", ("music group", ["The {} played rock songs all night", "The drummer left the {}"]),
     ("strip", ["She tied her hair with a rubber {}", "He wore a black {} around his arm"])),
    ("cell", ("prison room", ["The guard locked the thief in his {}", "The convict spent years in a {}"]),
     ("unit of life", ["The {} divides into two under the microscope", "Each {} contains a nucleus"])),
    ("bill", ("invoice", ["The waiter brought the {}", "She paid the electricity {}"]),
     ("beak", ["The duck opened its {}", "The pelican carries fish in its {}"])),
    ("deck", ("set of cards", ["Shuffle the {} before you deal", "There are four aces in the {}"]),
     ("floor of the ship", ["The sailors scrubbed the {}", "Passengers sunbathed on the upper {}"])),
    ("tank", ("armoured vehicle", ["The {} fired at the enemy", "Soldiers climbed out of the {}"]),
     ("liquid container", ["Fill the {} with petrol", "The fish swim in a glass {}"])),
    ("yard", ("garden", ["The children play in the {} behind the house", "We planted roses in the {}"]),
     ("three feet", ["The cloth is a {} long", "The ball missed by a {}"])),
    ("file", ("document", ["Save the {} before you close the program", "The {} is too big to email"]),
     ("smoothing tool", ["She shaped the metal with a {}", "The carpenter used a {} on the rough edge"])),
    ("drill", ("boring tool", ["He made a hole in the wall with a {}", "The {} needs a sharper bit"]),
     ("training exercise", ["The school held a fire {}", "The soldiers repeated the {} on the parade ground"])),
    ("pen", ("writing tool", ["She signed the form with a {}", "My {} has run out of ink"]),
     ("animal enclosure", ["The pigs ran out of their {}", "The farmer locked the sheep in the {}"])),
    ("log", ("piece of wood", ["Throw another {} on the fire", "He split the {} with an axe"]),
     ("written record", ["The captain wrote the storm into the {}", "The server keeps a {} of errors"])),
]


def sentence(text):
    return text[0].upper() + text[1:] + "."


def negation(rng, ordered):
    kind = rng.random()
    if kind < 0.5:
        thing, words = rng.choice(PROPERTIES)
        x, y = rng.sample(words.split(), 2)
        where = rng.choice(["", " " + rng.choice(["this time", "today", "as expected", "after all", "in the end"])])
        anchor = f"{thing} was {x} but not {y}{where}"
        if ordered:
            never = "and certainly not"
            return anchor, f"{thing} was {x} {never} {y}{where}", f"{thing} was {y} {never} {x}{where}"
        return anchor, f"{thing} was not {y} but {x}{where}", f"{thing} was not {x} but {y}{where}"
    who, (first, first_past), (second, _) = rng.choice(NAMES), *rng.sample(DEEDS, 2)
    if kind < 0.75:
        # "did" carries the tense on both sides, so that the words are the same.
        anchor = f"{who} did {first} but did not {second}"
        if ordered:
            return anchor, f"{who} did {first} yet did not {second}", f"{who} did {second} yet did not {first}"
        return anchor, f"{who} did not {second} but did {first}", f"{who} did not {first} but did {second}"
    other = rng.choice([n for n in NAMES if n != who])
    anchor = f"{who} {first_past} and {other} did not"
    if ordered:
        return anchor, f"{who} {first_past} while {other} did not", f"{other} {first_past} while {who} did not"
    return anchor, f"{other} did not, but {who} {first_past}", f"{who} did not, but {other} {first_past}"


def agents(rng):
    if rng.random() < 0.4:
        return [f"the {a}" for a in rng.sample(ANIMALS, 2)] + [rng.choice(REVERSIBLE)]
    if rng.random() < 0.5:
        return [f"the {a}" for a in rng.sample(PEOPLE, 2)] + [rng.choice(SOCIAL)]
    return rng.sample(NAMES, 2) + [rng.choice(SOCIAL)]


def passives(rng, ordered):
    a, b, verb = agents(rng)
    where = rng.choice(PLACES)
    participle = PARTICIPLE.get(verb, verb)
    active = f"{a} {verb} {b} {where}", f"{b} {verb} {a} {where}"
    passive = f"{b} was {participle} by {a} {where}", f"{a} was {participle} by {b} {where}"
    if ordered:
        # The passive stays one.
        return passive[0], f"{where} {b} got {participle} by {a}", f"{where} {a} got {participle} by {b}"
    if rng.random() < 0.5:
        return active[0], passive[0], passive[1]
    return passive[0], active[0], active[1]


KNOWN = ["as everyone knows, ", "in fact ", "of course ", "I heard that ", "we remember that ", "it is true that "]


def roles(rng, ordered):
    a, b = rng.sample(NAMES, 2) if rng.random() < 0.6 else [f"the {p}" for p in rng.sample(PEOPLE, 2)]
    known = rng.choice(KNOWN)
    if rng.random() < 0.3:
        more, less = rng.choice(OPPOSITES)
        if rng.random() < 0.5:
            more, less = less, more
        anchor, swapped = f"{a} is {more} than {b}", f"{b} is {more} than {a}"
        if ordered:
            return anchor, known + anchor, known + swapped
        return anchor, f"{b} is {less} than {a}", f"{a} is {less} than {b}"
    up, down = rng.choice(KIN)
    forms = rng.choice(TRANSFERS)
    fill = dict(a=a, b=b, x=rng.choice(THINGS), s=rng.choice(SUBJECTS), g=rng.choice(GAMES), p=rng.choice(SPOTS),
                up=up, down=down)
    other = {**fill, "a": b, "b": a}
    if rng.random() < 0.5:
        # The receiver's sentence is the anchor.
        forms, fill, other = (forms[1], forms[0], forms[0]), other, fill
        forms = (forms[0].replace("{a}", "{t}").replace("{b}", "{a}").replace("{t}", "{b}"), *forms[1:])
        anchor, swapped = forms[0].format(**fill), forms[0].format(**other)
        keeping, changing = forms[1].format(**other), forms[1].format(**fill)
    else:
        anchor, swapped = forms[0].format(**fill), forms[0].format(**other)
        keeping, changing = forms[1].format(**fill), forms[2].format(**fill)
    if ordered:
        return anchor, known + anchor, known + swapped
    return anchor, keeping, changing


def phrasal(rng, ordered):
    who, when = rng.choice(NAMES + [f"the {p}" for p in PEOPLE]), rng.choice(PLACES)
    if rng.random() < 0.5:
        verb, other, particle, opposite, things = rng.choice(SWITCHES)
        thing = rng.choice(things)

        def split(v, p, the="the"):
            return f"{who} {v} {the} {thing} {p} {when}"

        def joined(v, p, the="the"):
            return f"{who} {v} {p} {the} {thing} {when}"

        # Both variants split what was joined or join what was split, and the changing one turns the particle. The
        # keeping one replaces a word as well: a heavy one, the verb, or a light one.
        one, two = (split, joined) if rng.random() < 0.5 else (joined, split)
        keeping = two(verb, particle, "that") if ordered else two(other, particle)
        return one(verb, particle), keeping, two(verb, opposite)
    verb, particle, things, same, another = rng.choice(PHRASAL)
    thing = rng.choice(things)
    anchor = (f"{who} {verb} the {thing} {particle} {when}" if rng.random() < 0.5
              else f"{who} {verb} {particle} the {thing} {when}")
    return anchor, f"{who} {same} the {thing} {when}", f"{who} {another} the {thing} {when}"


def quantities(rng, ordered):
    who, verb = rng.choice(NAMES), rng.choice(BUYERS)
    things = FOODS if rng.random() < 0.5 else STUFF
    if rng.random() < 0.5:
        x, y = rng.sample(things, 2)
        m, n = rng.sample(COUNTS, 2)
        if ordered:
            return (f"{who} {verb} {m} {x} and {n} {y}", f"{who} {verb} {m} {x} as well as {n} {y}",
                    f"{who} {verb} {n} {x} as well as {m} {y}")
        return (f"{who} {verb} {m} {x} and {n} {y}", f"{who} {verb} {n} {y} and {m} {x}",
                f"{who} {verb} {n} {x} and {m} {y}")
    forms = rng.choice(SAME_COUNT)
    fill = dict(n=rng.choice(things), k=rng.choice(COUNTS))
    where = rng.choice(PLACES)
    return tuple(f"{who} {verb} {f.format(**fill)} {where}" for f in forms)


def senses(rng):
    """All of them, in order: words x senses x contexts, with openings to make enough."""
    openings = ["", "as I recall, ", "they say that ", "I noticed that ", "it is true that "]
    for opening in openings:
        for word, one, two in SENSES:
            for (right, contexts), (wrong, _) in ((one, two), (two, one)):
                for context in contexts:
                    body = context[0].lower() + context[1:] if opening and not context.startswith("I ") else context
                    # "the bank" and "a bank" must stay good English before the replacement.
                    yield tuple(article(opening + body.format(w)) for w in (word, right, wrong))


def article(text):
    words = text.split(" ")
    for i in range(len(words) - 1):
        if words[i] in ("a", "an", "A", "An"):
            vowel = words[i + 1][0].lower() in "aeiou" and not words[i + 1].startswith(("unit", "one"))
            words[i] = words[i][0] + ("n" if vowel else "")
    return " ".join(words)


def main():
    rng = random.Random(SEED)
    rows = []
    for name, make in (("negation", negation), ("roles", roles), ("passives", passives), ("phrasal", phrasal),
                       ("quantities", quantities)):
        seen = set()
        while len(seen) < PER_CATEGORY:
            triple = tuple(sentence(t) for t in make(rng, len(seen) % 2 == 0))
            if len(set(triple)) == 3:
                seen.add(triple)
        rows += [(name, *t) for t in sorted(seen)]
    rows += [("senses", *(sentence(t) for t in triple)) for triple in itertools.islice(senses(rng), PER_CATEGORY)]
    print("category\tanchor\tkeeping\tchanging")
    for row in rows:
        print("\t".join(row))


if __name__ == "__main__":
    main()
