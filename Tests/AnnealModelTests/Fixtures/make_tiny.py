"""Trains tiny.model, the tokenizer of the tests: a SentencePiece unigram model of about 100 pieces and without a character map.

    python make_tiny.py tiny.model        # needs sentencepiece 0.2.3

The text is made here from words and patterns, so that nothing else is needed and the result is always the same.
"""

import io
import random
import sys

import sentencepiece

SUBJECTS = "the cat|a dog|my friend|the new teacher|she|the old man|our city|new york|this program|the light".split("|")
VERBS = "turns off|turns on|likes|sees|does not see|reads|writes|runs near|looks for|never finds|opens|gives up".split("|")
OBJECTS = (
    "the light|a book|the river bank|a small vector|new york|the kubernetes cluster|the model|k8s|two words|"
    "a phrase with a meaning|the city|nothing|what it needs|an apple|the big house on the hill"
).split("|")
ENDS = ". |! |? | today. | in 1998. | at night, slowly. | because it rains. | when the sun is up; | with 42 others. ".split("|")


def main() -> None:
    chance = random.Random(7)
    lines = [
        chance.choice(SUBJECTS) + " " + chance.choice(VERBS) + " " + chance.choice(OBJECTS) + chance.choice(ENDS)
        for _ in range(4000)
    ]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type="unigram", vocab_size=300,
        normalization_rule_name="identity", hard_vocab_limit=False, num_threads=1,
        character_coverage=1.0, minloglevel=2)
    with open(sys.argv[1], "wb") as file:
        file.write(model.getvalue())


if __name__ == "__main__":
    main()
