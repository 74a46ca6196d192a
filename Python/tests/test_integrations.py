"""Programs written for sentence-transformers and LangChain, run against the real packages where they are installed."""

import numpy as np
import pytest

import anneal

TEXTS = ["turn the light off", "switch off the lamp", "the price of wheat rose", "wheat became dearer"]


def test_the_shape_alone(model):
    """Without torch and sentence-transformers."""
    shaped = anneal.SentenceTransformer(prompts={"query": "question: "}, truncate_dim=64)
    assert shaped.get_sentence_embedding_dimension() == 64
    vectors = shaped.encode(TEXTS, batch_size=2, show_progress_bar=False)
    assert np.array_equal(vectors, model.encode(TEXTS)[:, :64])
    unit = shaped.encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(unit, model.encode(TEXTS, truncate_dim=64), atol=1e-6)
    assert shaped.encode(TEXTS[0]).shape == (64,)
    assert np.array_equal(shaped.encode_query(TEXTS[0]), shaped.encode("question: " + TEXTS[0]))
    assert np.array_equal(shaped.encode_document(TEXTS), vectors)
    assert shaped.encode(TEXTS, precision="ubinary").shape == (4, 8)
    assert shaped.encode(TEXTS, precision="binary").dtype == np.int8
    assert shaped.similarity(vectors, vectors).shape == (4, 4)
    assert shaped.similarity_pairwise(vectors, vectors) == pytest.approx(1, abs=1e-6)
    for arguments in ({"output_value": "token_embeddings"}, {"precision": "int4"}, {"prompt_name": "none"}):
        with pytest.raises(ValueError, match="expected"):
            shaped.encode(TEXTS, **arguments)


@pytest.fixture
def real():
    return pytest.importorskip("sentence_transformers")


def test_shape_as_their_functions_use_it(real, model):
    torch = pytest.importorskip("torch")
    from sentence_transformers import util

    shaped = anneal.SentenceTransformer()
    queries = shaped.encode(TEXTS[:1], convert_to_tensor=True)
    documents = shaped.encode(TEXTS[1:], convert_to_tensor=True)
    assert isinstance(queries, torch.Tensor)
    assert isinstance(shaped.encode(TEXTS, convert_to_numpy=False), list)
    hits = util.semantic_search(queries, documents, top_k=1)
    assert hits[0][0]["corpus_id"] == 0
    assert torch.allclose(shaped.similarity(queries, documents), util.cos_sim(queries, documents), atol=1e-6)
    assert torch.allclose(
        shaped.similarity_pairwise(documents, documents), util.pairwise_cos_sim(documents, documents), atol=1e-6)
    pairs = util.paraphrase_mining(shaped, TEXTS)
    assert {tuple(pair[1:]) for pair in pairs[:2]} == {(0, 1), (2, 3)}
    theirs = util.semantic_search(shaped.encode(TEXTS[2]), shaped.encode(TEXTS), top_k=2)
    assert [hit["corpus_id"] for hit in theirs[0]] == [2, 3]


def test_module_of_the_real_class(real, model, tmp_path):
    from sentence_transformers.sentence_transformer.evaluation import EmbeddingSimilarityEvaluator

    from anneal.sentence_transformers import AnnealModule

    theirs = real.SentenceTransformer(modules=[AnnealModule()], device="cpu")
    assert np.array_equal(theirs.encode(TEXTS), model.encode(TEXTS))
    assert theirs.encode(TEXTS[0]).shape == (256,)
    assert theirs.get_embedding_dimension() == 256
    assert theirs.similarity(theirs.encode(TEXTS), theirs.encode(TEXTS)).shape == (4, 4)
    evaluator = EmbeddingSimilarityEvaluator([TEXTS[0], TEXTS[0], TEXTS[2]], [TEXTS[1], TEXTS[2], TEXTS[3]], [1, 0, 1])
    assert evaluator(theirs)["spearman_cosine"] > 0
    theirs.save(str(tmp_path / "saved"))
    again = real.SentenceTransformer(str(tmp_path / "saved"), trust_remote_code=True, device="cpu")
    assert np.array_equal(again.encode(TEXTS), model.encode(TEXTS))


def test_langchain(model):
    pytest.importorskip("langchain_core")
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore

    from anneal.langchain import AnnealEmbeddings

    embeddings = AnnealEmbeddings()
    assert isinstance(embeddings, Embeddings)
    assert np.array_equal(np.float32(embeddings.embed_documents(TEXTS)), model.encode(TEXTS))
    store = InMemoryVectorStore(embeddings)
    store.add_texts(TEXTS[1:])
    assert store.similarity_search(TEXTS[0], k=1)[0].page_content == TEXTS[1]
    retriever = store.as_retriever(search_kwargs={"k": 1})
    assert retriever.invoke("dear wheat")[0].page_content == TEXTS[3]
