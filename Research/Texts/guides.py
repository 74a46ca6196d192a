"""Makes texts of guides, manuals and questions with answers, of Debian's documentation packages, for the teachers to label.

    python Research/Texts/packages.py --output PACKAGES
    python Research/Texts/guides.py --packages PACKAGES --without EVAL --without DEVELOPMENT --output GUIDES

Pages in HTML, in Mallard (GNOME's help) and in POD (Perl's) are read as sections: a heading with what stands below it. A
package gives at most `--most` sections, of its pages in a random order. GUIDES gets a file a kind:

    guide-passages.txt     a page's title, a section's heading and up to 250 words of it
    guide-paragraphs.txt   one paragraph of a section, of up to 90 words
    guide-questions.txt    the heading as a question, where it is one or says how something is done or what something is
    guide-answers.txt      such a question with the first paragraph below it

One text a line, each once, in an order that depends on the seed alone. `--without DIR` leaves out a page whole if it shares
eight words in a row with any file of a folder. The package of which development.py makes a set (`HELD_OUT`) is not read.
"""
import argparse, html.parser, random, re, sys
from typing import NamedTuple

from functions import IMPERATIVE, one_line, write_kinds
from packages import Damaged, archives, files_of, option
from withheld import Withheld

HELD_OUT = "libreoffice-help-en-us"
PASSAGE, PARAGRAPH = 250, 90
# Of what each package holds, the pages in English that people read.
PAGES = {
    "python3.11-doc": r"/html/", "postgresql-doc-15": r"/html/", "openjdk-17-doc": r"/api/java\.(base|net\.http|sql|logging)/.*/[A-Z]\w+\.html$",
    "rust-doc": r"/html/(book|rust-by-example|reference|nomicon|edition-guide|embedded-book|cargo|rustc|std)/", "apache2-doc": r"\.html\.en$|/en/.*\.html$|\.html$",
    "git-doc": r"\.html$", "cmake-doc": r"/html/", "gnome-user-docs": r"/C/.*\.page$", "debian-handbook": r"/en-US/.*\.html$",
    "perl-doc": r"\.pod$", "nodejs-doc": r"/api/(?!all)[\w-]+\.html$", "debian-faq": r"\.en\.html$|\.html$", "debian-reference-en": r"\.html$|\.en\.html$",
    "developers-reference": r"\.html$", HELD_OUT: r"/text/.*\.html$",
}
UNREAD = re.compile(r"genindex|/index-|search\.html|py-modindex|copyright|licen[cs]e|whatsnew|changelog|release-|delta\.pod|"
                    r"/(?:de|fr|es|ja|ko|tr|da|zh-cn|pt-br)/|bookindex|legal|contributors|all-items", re.I)
MARGIN = re.compile(r"Available Languages|Copyright|Added in: |History|Version|Stability: |Last updated|Prev\b|Next\b")
HEADING = re.compile(r"h[1-6]$|title$")
BLOCKS = frozenset("p li dd dt pre td item blockquote".split())
SILENT = frozenset("head script style nav header footer aside info noscript form button svg select".split())
SILENT_CLASSES = re.compile(r"\b(navheader|navfooter|toc|sphinxsidebar|related|footer|sidebar|headerlink|qindex|apidocs|"
                            r"langmenu|breadcrumbs|embedded|howtoget|index-label|out-of-band|notices)\b")
VOID = frozenset("br hr img input link meta area base col embed source track wbr include media".split())
VERBS = IMPERATIVE | frozenset("""
accept access activate adapt add adjust align anchor animate apply arrange assign avoid back bring browse build burn calibrate
cancel choose click color configure connect consolidate control crop customize cut deactivate deal debug define deploy
disconnect divide drag duplicate edit eject embed enter erase exchange exit extend finish flip follow forward group grow hide
highlight hyphenate identify ignore improve include indent inspect install integrate introduce join jump label launch lay
learn leave limit line link lower maintain manage maximize measure migrate minimize mirror modify monitor mount move name
navigate number optimize organize outline paste personalize pick pin place play position preview program protect publish pull
push query rate rearrange recalculate recover redo reference reformat remember reorder reply require reserve restart restrict
review rotate schedule secure separate share shift show sign skip snap solve specify speed spell square start store style
subtract suppress swap switch synchronize take tile track transfer transpose trigger troubleshoot tune type underline undo
ungroup uninstall unprotect upgrade view visualize watch work zoom set get make let learn print keep dock subscribe
""".split())


