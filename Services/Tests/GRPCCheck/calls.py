"""Every call as clients make it, and requests as nobody should make them."""
import random
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import grpc
import numpy as np

from service import TEXTS, connect, pb, reference, refusal, rpc, server

sys.path.append(str(Path(__file__).parents[3] / "Python/tests"))
from lookup_table import write_table  # noqa: E402

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def check_info(process):
    with connect(process) as channel:
        info = rpc.InfoStub(channel).Info(pb.InfoRequest())
    assert info.model_id == "anneal-en-256" and len(info.model_sha) >= 16 and info.model_dtype == "int8", info
    assert info.model_type == pb.MODEL_TYPE_EMBEDDING and info.max_input_length == 1 << 20
    assert info.max_concurrent_requests == 512 and not info.HasField("docker_label")


def check_embed(process, anneal):
    """The bits are those of the command line, in single calls and in streams."""
    expected = reference(anneal, TEXTS)
    with connect(process) as channel:
        stub = rpc.EmbedStub(channel)
        requests = [pb.EmbedRequest(inputs=text, normalize=True, truncate=True) for text in TEXTS]
        for answers in [[stub.Embed(request) for request in requests], list(stub.EmbedStream(iter(requests)))]:
            assert np.array([answer.embeddings for answer in answers], "<f4").tobytes() == expected.tobytes()
            for text, answer in zip(TEXTS, answers):
                data = answer.metadata
                assert data.compute_chars == len(text) and data.compute_tokens > 0, data
                assert data.total_time_ns >= data.tokenization_time_ns + data.inference_time_ns > 0, data
        few = stub.Embed(pb.EmbedRequest(inputs=TEXTS[0], normalize=True, dimensions=64))
        assert np.array(few.embeddings, "<f4").tobytes() == reference(anneal, TEXTS[:1], "--dim", "64").tobytes()
        raw = np.array(stub.Embed(pb.EmbedRequest(inputs=TEXTS[0])).embeddings)
        assert abs(np.linalg.norm(raw) - 1) > 1e-3, "nothing said means not normalised"
        assert np.allclose(raw / np.linalg.norm(raw), expected[0], atol=1e-6)
        every = stub.EmbedAll(pb.EmbedAllRequest(inputs=TEXTS[0]))
        rows = np.array([token.embeddings for token in every.token_embeddings])
        assert len(rows) == every.metadata.compute_tokens and np.allclose(rows.sum(axis=0), raw, atol=1e-4)
        streamed = list(stub.EmbedAllStream(iter([pb.EmbedAllRequest(inputs=text) for text in TEXTS])))
        assert streamed[0].token_embeddings == every.token_embeddings and len(streamed) == len(TEXTS)


def check_unknown(process):
    """What share of the texts the vocabulary does not know follows in the trailers, of a stream for all its texts."""
    texts = ["turn the light off", "hello 北京路由器", "北京"]
    share = lambda call: float(dict(call.trailing_metadata())["unknown-share"])
    with connect(process) as channel:
        embed, tokenize = rpc.EmbedStub(channel), rpc.TokenizeStub(channel)
        shares = []
        for text in texts:
            found = {share(call.with_call(request)[1]) for call, request in [
                (embed.Embed, pb.EmbedRequest(inputs=text)), (embed.EmbedAll, pb.EmbedAllRequest(inputs=text)),
                (tokenize.Tokenize, pb.EncodeRequest(inputs=text))]}
            assert len(found) == 1, found
            shares += found
        assert shares[0] == 0 < shares[1] < 1 == shares[2], shares
        lengths = [len(text.encode()) for text in texts]
        stream = embed.EmbedStream(iter([pb.EmbedRequest(inputs=text) for text in texts]))
        assert len(list(stream)) == 3
        assert abs(share(stream) - np.dot(shares, lengths) / sum(lengths)) < 1e-12
        assert "unknown-share" not in dict(tokenize.Decode.with_call(pb.DecodeRequest(ids=[5]))[1].trailing_metadata())


def check_empty_texts(tool):
    with server(tool, "--accept-empty-texts") as process, connect(process) as channel:
        stub = rpc.EmbedStub(channel)
        assert list(stub.Embed(pb.EmbedRequest(normalize=True)).embeddings) == [0] * 256
        assert not stub.EmbedAll(pb.EmbedAllRequest()).token_embeddings
        assert not rpc.TokenizeStub(channel).Tokenize(pb.EncodeRequest()).tokens


