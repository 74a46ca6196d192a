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


def test_tokens(model):
    text = "turn the light off"
    tokens = model.tokenize(text)
    pieces = model.explain(text)["tokens"]
    assert [token["id"] for token in pieces] == tokens["id"].tolist()
    assert [(token["start"], token["end"]) for token in pieces] == list(zip(tokens["start"], tokens["end"]))
    assert [model.cut(text, count) for count in (1, 2, 4, 9)] == ["turn", "turn the", text, text]
    # One character that becomes four words, one that has no token of its own, and halves of characters.
    for odd in ("", "\ufdfa" * 3, "naïve 北京 café", "\ud800 \udc80 x", "\x00\x01"):
        count = len(model.tokenize(odd))
        assert count == len(model.explain(odd)["tokens"])
        assert model.cut(odd, count + 1) == odd
        for limit in range(1, count):
            assert odd.startswith(model.cut(odd, limit))
    with pytest.raises(anneal.ArgumentError, match="at least 1, found 0"):
        model.cut(text, 0)


def test_texts_are_cut(model):
    shaped = anneal.SentenceTransformer()
    assert shaped.max_seq_length is None and shaped.get_max_seq_length() is None
    long = "turn the light off " * 100
    assert np.array_equal(shaped.encode(long), model.encode(long))
    shaped.max_seq_length = 4
    assert shaped.max_seq_length == shaped.get_max_seq_length() == 4
    assert np.array_equal(shaped.encode([long, "short"]), model.encode(["turn the light off", "short"]))
    assert np.array_equal(shaped.encode(long, prompt="never "), model.encode("never turn the light"))
    tokens = shaped.tokenize([long, "short", ""])
    assert tokens["input_ids"].shape == (3, 4) and tokens["input_ids"].dtype == np.int64
    assert tokens["input_ids"][0].tolist() == model.tokenize("turn the light off")["id"].tolist()
    assert tokens["attention_mask"].tolist() == [[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert shaped.tokenize([])["input_ids"].shape == (0, 0)
    assert np.array_equal(shaped.preprocess("off", prompt="turn ")["input_ids"], shaped.tokenize("turn off")["input_ids"])
    shaped.max_seq_length = None
    assert np.array_equal(shaped.encode(long), model.encode(long))
    for wrong, error in ((0, ValueError), (-5, ValueError), (1.5, TypeError), ("9", TypeError)):
        with pytest.raises(error):
            shaped.max_seq_length = wrong


def test_pools(model):
    """Written for processes; threads do the work."""
    shaped = anneal.SentenceTransformer()
    pool = shaped.start_multi_process_pool(target_devices=["cpu"] * 2)
    assert set(pool) == {"input", "output", "processes"}
    assert np.array_equal(shaped.encode(TEXTS, pool=pool, chunk_size=1), model.encode(TEXTS))
    found = shaped.encode_multi_process(TEXTS, pool, prompt="x ", batch_size=2, truncate_dim=64)
    assert np.array_equal(found, model.encode(["x " + text for text in TEXTS])[:, :64])
    anneal.SentenceTransformer.stop_multi_process_pool(pool)
    assert np.array_equal(shaped.encode(TEXTS, device=["cpu", "cpu"]), model.encode(TEXTS))


HARMLESS = {"backend": "onnx", "cache_folder": "/x", "config_kwargs": {}, "device": "cuda", "local_files_only": True,
            "model_card_data": None, "model_kwargs": {"torch_dtype": "float16"}, "processor_kwargs": {}, "revision": "main",
            "similarity_fn_name": "dot", "token": "hf_x", "tokenizer_kwargs": {}, "trust_remote_code": True,
            "use_auth_token": None}


def test_keyword_arguments(model):
    shaped = anneal.SentenceTransformer(**HARMLESS)
    assert np.array_equal(shaped.encode(inputs=TEXTS, task="query", show_progress_bar=True), model.encode(TEXTS))
    with pytest.raises(TypeError, match="expected keyword arguments among backend, .*, truncate_dim.* found 'quantize'"):
        anneal.SentenceTransformer(quantize=True)
    with pytest.raises(TypeError, match="encode: expected keyword arguments among batch_size, .*, found 'batchsize'"):
        shaped.encode(TEXTS, batchsize=5)
    with pytest.raises(TypeError, match="encode: expected"):
        shaped.encode_query(TEXTS, batchsize=5)
    with pytest.raises(TypeError, match="modules: expected none"):
        anneal.SentenceTransformer(modules=[model])


@pytest.mark.parametrize("name", ["sentence-transformers/all-MiniLM-L6-v2", "all-mpnet-base-v2"])
def test_names_of_a_hub(name):
    with pytest.raises(anneal.ModelNotFoundError, match=f"{name}.*Models of a hub cannot be opened: pass nothing"):
        anneal.SentenceTransformer(name)


def test_no_order_and_no_texts(model):
    shaped = anneal.SentenceTransformer(prompts={"query": "question: "})
    for arguments in ({}, {"prompt": "x "}, {"prompt_name": "query"}):
        for wrong, message in (
            ({"a": "b"}, "in an order, as in a list, found dict"), ({"a", "b"}, "found set"), (None, "found NoneType"),
            (["a", None], "text 1: expected str, found NoneType"), ([("a", "b")], "text 0: expected str, found tuple"),
        ):
            with pytest.raises(TypeError, match=message):
                shaped.encode(wrong, **arguments)


def test_prompts(model):
    shaped = anneal.SentenceTransformer(prompts={"query": "question: ", "passage": "about: "})
    assert np.array_equal(shaped.encode_query(TEXTS), model.encode(["question: " + text for text in TEXTS]))
    assert np.array_equal(shaped.encode_document(TEXTS), model.encode(["about: " + text for text in TEXTS]))
    assert np.array_equal(shaped.encode(TEXTS, prompt_name="document"), model.encode(TEXTS))
    assert np.array_equal(shaped.encode(TEXTS, "query", "x "), model.encode(["x " + text for text in TEXTS]))
    always = anneal.SentenceTransformer(prompts={"always": "about: "}, default_prompt_name="always")
    assert np.array_equal(always.encode(TEXTS[0]), model.encode("about: " + TEXTS[0]))
    assert np.array_equal(always.encode(TEXTS[0], prompt=""), model.encode(TEXTS[0]))
    assert np.array_equal(always.encode_query(TEXTS), model.encode(TEXTS))
    for column in columns(TEXTS):
        assert np.array_equal(shaped.encode(column, "query"), shaped.encode(TEXTS, "query")), type(column)
    with pytest.raises(anneal.ArgumentError, match="expected one of .'document', 'passage', 'query'., found 'title'"):
        shaped.encode(TEXTS, "title")


def columns(texts):
    yield from (np.array(texts), np.array(texts, object), tuple(texts), iter(texts))
    pyarrow, pandas, polars = map(pytest.importorskip, ("pyarrow", "pandas", "polars"))
    yield from (pyarrow.array(texts), pyarrow.chunked_array([texts]), pandas.Series(texts), polars.Series(texts),
                polars.Series(texts, dtype=polars.Categorical), pandas.Series(texts, dtype="string[pyarrow]"))


def test_precisions_and_dimensions(model):
    shaped = anneal.SentenceTransformer()
    vectors = model.encode(TEXTS)
    assert np.array_equal(shaped.encode(TEXTS, precision="ubinary"), np.packbits(vectors > 0, axis=1))
    for precision in ("int8", "uint8"):
        with pytest.raises(ValueError, match=f"expected float32, binary or ubinary, found '{precision}': take float32"):
            shaped.encode(TEXTS, precision=precision)
    for wrong in (0, -1):
        with pytest.raises(anneal.ArgumentError, match=f"truncate_dim: expected at least 1, found {wrong}"):
            shaped.encode(TEXTS, truncate_dim=wrong)
        with pytest.raises(anneal.ArgumentError, match="truncate_dim"):
            anneal.SentenceTransformer(truncate_dim=wrong)
    assert shaped.encode(TEXTS, truncate_dim=1000).shape == (4, 256)
    with shaped.truncate_sentence_embeddings(32):
        assert shaped.encode(TEXTS).shape == (4, 32) and shaped.get_embedding_dimension() == 32
    assert shaped.encode(TEXTS).shape == (4, 256)
    cut = vectors[:, :64]
    assert np.allclose(shaped.similarity(cut, cut).diagonal(), 1, atol=1e-6)
    shaped.similarity_fn_name = "dot"
    assert np.allclose(shaped.similarity(cut, cut), cut @ cut.T, atol=1e-6)
    assert np.allclose(shaped.similarity_pairwise(cut, cut), (cut * cut).sum(axis=1), atol=1e-6)
    with pytest.raises(ValueError, match="expected cosine or dot, found 'euclidean'"):
        shaped.similarity_fn_name = "euclidean"


def test_an_engine_of_ones_own():
    taught = anneal.Anneal(rules="k8s = kubernetes", truncate_dim=64)
    shaped = anneal.SentenceTransformer(engine=taught)
    assert np.array_equal(shaped.encode(["k8s"]), taught.encode(["k8s"])) and shaped.get_embedding_dimension() == 64


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


def test_module_cuts(real, model):
    from anneal.sentence_transformers import AnnealModule

    theirs = real.SentenceTransformer(modules=[AnnealModule()], device="cpu")
    assert theirs.max_seq_length == float("inf")
    theirs.max_seq_length = 2
    assert theirs.max_seq_length == 2
    assert np.array_equal(theirs.encode(["turn the light off"], prompt="never "), model.encode(["never turn"]))


def test_signatures(real):
    """Whatever the real class takes, ours takes, or says why not."""
    import inspect

    for method in ("encode", "encode_query", "encode_document", "encode_multi_process", "start_multi_process_pool",
                   "stop_multi_process_pool", "tokenize", "preprocess"):
        if hasattr(real.SentenceTransformer, method):
            theirs = inspect.signature(getattr(real.SentenceTransformer, method)).parameters
            ours = inspect.signature(getattr(anneal.SentenceTransformer, method)).parameters
            takes_more = any(one.kind == one.VAR_KEYWORD for one in ours.values())
            missing = [name for name in theirs if name not in ours]
            assert not missing or takes_more, (method, missing)
    shaped = anneal.SentenceTransformer()
    for name, parameter in inspect.signature(real.SentenceTransformer.encode).parameters.items():
        if parameter.default is not parameter.empty:
            shaped.encode("a text", **{name: parameter.default})
    opening = inspect.signature(real.SentenceTransformer.__init__).parameters
    anneal.SentenceTransformer(**{
        name: parameter.default for name, parameter in opening.items() if parameter.default is not parameter.empty})


def test_precision_is_theirs(real):
    from sentence_transformers.util import quantize_embeddings

    shaped = anneal.SentenceTransformer()
    vectors = shaped.encode(TEXTS)
    for precision in ("binary", "ubinary"):
        assert np.array_equal(shaped.encode(TEXTS, precision=precision), quantize_embeddings(vectors, precision))
    assert quantize_embeddings(vectors, "int8").shape == (4, 256), "what the message for int8 advises"


def test_langchain_arguments(model):
    pytest.importorskip("langchain_core")
    from anneal.langchain import AnnealEmbeddings

    embeddings = AnnealEmbeddings(
        model_kwargs={"device": "cpu", "prompts": {"query": "question: "}}, encode_kwargs={"normalize_embeddings": True},
        query_encode_kwargs={"prompt_name": "query"}, cache_folder="/x", multi_process=True, show_progress=True)
    assert np.array_equal(np.float32(embeddings.embed_documents(TEXTS)), model.encode(TEXTS))
    assert np.array_equal(np.float32(embeddings.embed_query(TEXTS[0])), model.encode("question: " + TEXTS[0]))
    small = AnnealEmbeddings(truncate_dim=64, rules="k8s = kubernetes")
    assert np.allclose(np.linalg.norm(small.embed_documents(TEXTS), axis=1), 1) and len(small.embed_query("k8s")) == 64
    assert AnnealEmbeddings(model).engine is model
    for name in ("model", "model_name"):
        with pytest.raises(anneal.ModelNotFoundError, match="pass nothing"):
            AnnealEmbeddings(**{name: "sentence-transformers/all-mpnet-base-v2"})
    with pytest.raises(TypeError, match="normalise"):
        AnnealEmbeddings(normalise=True)
    with pytest.raises(TypeError, match="found 'batchsize'"):
        AnnealEmbeddings(encode_kwargs={"batchsize": 3}).embed_documents(TEXTS)


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
