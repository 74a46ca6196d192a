"""Makes sentences with phrasal verbs, joined, split and with a pronoun, and their relatives, for the teacher to label.

    python Research/Texts/verbs.py --output verbs.txt --count 80000

"She turned the radio off" and "she turned off the radio" share no two neighbours that mean "turn off", and the corpora
have few of the first kind. Every draw makes a sentence with a verb, its particle and an object, and one to four relatives:
the parts in the other order, a pronoun for the object, one word that means the same, another particle, the same verb
without one, another object, a negation, another tense. Verbs, objects and meanings were written for this file, from general
knowledge. One text a line, each text once, in an order that depends on the seed alone. `--without DIR` leaves out every
sentence that any file of a folder has, letter case and punctuation aside.
"""
import random

from scenes import command, listed

# Verb: present with -s, past, participle in -ing; particle; objects; words that mean it (past); other particles.
VERBS = [line.split(";") for line in """\
turn,turns,turned,turning;off;light|radio|stove|engine|tap|alarm|television|water;switched off|shut off;on|up|down
turn,turns,turned,turning;on;light|radio|stove|engine|tap|fan|computer|heater;switched on|started;off|up|down
turn,turns,turned,turning;up;volume|heat|music|radio|collar;increased|raised;down|off|on
turn,turns,turned,turning;down;volume|heat|music|job|loan|request;lowered|refused;up|off
switch,switches,switched,switching;on;lamp|kettle|machine|phone|engine;turned on|activated;off|over
switch,switches,switched,switching;off;lamp|kettle|machine|phone|engine;turned off|deactivated;on|over
put,puts,put,putting;on;shirt|glasses|jacket|boots|record|show;wore|donned;off|away|down|out
put,puts,put,putting;off;visit|decision|appointment|holiday|work;delayed|postponed;on|up|away
put,puts,put,putting;out;fire|flame|rubbish|candle|match;extinguished|quenched;up|on|in
put,puts,put,putting;away;toys|dishes|tools|money|books;tidied|stored;on|out|off
put,puts,put,putting;up;tent|poster|shelf|fence|sign;erected|hung;down|off|out
put,puts,put,putting;together;puzzle|bookcase|team|list|model;assembled|compiled;off|away
put,puts,put,putting;down;phone|bag|gun|pen|glass;laid down|dropped;up|on
take,takes,took,taking;off;boots|jacket|glasses|shirt|ring|lid;removed|shed;on|out|over
take,takes,took,taking;out;trash|loan|wallet|tooth|knife;removed|withdrew;in|back|over
take,takes,took,taking;back;words|purchase|gift|promise;returned|withdrew;out|off|up
take,takes,took,taking;over;firm|shop|control|kitchen;acquired|seized;off|out|down
take,takes,took,taking;down;notes|picture|tent|flag|number;wrote|dismantled;up|off|in
take,takes,took,taking;apart;clock|bicycle|machine|radio;dismantled|disassembled;over|off
give,gives,gave,giving;up;smoking|hope|seat|claim|dream;quit|surrendered;away|back|out
give,gives,gave,giving;back;money|ball|pen|keys|land;returned|restored;up|away|out
give,gives,gave,giving;away;toys|secret|prize|fortune;donated|revealed;up|back
give,gives,gave,giving;out;samples|flyers|tickets|food;distributed|dispensed;up|back|in
look,looks,looked,looking;up;phone number|meaning|definition|train times;searched for|found;over|down
look,looks,looked,looking;over;contract|draft|figures|essay;reviewed|examined;up
bring,brings,brought,bringing;up;daughter|son|subject|topic|question;raised|mentioned;down|back|in
bring,brings,brought,bringing;back;memories|souvenir|dog|tools;returned|restored;up|in|down
bring,brings,brought,bringing;down;price|government|plane|fever;lowered|toppled;up|in|out
bring,brings,brought,bringing;in;groceries|expert|money|washing;introduced|earned;out|up
bring,brings,brought,bringing;out;album|wine|new model|best;released|launched;in|up
set,sets,set,setting;up;tent|business|meeting|computer|trap;established|arranged;back|off|out
set,sets,set,setting;off;alarm|bomb|fireworks|explosion;triggered|detonated;up|back
call,calls,called,calling;off;wedding|strike|meeting|hunt|tour;cancelled|scrapped;up|back|in
call,calls,called,calling;up;friend|doctor|reserves|memory;phoned|rang;off|out|in
call,calls,called,calling;back;client|customer|mother;phoned again|returned;off|in
pick,picks,picked,picking;up;coin|parcel|kids|phone|guest;lifted|collected;out|off|on
pick,picks,picked,picking;out;shirt|colour|present|suspect;selected|chose;up|on
cut,cuts,cut,cutting;off;branch|supply|power|thumb;severed|removed;up|out|down
cut,cuts,cut,cutting;down;tree|spending|bush|costs;reduced|felled;off|up|out
cut,cuts,cut,cutting;out;sugar|picture|article|coupon;removed|clipped;off|up|down
cut,cuts,cut,cutting;up;meat|vegetables|paper|credit card;chopped|sliced;off|down|out
break,breaks,broke,breaking;down;door|wall|problem|figures;smashed|divided;up|off|in
break,breaks,broke,breaking;off;engagement|talks|piece|branch;ended|snapped;up|down
break,breaks,broke,breaking;up;meeting|gang|soil|marriage;ended|dispersed;down|off|in
blow,blows,blew,blowing;out;candle|match|flame;extinguished|snuffed;up|away|off
blow,blows,blew,blowing;up;balloon|bridge|photo|mattress;inflated|exploded;out|down|off
fill,fills,filled,filling;in;form|hole|blanks|survey;completed|plugged;up|out
fill,fills,filled,filling;up;tank|glass|bucket|bottle;filled|topped up;in|out
fill,fills,filled,filling;out;form|application|questionnaire;completed|filled in;up|in
find,finds,found,finding;out;truth|answer|name|cause;discovered|learned;
work,works,worked,working;out;solution|budget|route|details;calculated|solved;up|off
figure,figures,figured,figuring;out;answer|puzzle|way|problem;solved|understood;
point,points,pointed,pointing;out;error|star|risk|landmark;indicated|showed;at
carry,carries,carried,carrying;out;attack|test|repairs|study|threat;performed|executed;on|off|in
carry,carries,carried,carrying;on;conversation|tradition|business;continued|maintained;out|off
throw,throws,threw,throwing;away;trash|receipt|chance|old shoes;discarded|dumped;up|out|back
throw,throws,threw,throwing;out;rubbish|drunk|leftover food|idea;discarded|ejected;up|away|in
hand,hands,handed,handing;in;paper|exam|resignation|badge;submitted|delivered;out|over|back
hand,hands,handed,handing;out;pamphlets|sweets|tests|awards;distributed|dispensed;in|over|back
hand,hands,handed,handing;over;keys|prisoner|money|weapon;surrendered|delivered;in|out|back
write,writes,wrote,writing;down;address|idea|phone number|recipe;noted|recorded;off|up|out
write,writes,wrote,writing;off;debt|car|loan;cancelled|scrapped;down|up
knock,knocks,knocked,knocking;down;building|boxer|vase|price;demolished|toppled;out|over|off
knock,knocks,knocked,knocking;out;boxer|guard|power|rival;stunned|eliminated;down|over|off
knock,knocks,knocked,knocking;over;vase|glass|lamp|bin;toppled|upset;down|out
tear,tears,tore,tearing;up;letter|contract|paper|ticket;ripped|shredded;down|off|out
tear,tears,tore,tearing;down;statue|fence|old school|curtains;demolished|pulled down;up|off
pull,pulls,pulled,pulling;down;blinds|old house|hat|statue;lowered|demolished;up|out|off
pull,pulls,pulled,pulling;out;tooth|plug|weed|drawer;extracted|withdrew;in|up|down
pull,pulls,pulled,pulling;off;stunt|victory|trick|sticker;achieved|removed;up|down|on
push,pushes,pushed,pushing;back;deadline|chair|enemy|start;delayed|repelled;in|over|away
lock,locks,locked,locking;up;shop|thief|bike|house;jailed|secured;out|in
shut,shuts,shut,shutting;down;factory|computer|website|plant;closed|stopped;off|in|up
close,closes,closed,closing;down;store|mine|branch|road;shut|ended;off|in|up
back,backs,backed,backing;up;files|car|claim|friend;copied|supported;out|down
hang,hangs,hung,hanging;up;coat|phone|picture|washing;suspended|ended;out|on
hold,holds,held,holding;up;bank|traffic|hand|sign;robbed|delayed;back|down|out
hold,holds,held,holding;back;tears|crowd|anger|information;restrained|withheld;up|out|down
keep,keeps,kept,keeping;up;good work|pace|pressure;maintained|continued;down|out|off
keep,keeps,kept,keeping;out;cold|intruders|rain|flies;excluded|blocked;in|up|off
leave,leaves,left,leaving;out;detail|name|salt|chapter;omitted|skipped;behind|in
let,lets,let,letting;in;cat|guests|light|air;admitted|allowed;out|down|off
let,lets,let,letting;out;dog|scream|secret|dress;released|freed;in|down|off
let,lets,let,letting;down;friend|supporters|partner|parents;disappointed|failed;out|in|off
make,makes,made,making;up;lie|name|bed|tale;invented|fabricated;out|over
make,makes,made,making;out;face|sign|words|shape;discerned|saw;up
pass,passes,passed,passing;on;message|disease|news|recipe;relayed|transmitted;up|out|over
pass,passes,passed,passing;up;offer|chance|opportunity;declined|missed;on|out
pay,pays,paid,paying;back;loan|friend|debt|favour;repaid|returned;off|out|in
pay,pays,paid,paying;off;mortgage|debt|witness|credit card;settled|bribed;back|out|in
play,plays,played,playing;down;risk|success|rumour;minimised|downplayed;up|back
rule,rules,ruled,ruling;out;possibility|option|deal|infection;excluded|dismissed;
run,runs,ran,running;over;squirrel|pedestrian|notes|hat;hit|crushed;down|up|off
run,runs,ran,running;up;bill|debt|flag;accumulated|hoisted;down|over
sell,sells,sold,selling;off;land|assets|furniture|shares;liquidated|disposed of;out|up
send,sends,sent,sending;back;order|soup|meal|letter;returned|rejected;off|out|in
send,sends,sent,sending;off;package|application|player|troops;dispatched|mailed;back|in|out
show,shows,showed,showing;off;medal|new car|muscles|talent;displayed|flaunted;up
sort,sorts,sorted,sorting;out;mess|problem|papers|dispute;resolved|organised;
split,splits,split,splitting;up;gang|work|couple|money;divided|separated;off
start,starts,started,starting;up;computer|company|engine|band;launched|founded;over|off
stir,stirs,stirred,stirring;up;trouble|dust|anger|debate;provoked|roused;in
sum,sums,summed,summing;up;argument|debate|case|report;summarised|concluded;
talk,talks,talked,talking;over;problem|plan|offer;discussed|debated;up|down
think,thinks,thought,thinking;over;offer|proposal|decision;considered|pondered;up|out
try,tries,tried,trying;on;dress|hat|shoes|suit;tested|fitted;out
try,tries,tried,trying;out;recipe|new bike|software|gym;tested|sampled;on
use,uses,used,using;up;milk|paint|savings|battery;exhausted|consumed;
wake,wakes,woke,waking;up;baby|neighbours|dog|guest;roused|awakened;
warm,warms,warmed,warming;up;soup|room|crowd|engine;heated|reheated;
wash,washes,washed,washing;off;mud|paint|dirt;removed|rinsed away;up|away
wear,wears,wore,wearing;out;shoes|welcome|knees|brakes;exhausted|used up;down|off
wipe,wipes,wiped,wiping;off;dust|smile|makeup|sweat;removed|cleaned;out|up|down
wipe,wipes,wiped,wiping;out;village|species|debt|profit;destroyed|erased;off|up
wrap,wraps,wrapped,wrapping;up;present|meeting|sandwich|gift;packed|finished;
draw,draws,drew,drawing;up;contract|will|plan|list;drafted|prepared;out|in|down
drop,drops,dropped,dropping;off;kids|package|passenger|laundry;delivered|left;in|out
eat,eats,ate,eating;up;cake|spinach|savings|dinner;finished|consumed;out
drink,drinks,drank,drinking;up;milk|tea|juice;finished|swallowed;in
add,adds,added,adding;up;numbers|bill|scores;totalled|summed;on|in
boil,boils,boiled,boiling;down;sauce|argument|syrup;reduced|simplified;over
burn,burns,burned,burning;down;barn|hotel|forest|cabin;destroyed|torched;up|out|off
calm,calms,calmed,calming;down;child|crowd|patient|horse;soothed|quieted;
check,checks,checked,checking;out;book|rumour|new bar|hotel;borrowed|examined;in|off|over
cheer,cheers,cheered,cheering;up;patient|friend|room;comforted|gladdened;on
chase,chases,chased,chasing;away;cat|birds|thief|customers;drove off|scared;down|off
clean,cleans,cleaned,cleaning;up;mess|beach|room|spill;tidied|cleared;out|off
clear,clears,cleared,clearing;up;mystery|mess|confusion|rash;solved|tidied;out|away|off
count,counts,counted,counting;out;coins|notes|votes;tallied|numbered;in|down|up
cover,covers,covered,covering;up;crime|mistake|scandal|stain;hid|concealed;over
cross,crosses,crossed,crossing;out;name|word|line|mistake;deleted|struck;off|over
dig,digs,dug,digging;up;bones|garden|treasure|road;unearthed|excavated;out|in
drive,drives,drove,driving;away;customers|dog|fear;repelled|dispelled;up|back
finish,finishes,finished,finishing;off;soup|novel|rival|beer;completed|ended;up
follow,follows,followed,following;up;lead|complaint|letter;investigated|pursued;
get,gets,got,getting;back;money|ball|job|book;recovered|regained;up|down|out
heat,heats,heated,heating;up;pizza|soup|oven|debate;warmed|reheated;
lay,lays,laid,laying;off;staff|workers|miners;dismissed|fired;down|out
lay,lays,laid,laying;down;rules|arms|law|carpet;established|set;off|out
line,lines,lined,lining;up;chairs|children|bottles|speakers;arranged|aligned;
mix,mixes,mixed,mixing;up;names|twins|dates|papers;confused|muddled;in
open,opens,opened,opening;up;shop|box|country|wound;unlocked|started;out
phase,phases,phased,phasing;out;coal|old model|subsidy;ended|withdrew;in
plug,plugs,plugged,plugging;in;charger|toaster|guitar|cable;connected|attached;up
print,prints,printed,printing;out;ticket|email|map|report;produced|copied;off
roll,rolls,rolled,rolling;up;sleeves|carpet|map|window;furled|coiled;out|down|over
rub,rubs,rubbed,rubbing;out;mistake|line|drawing;erased|deleted;in|off
save,saves,saved,saving;up;money|coupons|strength;hoarded|collected;
scare,scares,scared,scaring;away;birds|burglar|buyers;frightened|repelled;off
see,sees,saw,seeing;off;guest|challenge|friend;escorted|defeated;out|through
shoot,shoots,shot,shooting;down;plane|drone|idea|helicopter;destroyed|rejected;up|off
slow,slows,slowed,slowing;down;car|growth|ageing|traffic;delayed|braked;up
speed,speeds,sped,speeding;up;process|delivery|recovery|car;accelerated|hastened;
spell,spells,spelled,spelling;out;rules|name|reasons|terms;explained|detailed;
step,steps,stepped,stepping;up;attacks|efforts|security|production;increased|intensified;down
strip,strips,stripped,stripping;off;paint|wallpaper|clothes;removed|peeled;down|away
swallow,swallows,swallowed,swallowing;up;island|small firm|profits;absorbed|engulfed;down
tie,ties,tied,tying;up;boat|hair|prisoner|dog;bound|fastened;down
tip,tips,tipped,tipping;over;canoe|bucket|chair;upset|overturned;off|out
track,tracks,tracked,tracking;down;killer|owner|old friend|fault;found|located;
vote,votes,voted,voting;down;bill|amendment|motion;rejected|defeated;in|out
wind,winds,wound,winding;up;clock|company|speech|toy;closed|concluded;down
zip,zips,zipped,zipping;up;jacket|bag|tent|dress;fastened|closed;""".split("\n")]

