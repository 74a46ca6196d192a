import pytest

from anneal import Anneal

SAMPLES = [
    "turn the light off",
    "",
    "a man is not eating",
    "naïve café 北京 😀",
    "\x00\x01",
    "the dog bites the man",
    "a long text of many words " * 60,
]


@pytest.fixture(scope="session")
def model():
    return Anneal()


@pytest.fixture(scope="session")
def samples():
    return list(SAMPLES)
