"""Anneal as a module of the real sentence-transformers, for what needs that package's own class.

    from sentence_transformers import SentenceTransformer
    from anneal.sentence_transformers import AnnealModule

    model = SentenceTransformer(modules=[AnnealModule()])
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

try:
    from sentence_transformers.base.modules import InputModule
except ImportError:
    # Versions before 6 ask for no more than a module of torch.
    from torch.nn import Module as InputModule

from .engine import Anneal, tokens_max


class AnnealModule(InputModule):  # type: ignore[misc]
    """Texts to vectors in one module; nothing in it can be trained, and it runs on the processor.

    Written for sentence-transformers 3 and later; tested with 6.2.

    Args:
        model: a model file, or none for the one that came with the package.
        truncate_dim: how many numbers of each vector are kept.
    """

    config_file_name = "anneal_config.json"

    def __init__(self, model: str | None = None, truncate_dim: int | None = None) -> None:
        super().__init__()
        self.path = model
        self.engine = Anneal(model, truncate_dim=truncate_dim)
        self._tokens_max: int | None = None

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The vectors themselves, under the name that `forward` hands on."""
        texts = [prompt + text for text in inputs] if prompt else list(inputs)
        if self._tokens_max is not None:
            texts = [self.engine.cut(text, self._tokens_max) for text in texts]
        return {"anneal_vectors": torch.from_numpy(self.engine.encode(texts))}

    def tokenize(self, texts: Sequence[str], **_: Any) -> dict[str, Any]:
        """`preprocess`, as versions before 6 call it."""
        return self.preprocess(texts)

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hands the vectors on as the sentences' embeddings."""
        features["sentence_embedding"] = features["anneal_vectors"]
        return features

    def get_embedding_dimension(self) -> int:
        """The numbers of a vector."""
        return self.engine.dimension

    def get_sentence_embedding_dimension(self) -> int:
        """`get_embedding_dimension`, as versions before 6 call it."""
        return self.engine.dimension

    @property
    def max_seq_length(self) -> float:
        """Texts are cut behind so many tokens of Anneal's vocabulary; at first they are read whole."""
        return math.inf if self._tokens_max is None else self._tokens_max

    @max_seq_length.setter
    def max_seq_length(self, tokens: float | None) -> None:
        self._tokens_max = tokens_max(tokens)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Writes which model it is, not the model: it belongs to the package, or to its own file."""
        config = {"model": self.path, "truncate_dim": self.engine.truncate_dim}
        Path(output_path, self.config_file_name).write_text(json.dumps(config))

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> AnnealModule:
        """Reads what `save` wrote."""
        config = json.loads(Path(model_name_or_path, subfolder, cls.config_file_name).read_text())
        return cls(config["model"], config["truncate_dim"])