class Section(NamedTuple):
    title: str
    heading: str
    paragraphs: tuple


class Page(html.parser.HTMLParser):
    """The headings and paragraphs of a page, in their order: (whether a heading, text)."""

    def __init__(self):
        super().__init__()
        self.parts, self.text, self.heading, self.silent = [], [], False, None

    def end_part(self):
        text = one_line("".join(self.text)).replace("¶", "").replace("\N{ZERO WIDTH SPACE}", "").strip()
        if text:
            self.parts.append((self.heading, text))
        self.text = []

    def handle_starttag(self, tag, attributes):
        if self.silent:
            self.silent[1] += tag == self.silent[0]
        elif tag in SILENT or SILENT_CLASSES.search(dict(attributes).get("class") or ""):
            if tag not in VOID:
                self.silent = [tag, 1]
        elif HEADING.match(tag) or tag in BLOCKS:
            self.end_part()
            self.heading = bool(HEADING.match(tag))
        elif tag == "br":
            self.text.append(" ")

    def handle_startendtag(self, tag, attributes):
        """Of a tag without content there is nothing to read."""

    def handle_endtag(self, tag):
        if self.silent:
            self.silent[1] -= tag == self.silent[0]
            self.silent = self.silent if self.silent[1] else None
        elif HEADING.match(tag) or tag in BLOCKS:
            self.end_part()
            self.heading = False

    def handle_data(self, data):
        if not self.silent:
            self.text.append(data)


def pod_parts(text):
    """The headings and paragraphs of a page in POD."""
    for block in re.split(r"\n\s*\n", text):
        command = re.match(r"=(head[1-4]|item)\s+(.*)", block, re.DOTALL)
        if block.startswith("=") and not command or block[:1].isspace():
            continue
        plain = re.sub(r"E<(\w+)>", lambda e: {"lt": "<", "gt": ">", "sol": "/", "verbar": "|"}.get(e[1], ""), command[2] if command else block)
        for _ in range(3):
            plain = re.sub(r"L<(?:([^|<>]*)\|)?([^<>]*)>", lambda link: link[1] or link[2].strip('"/'), plain)
            plain = re.sub(r"[BCFIXSZ]<+\s?([^<>]*?)\s?>+", r"\1", plain)
        if text := one_line(plain):
            yield bool(command and command[1] != "item"), text


def clean_heading(heading):
    """A heading without its number and its marks."""
    heading = re.sub(r"\[src\]?", "", heading)
    heading = re.sub(r"^(?:(?:Chapter|Appendix|Section|Part)\s+)?(?:[A-Z]|\d+|[IVX]+)(?:\.\d+)*\.?[\s:]\s*(?=\S)", "", heading)
    return heading.strip(" :.#†[]")


def sections_of(name, content):
    """The sections of a page."""
    text = content.decode("utf-8", "replace")
    if name.endswith(".pod"):
        parts = pod_parts(text)
    else:
        page = Page()
        page.feed(text)
        page.close()
        page.end_part()
        parts = page.parts
    title = heading = None
    below = []
    for is_heading, text in [*parts, (True, "")]:
        if not is_heading:
            if not MARGIN.match(text):
                below.append(text[:1500])
            continue
        if heading == "NAME" and below:  # Of a manual page: the page's title stands below it.
            title = below[0]
        elif heading and sum(len(one.split()) for one in below) >= 12:
            yield Section(title, heading, tuple(below))
        heading, below = clean_heading(text), []
        title = title or heading


