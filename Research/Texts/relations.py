"""Makes sentences that say the same or something else with the same words, for the teacher to label.

    python Research/Texts/relations.py --output relations.txt --count 70000

Who did what to whom, in the active and the passive; who gave and who received; which of two is older; what is so and what is
not; how many, and what part. A sum of words cannot tell such sentences from each other, and the corpora seldom have two of
them. Every draw makes a sentence and one to three relatives: the converse, the passive, the parts in the other order, the
parties exchanged, another number, the negation moved. Words and templates were written for this file, from general knowledge
of English; no sentence of a set that models are measured on was used, and `--without DIR` leaves out what any file of a folder
has, letter case and punctuation aside. One text a line, each text once, in an order that depends on the seed alone.
"""
import random

from scenes import command, listed

PERSONS = """teacher|nurse|lawyer|baker|pilot|farmer|painter|manager|student|waiter|judge|singer|dentist|guard|clerk|thief|
reporter|sailor|butcher|tailor|coach|referee|mechanic|gardener|librarian|scientist|policeman|customer|witness|landlord|
tenant|boss|assistant|king|queen|prince|wizard|soldier|general|priest|goalkeeper|cyclist|driver|passenger|tourist|guide|
neighbour|cousin|uncle|aunt|grandmother|boy|girl|man|woman|child|president|senator|minister|mayor"""
NAMES = """Alice|Brian|Chloe|Daniel|Ella|Felix|Gina|Hugo|Isabel|James|Kate|Liam|Mona|Nathan|Olivia|Peter|Rosa|Simon|Tina|Ursula|
Vera|Walter|Xavier|Yara|Zach|Ahmed|Fatima|Kenji|Priya|Ivan|Mei|Lucia|Omar|Ingrid|Pablo|Anya"""
BEASTS = "dog|cat|fox|wolf|bear|lion|horse|goat|hen|hawk|snake|shark|whale|mouse|rat|bull|tiger|monkey|seal|owl"
# Present, past, participle.
DEEDS = [deed.split(",") for deed in """\
sees,saw,seen|hears,heard,heard|helps,helped,helped|kicks,kicked,kicked|hits,hit,hit|calls,called,called|pays,paid,paid|
follows,followed,followed|chases,chased,chased|bites,bit,bitten|hugs,hugged,hugged|pushes,pushed,pushed|thanks,thanked,thanked|
blames,blamed,blamed|likes,liked,liked|loves,loved,loved|hates,hated,hated|fears,feared,feared|catches,caught,caught|
teaches,taught,taught|beats,beat,beaten|invites,invited,invited|warns,warned,warned|saves,saved,saved|hires,hired,hired|
fires,fired,fired|sues,sued,sued|arrests,arrested,arrested|marries,married,married|kisses,kissed,kissed|
interviews,interviewed,interviewed|praises,praised,praised|insults,insulted,insulted|replaces,replaced,replaced|
watches,watched,watched|attacks,attacked,attacked|defends,defended,defended|trusts,trusted,trusted|finds,found,found|
leaves,left,left|meets,met,met|ignores,ignored,ignored|carries,carried,carried|feeds,fed,fed|kills,killed,killed|
scares,scared,scared|visits,visited,visited|photographs,photographed,photographed|elects,elected,elected""".replace(
    "\n", "").split("|")]
WHEN = """yesterday|last year|in the garden|in the street|at the office|after school|on Friday|during the match|at home|again|
at the airport|in the morning|before the trial|by the river|at the party|in the village|once more|in May|on the train"""
# Giving and receiving: {a} gives, {b} receives.
EXCHANGES = [pair.split("/") for pair in """\
{a} sold {x} to {b}/{b} bought {x} from {a}|{a} sold {b} {x}/{x} was bought by {b} from {a}|{a} gave {b} {x}/{b} got {x} from {a}|
{a} gave {x} to {b}/{b} received {x} from {a}|{a} lent {b} {x}/{b} borrowed {x} from {a}|{a} rented {x} to {b}/{b} rented {x} from {a}|
{a} sent {b} {x}/{b} got {x} by mail from {a}|{a} stole {x} from {b}/{x} was stolen from {b} by {a}|
{a} took {x} away from {b}/{b} lost {x} to {a}|{a} showed {x} to {b}/{b} was shown {x} by {a}|
{a} told {b} about {x}/{b} heard about {x} from {a}|{a} left {x} to {b}/{b} inherited {x} from {a}|
{a} owes {b} {x}/{b} is owed {x} by {a}|{a} threw {x} to {b}/{b} caught {x} from {a}|{a} paid {b} for {x}/{b} was paid for {x} by {a}""".replace(
    "\n", "").split("|")]
