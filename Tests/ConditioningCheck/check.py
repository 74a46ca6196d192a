"""Checks Research/Conditioning/condition_lm.py on a model of some thousand weights that is made here: no network.

    python Tests/ConditioningCheck/check.py        # needs torch, transformers and peft

Texts of two kinds have IDs of two first digits. Once trained, each ID makes the texts of its kind likelier than the other
does, whole and by its first digit alone; the model's own weights are as before; what cannot be used is refused.
"""
import pathlib, sys, tempfile

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Research/Conditioning"))
import condition_lm

KINDS = (["the cat sees a dog", "a dog sees the cat"], ["rain falls on green hills", "green hills drink rain"])


def tiny_model(folder):
    words = sorted({word for kind in KINDS for text in kind for word in text.split()})
    inner = Tokenizer(models.WordLevel({word: number for number, word in enumerate(["[UNK]", "[EOS]"] + words)}, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="[UNK]", eos_token="[EOS]").save_pretrained(folder)
    torch.manual_seed(3)
    config = GPT2Config(vocab_size=len(words) + 2, n_positions=32, n_embd=32, n_layer=1, n_head=2, bos_token_id=1, eos_token_id=1, initializer_range=0.3)
    GPT2LMHeadModel(config).save_pretrained(folder)


@torch.no_grad()
def loss(model, tokenizer, digits, text):
    ids, labels = condition_lm.encode(tokenizer, digits, text, 32)
    return model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss.item()


def refused(words, *arguments):
    try:
        condition_lm.main(list(map(str, arguments)))
    except SystemExit as error:
        assert words in str(error), f"expected {words!r} in {error}"
    else:
        raise AssertionError(f"expected {arguments} to be refused")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tiny_model(folder / "model")
        before = (folder / "model/model.safetensors").read_bytes()
        lines = [(f"{kind}-{number}-{number + 1}", text) for number in range(4) for kind in (0, 1) for text in KINDS[kind]]
        lines.append(("-", ""))
        (folder / "texts").write_text("".join(text + "\n" for _, text in lines))
        (folder / "ids").write_text("".join(id + "\n" for id, _ in lines))
        common = ["--model", folder / "model", "--texts", folder / "texts"]
        condition_lm.main(list(map(str, ["train", *common, "--ids", folder / "ids", "--output", folder / "adapter", "--epochs", 100,
                                         "--rate", 0.01, "--rank", 4, "--batch", 8])))
        assert (folder / "model/model.safetensors").read_bytes() == before
        assert not list((folder / "adapter").glob("model*")), "the adapter holds the model"
        model, tokenizer = condition_lm.load_adapter(folder / "model", folder / "adapter")
        for kind in (0, 1):
            for text in KINDS[kind]:
                for digits in ([kind, 2, 3], [kind]):
                    own, other = loss(model, tokenizer, digits, text), loss(model, tokenizer, [1 - kind] + digits[1:], text)
                    assert own < 0.8 * other, f"{digits} for {text!r}: expected less than 0.8 of {other}, found {own}"
        condition_lm.main(["generate", "--model", str(folder / "model"), "--adapter", str(folder / "adapter"), "--id", "1-2"])
        refused("expected digits that training had, found <id1:9>", "generate", "--model", folder / "model", "--adapter",
                folder / "adapter", "--id", "9-2")
        for content, words in (("0-1\n", "an ID for each of 17 texts, found 1"), ("x\n" * 17, "line 1: expected an ID"),
                               ("-\n" * 17, "at least one text with an ID")):
            (folder / "wrong").write_text(content)
            refused(words, "train", *common, "--ids", folder / "wrong", "--output", folder / "none")
        assert not (folder / "none").exists()
    print("conditioning: all as expected")


if __name__ == "__main__":
    main()