PARTICLES = frozenset("off on up down away back in out over together apart".split())
WHO = """she|he|they|the manager|my brother|our neighbour|the police|a friend|the children|his mother|the boss|Peter|Lisa|
the company|someone|nobody|the woman|the man|my aunt|the owner|a stranger|Mark|Julia|the committee|everyone|the guests|
the old lady|the student|we|I|you|the government|the workers"""
PLURAL = frozenset("they|we|I|you|the police|the children|the guests|the workers".split("|"))
WHEN = """yesterday|today|last week|before the meeting|after lunch|in the evening|at once|as soon as possible|again|
without asking|this afternoon|in the end|at midnight|because it was late|when the bell rang|by mistake|on purpose|
in a hurry|before they left|two days ago"""
DETERMINERS = ["the", "the", "the", "her", "his", "their", "my", "our", "your"]


class Verbs:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.who, self.when = listed(WHO), listed(WHEN)
        self.verbs = [
            (forms.split(","), particle, listed(objects), listed(alike), [other for other in others.split("|") if other])
            for forms, particle, objects, alike, others in VERBS]

    def group(self):
        """A sentence, and its relatives."""
        rng = self.rng
        (base, present, past, going), particle, objects, alike, others = rng.choice(self.verbs)
        who, what = rng.choice(self.who), f"{rng.choice(DETERMINERS)} {rng.choice(objects)}"
        when = " " + rng.choice(self.when) if rng.random() < 0.5 else ""
        are = "am" if who == "I" else "are" if who in PLURAL else "is"

        def joined(verb, particle=particle, what=what):
            return f"{verb} {particle} {what}"

        def split(verb, particle=particle, what=what):
            return f"{verb} {what} {particle}"

        said, other = (joined, split) if rng.random() < 0.5 else (split, joined)
        now = base if who in PLURAL else present
        it = "them" if what.endswith("s") and not what.endswith("ss") else "it"
        relatives = [
            lambda: f"{who} {other(past)}{when}",
            lambda: f"{who} {other(past)}{when}",
            lambda: f"{who} {rng.choice(alike)} {what}{when}",
            lambda: f"{who} {rng.choice(alike)} {what}{when}",
            lambda: f"{who} {past} {it} {particle}{when}",
            lambda: f"{who} {past} {what}{when}",
            lambda: f"{who} {split(past, what=rng.choice(DETERMINERS) + ' ' + rng.choice(objects))}{when}",
            lambda: f"{who} {joined(past, what=rng.choice(DETERMINERS) + ' ' + rng.choice(objects))}{when}",
            lambda: f"{who} did not {said(base)}{when}",
            lambda: f"{who} {are} {other(going)} now",
            lambda: f"{who} {rng.choice(['will', 'must', 'should', 'can', 'had to'])} {other(base)}{when}",
            lambda: f"{who} {said(now)} every day",
            lambda: f"please {other(base)}",
            lambda: f"{other(base)}",
            lambda: f"why did {who} {split(base)}?" if who != "I" else f"should I {split(base)}?",
            lambda: f"{what} was {rng.choice(alike)}{when}",
            lambda: f"{rng.choice(self.who)} {other(past)}{when}",
            lambda: f"{who} {past} {self.distant()} {what}{when}",
        ]
        if others:
            relatives += [
                lambda: f"{who} {joined(past, rng.choice(others))}{when}",
                lambda: f"{who} {split(past, rng.choice(others))}{when}",
            ] * 2
        return [f"{who} {said(past)}{when}"] + [make() for make in rng.sample(relatives, rng.randint(1, 4))]

    def distant(self):
        """A particle of any verb, or none of its own."""
        return self.rng.choice(sorted(PARTICLES))


if __name__ == "__main__":
    command(__doc__, Verbs, count=80_000, capitals=0.3)