GOODS = """a bicycle|the house|a horse|the tickets|a watch|the farm|a guitar|two books|the money|a boat|the dog|a ring|a dress|
the recipe|some cheese|the car|a painting|the shop|a knife|the keys|a camera|an old map|the ball|a loaf of bread"""
# Converse relations of two.
CONVERSES = [pair.split("/") for pair in """\
{a} is older than {b}/{b} is younger than {a}|{a} is taller than {b}/{b} is shorter than {a}|{a} is faster than {b}/{b} is slower than {a}|
{a} is richer than {b}/{b} is poorer than {a}|{a} is stronger than {b}/{b} is weaker than {a}|{a} is above {b}/{b} is below {a}|
{a} sits in front of {b}/{b} sits behind {a}|{a} came before {b}/{b} came after {a}|{a} is to the left of {b}/{b} is to the right of {a}|
{a} has more money than {b}/{b} has less money than {a}|{a} beat {b} at chess/{b} lost to {a} at chess|
{a} won against {b}/{b} was defeated by {a}|{a} is the father of {b}/{b} is the child of {a}|{a} works for {b}/{b} employs {a}|
{a} is the teacher of {b}/{b} is the pupil of {a}|{a} leads {b}/{b} follows {a}|{a} is inside {b}/{b} contains {a}|
{a} arrived earlier than {b}/{b} arrived later than {a}|{a} costs more than {b}/{b} is cheaper than {a}|
{a} is better than {b}/{b} is worse than {a}|{a} is bigger than {b}/{b} is smaller than {a}|
{a} is north of {b}/{b} is south of {a}|{a} caused {b}/{b} was caused by {a}|{a} is as tall as {b}/{b} is as tall as {a}""".replace(
    "\n", "").split("|")]
OBJECTS = """the lamp|the box|the table|the river|the tower|the school|the bridge|the shop|the car|the tree|the lake|the hotel|the
 church|the castle|the road|the farm|the train|the museum|the ship|the stone"""
THINGS = [thing.split(":") for thing in """\
the meal:tasty,cheap,hot,healthy,small,late|the book:long,sad,funny,clever,old,famous|the street:quiet,narrow,clean,dark,long|
the room:large,warm,bright,dirty,noisy|the car:fast,safe,red,expensive,old|the test:hard,short,fair,useful|
the weather:cold,dry,windy,sunny,mild|the phone:light,slow,new,cheap,pretty|the man:rich,honest,tall,kind,lonely|
the woman:young,brave,tired,polite,famous|the city:big,rich,ugly,crowded,safe|the film:exciting,violent,slow,short,romantic|
the water:deep,cold,clear,salty,calm|the child:happy,shy,hungry,sick,clever|the job:boring,safe,easy,important,dangerous|
the cake:sweet,dry,fresh,big,expensive|the house:empty,modern,cheap,cold,beautiful|the answer:right,short,polite,strange,clear|
the music:loud,slow,sad,modern,pleasant|the horse:fast,wild,old,white,gentle""".replace("\n", "").split("|")]
# Base form and past.
TASKS = [task.split(",") for task in """\
open the window,opened the window|cook dinner,cooked dinner|write the report,wrote the report|walk the dog,walked the dog|
buy milk,bought milk|answer the phone,answered the phone|clean the car,cleaned the car|watch the game,watched the game|
pass the exam,passed the exam|catch the bus,caught the bus|take the medicine,took the medicine|tell the truth,told the truth|
close the shop,closed the shop|find the keys,found the keys|read the book,read the book|go to the party,went to the party|
eat the soup,ate the soup|pay the rent,paid the rent|fix the bike,fixed the bike|learn Spanish,learned Spanish|
vote for the law,voted for the law|drink the wine,drank the wine|make the bed,made the bed|send the letter,sent the letter""".replace(
    "\n", "").split("|")]
