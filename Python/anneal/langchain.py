"""Anneal for LangChain.

    from anneal.langchain import AnnealEmbeddings

    store = InMemoryVectorStore(AnnealEmbeddings())
"""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings

from .engine import Anneal


class AnnealEmbeddings(Embeddings):  # type: ignore[misc]
    """LangChain's interface over an engine.

    Args:
        engine: an open engine; none opens one with the arguments of `Anneal`.
    """

    def __init__(self, engine: Anneal | None = None, **arguments: Any) -> None:
        self.engine = engine or Anneal(**arguments)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts, of unit length."""
        vectors: list[list[float]] = self.engine.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text, of unit length."""
        vector: list[float] = self.engine.encode(text).tolist()
        return vector
