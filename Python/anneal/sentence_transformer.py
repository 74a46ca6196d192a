"""An engine with the methods of sentence-transformers' class of the same name, for programs written for that one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from inspect import signature
from typing import Any, Callable

import numpy as np

from .codes import signs
from .engine import Anneal, Mode, tokens_max
from .errors import ArgumentError, MissingPackageError, ModelNotFoundError
from .texts import strings

# Keyword arguments of sentence-transformers 3 to 6 that say where a network comes from and how it runs.
_OPENING = ("backend", "cache_folder", "config_kwargs", "local_files_only", "model_card_data", "model_kwargs",
            "processor_kwargs", "revision", "token", "tokenizer_kwargs", "trust_remote_code", "use_auth_token")


class SentenceTransformer:
    """Use it as `sentence_transformers.SentenceTransformer`; neither that package nor torch is needed.

        model = anneal.SentenceTransformer()          # was: sentence_transformers.SentenceTransformer("…")
        vectors = model.encode(["one text", "another"])

    What belongs to a neural network is accepted and has no effect: `device`, `backend`, `cache_folder`, `config_kwargs`,
    `local_files_only`, `model_card_data`, `model_kwargs`, `processor_kwargs`, `revision`, `token`, `tokenizer_kwargs`,
    `trust_remote_code`, `use_auth_token` here; `batch_size`, `chunk_size`, `device`, `pool`, `show_progress_bar` and
    `task` in `encode`. Any other keyword is a TypeError.

    Vectors have unit length, as those of all-MiniLM-L6-v2 have; where `truncate_dim` cuts them, `normalize_embeddings`
    makes them so again. All processors are used without a pool.

    Args:
        model_name_or_path: a model file; none is the model that came with the package. The names of a hub are not
            known here.
        prompts: texts by name that are put before every text. "query" and "document" are empty if not given.
        default_prompt_name: the prompt of `encode` if none is named there.
        similarity_fn_name: "cosine" or "dot".
        truncate_dim: how many numbers of each vector are kept, from the first; none, or more than there are, for all.
        mode, threads: as for `Anneal`.
        engine: an open engine, in the place of a model file, mode and threads.

    Raises:
        ModelNotFoundError: for a name that is no file.
        ArgumentError: for a value out of range.
    """

    def __init__(
        self,
        model_name_or_path: str | os.PathLike[str] | None = None,
        *,
        modules: None = None,
        device: Any = None,
        prompts: dict[str, str] | None = None,
        default_prompt_name: str | None = None,
        similarity_fn_name: Any = None,
        truncate_dim: int | None = None,
        mode: Mode = "compiled",
        threads: int | None = None,
        engine: Anneal | None = None,
        **arguments: Any,
    ) -> None:
        _known("SentenceTransformer", SentenceTransformer.__init__, arguments, _OPENING)
        if modules is not None:
            raise TypeError("modules: expected none, found some: for the real class there is anneal.sentence_transformers")
        self.engine = engine or opened(model_name_or_path or None, mode=mode, threads=threads)
        self.prompts = {"query": "", "document": "", **(prompts or {})}
        self.default_prompt_name = default_prompt_name
        self.similarity_fn_name = similarity_fn_name
        self.truncate_dim = truncate_dim
        self.max_seq_length = None
        self.device = device or "cpu"
        if default_prompt_name is not None:
            self._prompt(None, default_prompt_name)
        self._kept(None)

    def encode(
        self,
        sentences: Any = None,
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
        **arguments: Any,
    ) -> Any:
        """The vectors of texts: a numpy array, a tensor, or a list of tensors, as the arguments ask.

        Args:
            sentences: whatever `Anneal.encode` takes; `inputs` is another name for it.
            precision: "float32"; "binary" and "ubinary" keep the signs, eight to a byte, as sentence-transformers does.

        Raises:
            TypeError: for what is no text, with its place, and for keyword arguments that are not known.
            ArgumentError: for another `output_value` than "sentence_embedding", an unknown prompt, a `truncate_dim` below
                1, or a precision other than "float32", "binary" and "ubinary".
        """
        if sentences is None:
            sentences = arguments.pop("inputs", None)
        _known("encode", SentenceTransformer.encode, arguments, ("inputs", "task"))
        if output_value != "sentence_embedding":
            raise ArgumentError(f"output_value: expected 'sentence_embedding', found {output_value!r}")
        kept = self._kept(truncate_dim)
        single = isinstance(sentences, str)
        vectors = self.engine.encode(
            self._prepared([sentences] if single else sentences, self._prompt(prompt, prompt_name)))
        if kept < vectors.shape[1]:
            vectors = np.ascontiguousarray(vectors[:, :kept])
            if normalize_embeddings:
                lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
                np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        rows = _at_precision(vectors, precision)
        if single:
            rows = rows[0]
        if not convert_to_tensor and convert_to_numpy:
            return rows
        try:
            import torch
        except ImportError as error:
            raise MissingPackageError("convert_to_tensor: expected torch to be installed, found none") from error

        tensor = torch.from_numpy(rows)
        return tensor if convert_to_tensor or single else list(tensor)

    def encode_query(
        self, sentences: Any = None, prompt_name: str | None = None, prompt: str | None = None, **arguments: Any
    ) -> Any:
        """`encode` with the prompt "query" where none is named."""
        if prompt is None and prompt_name is None:
            prompt = self._first_prompt("query")
        return self.encode(sentences, prompt_name, prompt, **arguments)

    def encode_document(
        self, sentences: Any = None, prompt_name: str | None = None, prompt: str | None = None, **arguments: Any
    ) -> Any:
        """`encode` with the first prompt of "document", "passage" and "corpus" that is not empty, where none is named."""
        if prompt is None and prompt_name is None:
            prompt = self._first_prompt("document", "passage", "corpus")
        return self.encode(sentences, prompt_name, prompt, **arguments)

    def start_multi_process_pool(self, target_devices: Any = None) -> dict[str, Any]:
        """A pool of no processes: `encode` uses all processors as it is."""
        return {"input": None, "output": None, "processes": []}

    @staticmethod
    def stop_multi_process_pool(pool: Any) -> None:
        """Nothing to stop."""

    def encode_multi_process(
        self, sentences: Any, pool: Any, prompt_name: str | None = None, prompt: str | None = None,
        batch_size: int = 32, chunk_size: int | None = None, show_progress_bar: bool | None = None,
        precision: str = "float32", normalize_embeddings: bool = False, truncate_dim: int | None = None,
    ) -> Any:
        """`encode`, whose threads do what a pool would."""
        return self.encode(sentences, prompt_name, prompt, precision=precision,
                           normalize_embeddings=normalize_embeddings, truncate_dim=truncate_dim)

    def tokenize(self, texts: Any, **_: Any) -> dict[str, Any]:
        """The tokens of texts, as numpy arrays of int64 of shape (texts, most tokens of one).

        `input_ids` are numbers of this model's vocabulary, with zeros behind the end of a text; `attention_mask` is 1
        where there is a token.
        """
        rows = [self.engine.tokenize(text)["id"] for text in strings([texts] if isinstance(texts, str) else texts)]
        if self.max_seq_length is not None:
            rows = [row[: self.max_seq_length] for row in rows]
        lengths = np.array([len(row) for row in rows], np.int64)
        mask = np.arange(lengths.max(initial=0)) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int64)
        ids[mask] = np.concatenate(rows) if rows else 0
        return {"input_ids": ids, "attention_mask": mask.astype(np.int64)}

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """`tokenize`, after a prompt."""
        return self.tokenize([(prompt or "") + text for text in strings([inputs] if isinstance(inputs, str) else inputs)])

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """The cosines or dot products of all pairs: a tensor if either side is one, else a numpy array."""
        one, other = _rows(embeddings1), _rows(embeddings2)
        found = self.engine.similarity(one, other) if self.similarity_fn_name == "cosine" else one @ other.T
        return _like(embeddings1, embeddings2, found)

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        """The cosine or dot product of each row with the same row of the other side."""
        one, other = _rows(embeddings1), _rows(embeddings2)
        found = np.einsum("ij,ij->i", one, other)
        if self.similarity_fn_name == "cosine":
            lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
            found = np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0)
        return _like(embeddings1, embeddings2, found)

    @property
    def similarity_fn_name(self) -> str:
        """What `similarity` computes: "cosine" or "dot"."""
        return self._similarity

    @similarity_fn_name.setter
    def similarity_fn_name(self, name: Any) -> None:
        name = getattr(name, "value", name) or "cosine"
        if name not in ("cosine", "dot"):
            raise ArgumentError(f"similarity_fn_name: expected cosine or dot, found {name!r}")
        self._similarity: str = name

    @property
    def max_seq_length(self) -> int | None:
        """Texts are cut behind so many tokens of this model's vocabulary; none, as at first, reads them whole."""
        return self._tokens_max

    @max_seq_length.setter
    def max_seq_length(self, tokens: int | None) -> None:
        self._tokens_max = tokens_max(tokens)

    def get_max_seq_length(self) -> int | None:
        """`max_seq_length`."""
        return self.max_seq_length

    def get_embedding_dimension(self) -> int:
        """The numbers of a vector."""
        return self._kept(None)

    def get_sentence_embedding_dimension(self) -> int:
        """The numbers of a vector."""
        return self._kept(None)

    @contextmanager
    def truncate_sentence_embeddings(self, truncate_dim: int | None) -> Iterator[None]:
        """`truncate_dim` for as long as the context lasts."""
        before = self.truncate_dim
        self.truncate_dim = truncate_dim
        try:
            yield
        finally:
            self.truncate_dim = before

    truncate_embeddings = truncate_sentence_embeddings

    def eval(self) -> SentenceTransformer:
        """Nothing to switch."""
        return self

    def to(self, device: Any = None, **_: Any) -> SentenceTransformer:
        """Nothing to move."""
        return self

    def _kept(self, truncate_dim: int | None) -> int:
        """The numbers of a vector, of as many as the model has."""
        kept = truncate_dim if truncate_dim is not None else self.truncate_dim
        if kept is not None and kept < 1:
            raise ArgumentError(f"truncate_dim: expected at least 1, found {kept}")
        return min(kept or self.engine.dimension, self.engine.dimension)

    def _prepared(self, texts: Any, prompt: str) -> Any:
        """The texts behind the prompt, cut."""
        if prompt:
            texts = [prompt + text for text in strings(texts)]
        if self.max_seq_length is not None:
            texts = [self.engine.cut(text, self.max_seq_length) for text in strings(texts)]
        return texts

    def _first_prompt(self, *names: str) -> str:
        return next((self.prompts[name] for name in names if self.prompts.get(name)), "")

    def _prompt(self, prompt: str | None, name: str | None) -> str:
        if prompt is not None:
            return prompt
        name = name or self.default_prompt_name
        if name is None:
            return ""
        if name not in self.prompts:
            raise ArgumentError(f"prompt_name: expected one of {sorted(self.prompts)}, found {name!r}")
        return self.prompts[name]