COUNTED = """birds|boys|girls|dogs|men|women|houses|coins|stamps|ships|trees|flowers|letters|students|soldiers|cows|rooms|songs|
tickets|buttons|keys|windows|stones|glasses|doctors|islands|planets|votes|goals|bricks|shirts|pizzas|sheep|teams"""
NUMBERS = "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty hundred".split()
DIGITS = dict(zip(NUMBERS, "1 2 3 4 5 6 7 8 9 10 11 12 15 20 30 50 100".split()))
PARTS = [part.split("/") for part in """\
all of the {n}/every one of the {n}|most of the {n}/more than half of the {n}|half of the {n}/50 percent of the {n}|
some of the {n}/a few of the {n}|none of the {n}/not one of the {n}|a third of the {n}/33 percent of the {n}|
a quarter of the {n}/one in four of the {n}|few of the {n}/only a small part of the {n}|two thirds of the {n}/two in three of the {n}|
almost all of the {n}/nearly every one of the {n}|ten percent of the {n}/a tenth of the {n}|many of the {n}/a lot of the {n}|
no {n}/not a single one of the {n}|both {n}/the two {n}|a dozen {n}/twelve {n}|a couple of {n}/two {n}|hundreds of {n}/several hundred {n}|
twice as many {n}/double the number of {n}|half as many {n}/half the number of {n}|too many {n}/more {n} than wanted|
not enough {n}/too few {n}""".replace("\n", "").split("|")]
FATES = "were sold|are here|were lost|were new|are old|were missing|came back|are gone|were counted|were needed|disappeared|were broken"


