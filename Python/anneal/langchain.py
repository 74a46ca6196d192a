"""Anneal for LangChain.

    from anneal.langchain import AnnealEmbeddings

    store = InMemoryVectorStore(AnnealEmbeddings())
"""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings

from .engine import Anneal
from .sentence_transformer import SentenceTransformer, opened


class AnnealEmbeddings(Embeddings):  # type: ignore[misc]
    """LangChain's interface over an engine. The keyword arguments of its `HuggingFaceEmbeddings` are taken, too.

    Args:
        engine: an open engine; none opens one.
        model: a model file; none is the model that came with the package. `model_name` is another name for it.
        model_kwargs: arguments of `anneal.SentenceTransformer`, such as `prompts`.
        encode_kwargs: arguments of its `encode`, such as `prompt_name`.
        query_encode_kwargs: those for queries, where they differ.
        arguments: those of `Anneal`: `mode`, `rules`, `lookup`, `truncate_dim`, `threads`.
        cache_folder, multi_process, show_progress: accepted, without effect.

    Raises:
        ModelNotFoundError, ModelError, RulesError, ArgumentError: see `anneal.errors`.
    """

    def __init__(
        self,
        engine: Anneal | None = None,
        *,
        model: str | None = None,
        model_name: str | None = None,
        model_kwargs: dict[str, Any] | None = None,
        encode_kwargs: dict[str, Any] | None = None,
        query_encode_kwargs: dict[str, Any] | None = None,
        cache_folder: Any = None,
        multi_process: bool = False,
        show_progress: bool = False,
        **arguments: Any,
    ) -> None:
        self.engine = engine or opened(model or model_name, **arguments)
        self._client = SentenceTransformer(engine=self.engine, **(model_kwargs or {}))
        self._encode_kwargs = encode_kwargs or {}
        self._query_encode_kwargs = query_encode_kwargs or self._encode_kwargs

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts, of unit length."""
        vectors: list[list[float]] = self._client.encode(texts, **self._encode_kwargs).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text, of unit length."""
        vector: list[float] = self._client.encode(text, **self._query_encode_kwargs).tolist()
        return vector