def opened(model: Any, **arguments: Any) -> Anneal:
    try:
        return Anneal(model, **arguments)
    except ModelNotFoundError as error:
        if model is None or os.path.exists(model):
            raise
        raise ModelNotFoundError(
            f"{error}. Models of a hub cannot be opened: pass nothing for the model that came with the package, or the "
            "path of a model file of Anneal") from None


def _known(name: str, function: Callable[..., Any], found: Iterable[str], further: Iterable[str]) -> None:
    """Refuses keyword arguments that are neither the function's own nor the further ones."""
    for argument in found:
        if argument not in further:
            own = [parameter.name for parameter in signature(function).parameters.values()
                   if parameter.kind != parameter.VAR_KEYWORD and parameter.name != "self"]
            raise TypeError(f"{name}: expected keyword arguments among {', '.join(sorted([*own, *further]))}, "
                            f"found {argument!r}")


def _at_precision(vectors: Any, precision: str) -> Any:
    if precision == "float32":
        return vectors
    if precision in ("binary", "ubinary"):
        bits = signs(vectors)
        return bits if precision == "ubinary" else (bits.astype(np.int16) - 128).astype(np.int8)
    hint = ": take float32, and quantize_embeddings of sentence-transformers makes bytes of it" * (
        precision in ("int8", "uint8"))
    raise ArgumentError(f"precision: expected float32, binary or ubinary, found {precision!r}{hint}")


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