def pages_of(path, package, chance):
    """The sections of each page of a package, in a random order."""
    wanted = re.compile(PAGES[package])
    pages = list(files_of(path, lambda name: wanted.search(name) and not UNREAD.search(name)))
    chance.shuffle(pages)
    for name, content in pages:
        if sections := list(sections_of(name, content)):
            yield sections


def stem(word):
    """The verb of a word in -ing, or nothing."""
    word = word.lower()
    bare = word[:-3] if word.endswith("ing") else ""
    for verb in (bare, bare + "e", bare[:-1] if bare[-1:] == bare[-2:-1] else ""):
        if verb in VERBS:
            return verb
    return ""


def question_of(heading):
    """A question that a section answers, made of its heading; or nothing."""
    words = heading.split()
    if not 1 <= len(words) <= 16 or not heading.isascii() or re.search(r"[<>{}=\\|@$]", heading):
        return ""
    rest = " ".join(words[1:])
    first = words[0].lower()
    if heading.endswith("?"):
        return heading if len(words) > 2 else ""
    if first == "how" and len(words) > 2 and words[1].lower() == "to":
        return f"how do I {' '.join(words[2:])}?"
    if len(words) > 1 and words[1].lower() not in ("of", "and", "is", "are"):
        if verb := stem(words[0]):
            return f"how do I {verb} {lowered(rest)}?"
        if first in VERBS and words[0][0].isupper() and words[1][0].islower():
            return f"how do I {first} {rest}?"
    if len(words) == 1 and re.search(r"\w[._]\w|\(\)", heading):
        return f"what does {heading} do?"
    if 2 <= len(words) <= 6 and all(re.fullmatch(r"[A-Za-z][A-Za-z-]*", word) for word in words):
        plural = words[-1].endswith("s") and not words[-1].endswith("ss")
        return f"what {'are' if plural else 'is'} {lowered(heading)}?"
    return ""


def lowered(title):
    """A title in small letters, but for names in capitals and with capitals inside."""
    return " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in title.split())


def passage_of(section):
    """Title, heading and what stands below, of up to `PASSAGE` words."""
    head = section.heading if section.heading == section.title else f"{section.title}: {section.heading}"
    return " ".join(f"{head}. {' '.join(section.paragraphs)}".split()[:PASSAGE])


def is_prose(text):
    return sum(c.isalpha() or c == " " for c in text) >= 0.8 * len(text)


def texts_of(section, chance):
    """What is made of a section: kind and text."""
    yield "passages", passage_of(section)
    prose = [text for text in section.paragraphs if 8 <= len(text.split()) <= PARAGRAPH and is_prose(text)]
    if prose:
        yield "paragraphs", chance.choice(prose)
    if question := question_of(section.heading):
        yield "questions", question
        if prose:
            yield "answers", f"{question} {prose[0]}"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    option(p)
    p.add_argument("--output", required=True, metavar="DIR")
    Withheld.option(p)
    p.add_argument("--most", type=int, default=3000, help="sections of a package")
    p.add_argument("--seed", type=int, default=22)
    a = p.parse_args()
    withheld, kinds = Withheld(a.without), {}
    for package, path in archives(a.lock, a.packages):
        if package.name not in PAGES or package.name == HELD_OUT:
            continue
        # Each package has chances of its own, so that one more or less changes no other's texts.
        chance, found, left_out = random.Random(f"{a.seed} {package.name}"), 0, 0
        try:
            for sections in pages_of(path, package.name, chance):
                if found >= a.most:
                    break
                if withheld.shares(*(" ".join(section.paragraphs) for section in sections)):
                    left_out += 1
                    continue
                found += len(sections)
                for section in sections:
                    for kind, text in texts_of(section, chance):
                        kinds.setdefault(kind, {})[text] = None
        except Damaged as error:
            raise SystemExit(str(error)) from None
        print(f"{package.title}: {found} sections; {left_out} pages share words with a folder", file=sys.stderr, flush=True)
    write_kinds(kinds, a.output, "guide", random.Random(a.seed))


if __name__ == "__main__":
    main()
