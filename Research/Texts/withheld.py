"""What is kept from training: texts that share eight words in a row with a file of some folders.

Scripts that make texts take `--without DIR`, as often as there are folders of evaluation and development sets, and leave out
whole what shares eight words in a row with a column of a line of any file there, letter case and punctuation aside.
"""
import os, re

SHINGLE = 8
WORD = re.compile(r"[a-z0-9]+")


def shingles(text):
    """Each eight words in a row, as numbers that are the same within a process."""
    words = WORD.findall(text.lower())
    return {hash(" ".join(words[at:at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)}


class Withheld:
    """The words of some folders' files."""

    def __init__(self, folders):
        self.known = set()
        for folder in folders:
            if not os.path.isdir(folder):
                raise SystemExit(f"--without {folder}: expected a folder of sets, found none")
            for root, _, names in os.walk(folder):
                for name in names:
                    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
                        for line in file:
                            for column in line.split("\t"):
                                self.known |= shingles(column)

    def shares(self, *texts):
        """Whether any of the texts has eight words in a row that are withheld."""
        return any(not self.known.isdisjoint(shingles(text)) for text in texts)

    @staticmethod
    def option(parser):
        parser.add_argument("--without", action="append", default=[], metavar="DIR",
                            help="a folder: nothing that shares eight words in a row with a file of it")