def check_mode(tool, anneal):
    """Vectors and their parts are of the mode that the service was started with."""
    expected = reference(anneal, TEXTS[:1], "--mode", "annealed")[0]
    assert expected.tobytes() != reference(anneal, TEXTS[:1])[0].tobytes()
    with server(tool, "--mode", "annealed") as process, connect(process) as channel:
        stub = rpc.EmbedStub(channel)
        one = stub.Embed(pb.EmbedRequest(inputs=TEXTS[0], normalize=True))
        assert np.array(one.embeddings, "<f4").tobytes() == expected.tobytes()
        rows = stub.EmbedAll(pb.EmbedAllRequest(inputs=TEXTS[0])).token_embeddings
        total = np.array([row.embeddings for row in rows]).sum(axis=0)
        assert np.allclose(total / np.linalg.norm(total), expected, atol=1e-6)


def folded(text):
    """As the shipped model's tokenizer has it: without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def known(text, tokens):
    """What the model has pieces for: the rest decodes to nothing."""
    data = text.encode()
    return folded(b"".join(data[t.start:t.stop] for t in tokens if t.text != "<unk>").decode().lower())


def check_tokens(process):
    with connect(process) as channel:
        stub = rpc.TokenizeStub(channel)
        for text in TEXTS:
            tokens = stub.Tokenize(pb.EncodeRequest(inputs=text)).tokens
            data = text.encode()
            assert tokens[-1].stop == len(data.rstrip()) and not any(token.special for token in tokens)
            for token in tokens:
                covered = data[token.start:token.stop].decode().strip().lower()
                assert token.text == "<unk>" or token.text.replace("▁", "") == folded(covered), token
            decoded = stub.Decode(pb.DecodeRequest(ids=[token.id for token in tokens])).text
            assert decoded.split() == known(text, tokens).split(), decoded
        answers = list(stub.TokenizeStream(iter([pb.EncodeRequest(inputs=text) for text in TEXTS])))
        texts = list(stub.DecodeStream(
            iter([pb.DecodeRequest(ids=[token.id for token in answer.tokens]) for answer in answers])))
        assert [answer.text.split() for answer in texts] == [
            known(text, answer.tokens).split() for text, answer in zip(TEXTS, answers)]


def check_refusals(process):
    with connect(process) as channel:
        embed, tokenize = rpc.EmbedStub(channel), rpc.TokenizeStub(channel)
        for call, request, message in [
            (embed.Embed, pb.EmbedRequest(), "`inputs` cannot be empty"),
            (embed.Embed, pb.EmbedRequest(inputs="a" * ((1 << 20) + 1)),
             "expected a text of at most 1048576 bytes, found 1048577"),
            (embed.Embed, pb.EmbedRequest(inputs="a", dimensions=0), "`dimensions`: expected 1 to 256 dimensions, found 0"),
            (embed.Embed, pb.EmbedRequest(inputs="a", dimensions=257), "found 257"),
            (embed.Embed, pb.EmbedRequest(inputs="a", prompt_name="query"), "expected no prompt"),
            (embed.Embed, pb.EmbedRequest(inputs="a", prompt_name="q" * 100_000), "q" * 80 + "…"),
            (embed.Embed, pb.EmbedRequest(inputs="a", truncation_direction=9), "`truncation_direction`: expected 0"),
            (embed.EmbedAll, pb.EmbedAllRequest(), "cannot be empty"),
            (embed.EmbedAll, pb.EmbedAllRequest(inputs="many words " * 5000), "at most 4096 tokens, found 10"),
            (tokenize.Tokenize, pb.EncodeRequest(), "cannot be empty"),
            (tokenize.Tokenize, pb.EncodeRequest(inputs="a", prompt_name="query"), "expected no prompt"),
            (tokenize.Decode, pb.DecodeRequest(), "`ids` cannot be empty"),
        ]:
            error = refusal(call, request)
            assert error.code() == INVALID and message in error.details(), error
        error = refusal(tokenize.Decode, pb.DecodeRequest(ids=[1 << 30]))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION and "expected token ids" in error.details(), error
        # The largest text that there may be, in a second or so.
        assert len(embed.Embed(pb.EmbedRequest(inputs="many words " * 95_000)).embeddings) == 256
        # The transport resets a stream whose message is larger than any may be.
        error = refusal(embed.Embed, pb.EmbedRequest(inputs="a" * (8 << 20)))
        assert error.code() == grpc.StatusCode.CANCELLED, error
        # A refusal ends a stream, after the answers to what came before.
        answers = []
        error = refusal(lambda: [answers.append(answer) for answer in embed.EmbedStream(
            iter([pb.EmbedRequest(inputs=text) for text in ["a", "b", "", "c"]]))])
        assert error.code() == INVALID and len(answers) == 2, error
        for method in ["/tei.v1.Rerank/Rerank", "/tei.v1.Embed/EmbedSparse", "/tei.v1.Predict/Predict", "/no.Such/Call"]:
            error = refusal(channel.unary_unary(method), b"")
            assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
        assert embed.Embed(pb.EmbedRequest(inputs="a")).embeddings, "and goes on"


def check_mutations(process, count, seed):
    """Bytes that are nearly a request: each is answered or refused, and nothing else happens."""
    draw = random.Random(seed)
    valid = {
        "/tei.v1.Embed/Embed": pb.EmbedRequest(
            inputs="naïve café", normalize=True, truncate=True, dimensions=16, truncation_direction=1),
        "/tei.v1.Embed/EmbedAll": pb.EmbedAllRequest(inputs="naïve café", truncate=True),
        "/tei.v1.Tokenize/Tokenize": pb.EncodeRequest(inputs="naïve café", add_special_tokens=True),
        "/tei.v1.Tokenize/Decode": pb.DecodeRequest(ids=[1, 20, 300, 4000]),
    }
    expected = {INVALID, grpc.StatusCode.FAILED_PRECONDITION}
    answered = refused = 0
    with connect(process) as channel:
        for _ in range(count):
            method = draw.choice(list(valid))
            data = bytearray(valid[method].SerializeToString())
            for _ in range(draw.randint(1, 3)):
                place = draw.randrange(len(data)) if data else 0
                match draw.randrange(4):
                    case 0: data[place:place + 1] = bytes([draw.randrange(256)])
                    case 1: del data[place:]
                    case 2: data[place:place] = draw.randbytes(draw.randint(1, 8))
                    case 3: del data[place:place + 1]
            try:
                channel.unary_unary(method)(bytes(data), timeout=20)
                answered += 1
            except grpc.RpcError as error:
                refused += 1
                assert error.code() in expected, (method, bytes(data), seed, error)
        text = b"\x0a\x02\xff\xfe"
        error = refusal(channel.unary_unary("/tei.v1.Embed/Embed"), text)
        assert error.code() == INVALID, "a text that is no UTF-8"
    assert min(answered, refused) > count / 50, (answered, refused)
    return f"{answered} answered, {refused} refused"


def check_lookup(tool, anneal):
    """Rows of a table are in vectors, with the bits of the command line; what has none keeps its own."""
    with tempfile.TemporaryDirectory() as folder:
        with server(tool) as process, connect(process) as channel:
            content_hash = rpc.InfoStub(channel).Info(pb.InfoRequest()).model_sha
            pizza = rpc.EmbedStub(channel).Embed(pb.EmbedRequest(inputs="pizza", normalize=True)).embeddings
        table = write_table(Path(folder) / "emoji.embd", {"🍕": pizza}, content_hash)
        texts = ["🍕", "a 🍕 in the evening"] + TEXTS
        expected = reference(anneal, texts, "--lookup", table)
        assert expected[0].any() and np.array_equal(expected[2:], reference(anneal, TEXTS))
        with server(tool, "--lookup", table) as process, connect(process) as channel:
            stub = rpc.EmbedStub(channel)
            requests = [pb.EmbedRequest(inputs=text, normalize=True) for text in texts]
            for answers in [[stub.Embed(request) for request in requests], list(stub.EmbedStream(iter(requests)))]:
                assert np.array([answer.embeddings for answer in answers], "<f4").tobytes() == expected.tobytes()
        for argument, status in [(f"none={table}", 64), ("/nowhere", 69), (__file__, 69)]:
            assert subprocess.run([tool, "--lookup", argument], capture_output=True).returncode == status, argument
