"""An engine with the methods of sentence-transformers' class of the same name, for programs written for that one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from .engine import Anneal, Mode
from .errors import ArgumentError


class SentenceTransformer:
    """Use it as `sentence_transformers.SentenceTransformer`; neither that package nor torch is needed.

        model = anneal.SentenceTransformer()          # was: sentence_transformers.SentenceTransformer("…")
        vectors = model.encode(["one text", "another"])

    What belongs to a neural network is accepted and has no effect: `batch_size`, `device`, `pool`, `chunk_size`. Vectors
    have unit length, as those of all-MiniLM-L6-v2 have; where `truncate_dim` cuts them, `normalize_embeddings` makes
    them so again.
    """

    def __init__(
        self,
        model_name_or_path: str | os.PathLike[str] | None = None,
        *,
        prompts: dict[str, str] | None = None,
        default_prompt_name: str | None = None,
        truncate_dim: int | None = None,
        device: Any = None,
        mode: Mode = "compiled",
        threads: int | None = None,
    ) -> None:
        self.engine = Anneal(model_name_or_path, mode=mode, threads=threads)
        self.prompts = prompts or {}
        self.default_prompt_name = default_prompt_name
        self.truncate_dim = truncate_dim
        self.device = device or "cpu"
        self.similarity_fn_name = "cosine"
        if default_prompt_name is not None:
            self._prompt(None, default_prompt_name)

    def encode(
        self,
        sentences: Any,
        prompt_name: str | None = None,
        prompt: str | None = None,
        batch_size: int = 32,
        show_progress_bar: bool | None = None,
        output_value: str | None = "sentence_embedding",
        precision: str = "float32",
        convert_to_numpy: bool = True,
        convert_to_tensor: bool = False,
        device: Any = None,
        normalize_embeddings: bool = False,
        truncate_dim: int | None = None,
        pool: Any = None,
        chunk_size: int | None = None,
    ) -> Any:
        """The vectors of texts: a numpy array, a tensor, or a list of tensors, as the arguments ask.

        Raises:
            ArgumentError: for another `output_value` than "sentence_embedding", an unknown prompt, or a precision other
                than "float32", "binary" and "ubinary".
        """
        if output_value != "sentence_embedding":
            raise ArgumentError(f"output_value: expected 'sentence_embedding', found {output_value!r}")
        text = self._prompt(prompt, prompt_name)
        single = isinstance(sentences, str)
        texts = [sentences] if single else sentences
        if text:
            texts = [text + one for one in texts]
        vectors = self.engine.encode(texts)
        kept = truncate_dim if truncate_dim is not None else self.truncate_dim
        if kept is not None and kept < vectors.shape[1]:
            vectors = np.ascontiguousarray(vectors[:, :kept])
            if normalize_embeddings:
                lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
                np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        rows = _at_precision(vectors, precision)
        if single:
            rows = rows[0]
        if not convert_to_tensor and convert_to_numpy:
            return rows
        import torch

        tensor = torch.from_numpy(rows)
        return tensor if convert_to_tensor or single else list(tensor)

    def encode_query(self, sentences: Any, prompt_name: str | None = None, **arguments: Any) -> Any:
        """`encode` with the prompt "query", if there is one."""
        return self.encode(sentences, prompt_name or self._known("query"), **arguments)

    def encode_document(self, sentences: Any, prompt_name: str | None = None, **arguments: Any) -> Any:
        """`encode` with the prompt "document", "passage" or "corpus", if there is one."""
        return self.encode(sentences, prompt_name or self._known("document", "passage", "corpus"), **arguments)

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """The cosines of all pairs: a tensor if either side is one, else a numpy array."""
        return _like(embeddings1, embeddings2, self.engine.similarity(_rows(embeddings1), _rows(embeddings2)))

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        """The cosine of each row with the same row of the other side."""
        one, other = _rows(embeddings1), _rows(embeddings2)
        lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        dots = np.einsum("ij,ij->i", one, other)
        cosines = np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)
        return _like(embeddings1, embeddings2, cosines)

    def get_sentence_embedding_dimension(self) -> int:
        """The numbers of a vector."""
        return min(self.truncate_dim or self.engine.dimension, self.engine.dimension)

    def get_embedding_dimension(self) -> int:
        """The numbers of a vector."""
        return self.get_sentence_embedding_dimension()

    @property
    def max_seq_length(self) -> None:
        """None: texts of any length are read whole."""
        return None

    def get_max_seq_length(self) -> None:
        """None: texts of any length are read whole."""
        return None

    def eval(self) -> SentenceTransformer:
        """Nothing to switch."""
        return self

    def to(self, device: Any) -> SentenceTransformer:
        """Nothing to move."""
        return self

    def _known(self, *names: str) -> str | None:
        return next((name for name in names if name in self.prompts), None)

    def _prompt(self, prompt: str | None, name: str | None) -> str | None:
        if prompt is not None:
            return prompt
        name = name or self.default_prompt_name
        if name is None:
            return None
        if name not in self.prompts:
            raise ArgumentError(f"prompt_name: expected one of {sorted(self.prompts)}, found {name!r}")
        return self.prompts[name]


def _at_precision(vectors: Any, precision: str) -> Any:
    if precision == "float32":
        return vectors
    if precision in ("binary", "ubinary"):
        bits = np.packbits(vectors > 0, axis=-1)
        return bits if precision == "ubinary" else (bits.astype(np.int16) - 128).astype(np.int8)
    raise ArgumentError(f"precision: expected float32, binary or ubinary, found {precision!r}")


def _rows(embeddings: Any) -> Any:
    """Two-dimensional float32 of an array, a tensor, or a list of either."""
    if isinstance(embeddings, Sequence):
        embeddings = [_numpy(one) for one in embeddings]
    return np.atleast_2d(np.asarray(_numpy(embeddings), np.float32))


def _numpy(value: Any) -> Any:
    return value.detach().cpu().numpy() if _is_tensor(value) else value


def _is_tensor(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch"


def _like(left: Any, right: Any, result: Any) -> Any:
    first = left[0] if isinstance(left, Sequence) and len(left) else left
    if not _is_tensor(first) and not _is_tensor(right):
        return result
    import torch

    return torch.from_numpy(result)