class Relations:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lists = {name: listed(globals()[name]) for name in
                      "PERSONS NAMES BEASTS WHEN GOODS OBJECTS COUNTED FATES".split()}

    def draw(self, name):
        return self.rng.choice(self.lists[name])

    def two(self):
        """Two parties of one kind."""
        kind = self.rng.random()
        if kind < 0.45:
            return self.rng.sample(self.lists["NAMES"], 2)
        return [f"the {noun}" for noun in self.rng.sample(self.lists["PERSONS" if kind < 0.85 else "BEASTS"], 2)]

    def deed(self):
        rng, (a, b) = self.rng, self.two()
        (now, past, done), other = rng.choice(DEEDS), rng.choice(DEEDS)
        when = " " + self.draw("WHEN") if rng.random() < 0.5 else ""
        base = rng.choice([f"{a} {past} {b}{when}", f"{b} was {done} by {a}{when}", f"{a} {now} {b}"])
        return base, [
            lambda: f"{b} was {done} by {a}{when}", lambda: f"{a} {past} {b}{when}",
            lambda: f"{a} was {done} by {b}{when}", lambda: f"{b} {past} {a}{when}",
            lambda: f"it was {a} who {past} {b}{when}", lambda: f"it was {b} who {past} {a}{when}",
            lambda: f"{b} got {done} by {a}{when}", lambda: f"{a} {other[1]} {b}{when}",
            lambda: f"{b} was not {done} by {a}{when}", lambda: f"{a} never {past} {b}{when}",
            lambda: f"who {past} {b}{when}?", lambda: f"who was {done} by {a}{when}?",
            lambda: f"{a} and {b} {past} each other{when}", lambda: f"{self.two()[0]} {past} {b}{when}",
        ]

    def converse(self):
        rng = self.rng
        exchange = rng.random() < 0.5
        a, b = self.two() if exchange or rng.random() < 0.6 else rng.sample(self.lists["OBJECTS"], 2)
        one, other = rng.choice(EXCHANGES if exchange else CONVERSES)
        fill, swapped = dict(a=a, b=b, x=self.draw("GOODS")), dict(a=b, b=a)
        swapped["x"] = fill["x"]
        when = " " + self.draw("WHEN") if rng.random() < 0.3 else ""
        base = rng.choice([one, other]).format(**fill) + when
        return base, [
            lambda: one.format(**fill) + when, lambda: other.format(**fill) + when,
            lambda: one.format(**swapped) + when, lambda: other.format(**swapped) + when,
            lambda: one.format(**{**fill, "x": self.draw("GOODS")}) + when,
            lambda: f"I think that {other.format(**fill)}{when}", lambda: f"it is not true that {one.format(**fill)}{when}",
            lambda: f"they say {one.format(**fill)}{when}",
        ]

    def contrast(self):
        rng = self.rng
        thing, words = rng.choice(THINGS)
        x, y = rng.sample(words.split(","), 2)
        been = rng.choice(["is", "was"])
        base = rng.choice([f"{thing} {been} {x} but not {y}", f"{thing} {been} {x} and not {y}", f"{thing} {been} {x}"])
        return base, [
            lambda: f"{thing} {been} not {y} but {x}", lambda: f"{thing} {been} not {x} but {y}",
            lambda: f"{thing} {been} {y} but not {x}", lambda: f"{thing} {been} {x}, not {y}",
            lambda: f"{thing} {been} neither {x} nor {y}", lambda: f"{thing} {been} both {x} and {y}",
            lambda: f"{thing} {been} {x} rather than {y}", lambda: f"{thing} {been} {y} rather than {x}",
            lambda: f"{thing} {been} not {x}", lambda: f"{thing} {been} hardly {x} at all",
            lambda: f"{thing} {been} very {x} but far from {y}", lambda: f"nobody would call {thing} {x}",
            lambda: f"{thing} {been} {x} although it {been} {y}", lambda: f"{thing} {been} {y} and also {x}",
        ]

    def tasks(self):
        rng, (a, b) = self.rng, self.two()
        (one, one_past), (two, two_past) = rng.sample(TASKS, 2)
        base = rng.choice([f"{a} {one_past} but did not {two}", f"{a} {one_past} and {b} did not", f"{a} did not {one}"])
        return base, [
            lambda: f"{a} {two_past} but did not {one}", lambda: f"{a} did not {two} but {one_past}",
            lambda: f"{a} did not {one} but {two_past}", lambda: f"{b} {one_past} and {a} did not",
            lambda: f"{a} did not {one}, but {b} did", lambda: f"{b} did not {one}, but {a} did",
            lambda: f"{a} {one_past} instead of {b}", lambda: f"neither {a} nor {b} {one_past}",
            lambda: f"both {a} and {b} {one_past}", lambda: f"{a} forgot to {one}", lambda: f"{a} refused to {one}",
            lambda: f"{a} managed to {one}", lambda: f"{a} failed to {one}", lambda: f"{a} never {one_past}",
            lambda: f"only {a} {one_past}", lambda: f"everyone but {a} {one_past}",
            lambda: f"{a} {one_past} before {b} did", lambda: f"{a} {one_past} without {b}",
            lambda: f"if {a} does not {one}, {b} will", lambda: f"{a} {one_past} and then {two_past}",
            lambda: f"{a} {two_past} and then {one_past}", lambda: f"before {a} {two_past}, {a} {one_past}",
        ]

    def count(self):
        rng, (what, other) = self.rng, self.rng.sample(self.lists["COUNTED"], 2)
        fate = self.draw("FATES")
        if rng.random() < 0.5:
            part, same = rng.choice(PARTS)
            base = f"{part.format(n=what)} {fate}"
            return base, [
                lambda: f"{same.format(n=what)} {fate}", lambda: f"{same.format(n=what)} {fate}",
                lambda: f"{rng.choice(PARTS)[0].format(n=what)} {fate}", lambda: f"{rng.choice(PARTS)[1].format(n=what)} {fate}",
                lambda: f"{part.format(n=other)} {fate}", lambda: f"{part.format(n=what)} {self.draw('FATES')}",
            ]
        j, k = rng.sample(NUMBERS[1:-1], 2)
        who = self.two()[0]
        base = f"{who} has {j} {what} and {k} {other}"
        return base, [
            lambda: f"{who} has {k} {other} and {j} {what}", lambda: f"{who} has {k} {what} and {j} {other}",
            lambda: f"{who} has {DIGITS[j]} {what} and {DIGITS[k]} {other}", lambda: f"{who} has {j} {what}",
            lambda: f"{who} has more than {j} {what}", lambda: f"{who} has fewer than {j} {what}",
            lambda: f"{who} has at least {j} {what}", lambda: f"{who} has at most {j} {what}",
            lambda: f"{who} has over {DIGITS[j]} {what}", lambda: f"{who} has under {DIGITS[j]} {what}",
            lambda: f"{who} has {j} or more {what}", lambda: f"{who} has {j} {what} or fewer",
            lambda: f"{who} has exactly {j} {what}", lambda: f"{who} has no {what}", lambda: f"{who} has many {what}",
            lambda: f"{who} has {k} {what}", lambda: f"there are {j} {what} and {k} {other}",
        ]

    def group(self):
        kind = self.rng.random()
        base, relatives = (
            self.deed() if kind < 0.25 else self.converse() if kind < 0.5 else self.contrast() if kind < 0.65
            else self.tasks() if kind < 0.8 else self.count())
        return [base] + [relative() for relative in self.rng.sample(relatives, self.rng.randint(1, 3))]


if __name__ == "__main__":
    command(__doc__, Relations, count=70_000, capitals=0.4)
