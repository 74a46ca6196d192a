"""Text embeddings that are compiled, not inferred.

    from anneal import Anneal

    model = Anneal()
    vectors = model.encode(["turn the light off", "switch off the lamp"])   # float32, shape (2, 256), unit length
    model.similarity("turn the light off", "switch off the lamp")
    model.explain("turn the light off")["final"]

For programs written for sentence-transformers, `anneal.SentenceTransformer` has its methods;
`anneal.sentence_transformers` has a module for the real class, and `anneal.langchain` the class that LangChain asks for.
`anneal.spark` embeds a column of a Spark DataFrame. `anneal.codes` makes codes of a few bytes of vectors.
"""

from . import codes
from .engine import Anneal, Mode, Precision, TextInput
from .errors import (
    AnnealError,
    ArgumentError,
    CodecError,
    EngineClosedError,
    KernelError,
    MissingPackageError,
    ModelError,
    ModelNotFoundError,
    RulesError,
    TableError,
    TextCountError,
    TextTooLongError,
)
from .reports import Comparison, Explanation, Instruction, LookedUp, Pair, Rewrite, Side, Token
from .sentence_transformer import SentenceTransformer

__version__ = "0.1.0"

__all__ = [
    "Anneal",
    "AnnealError",
    "ArgumentError",
    "CodecError",
    "Comparison",
    "EngineClosedError",
    "Explanation",
    "Instruction",
    "KernelError",
    "LookedUp",
    "MissingPackageError",
    "Mode",
    "ModelError",
    "ModelNotFoundError",
    "Pair",
    "Precision",
    "Rewrite",
    "RulesError",
    "SentenceTransformer",
    "Side",
    "TableError",
    "TextCountError",
    "TextInput",
    "TextTooLongError",
    "Token",
    "codes",
]
