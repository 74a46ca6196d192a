"""Teaches a causal language model to write what a semantic ID says: LoRA, with the digits of IDs as tokens in front of texts.

    pip install torch transformers peft
    anneal ids assign < texts.txt > ids.txt
    python Research/Conditioning/condition_lm.py train --model MODEL --texts texts.txt --ids ids.txt --output adapter
    python Research/Conditioning/condition_lm.py generate --model MODEL --adapter adapter --id 12-5-63 --prompt "The"

MODEL is a folder of a transformers model, or a name on the Hugging Face hub. Line N of the IDs is of line N of the texts, as
`anneal ids assign` prints them; `-` (a text without content) is left out. A digit becomes one token that knows its place: the
digits 12-5-63 are `<id1:12><id2:5><id3:63>`, and `<text>` ends them. The rows of these tokens and the matrices of LoRA are all
that is trained. In training the last digits are left out at random (`--drop`), so that a prefix steers, too.

The adapter folder has the adapter, the tokenizer with the new tokens, and nothing of the model. `anneal prefer --endpoint` ranks
what a server says (vLLM loads such adapters).
"""
import argparse, pathlib, random, re, sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

END = "<text>"


def digits_of(text, place):
    """The digits of an ID: 12-5-63, with a counter or a mark or without."""
    match = re.fullmatch(r"(\d+(?:-\d+)*)(?:\.\d+)?(?:@[0-9a-f]{8})?", text)
    if not match:
        raise SystemExit(f"condition_lm.py: {place}: expected an ID as 12-5-63, found {text!r}")
    return [int(digit) for digit in match[1].split("-")]


def tokens_of(digits):
    return "".join(f"<id{level}:{digit}>" for level, digit in enumerate(digits, 1)) + END


def read(texts, ids):
    """Pairs of digits and text."""
    texts, ids = (pathlib.Path(path).read_text(encoding="utf-8").splitlines() for path in (texts, ids))
    if len(texts) != len(ids):
        raise SystemExit(f"condition_lm.py: expected an ID for each of {len(texts)} texts, found {len(ids)}")
    pairs = [(digits_of(id, f"line {line}"), text) for line, (id, text) in enumerate(zip(ids, texts), 1) if id != "-"]
    if not pairs:
        raise SystemExit("condition_lm.py: expected at least one text with an ID, found none")
    return pairs


def load(path, pairs=()):
    """A model and its tokenizer, with a token for each digit of each place that the pairs have."""
    tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModelForCausalLM.from_pretrained(path)
    if tokenizer.eos_token is None:
        raise SystemExit(f"condition_lm.py: {path}: expected a tokenizer with a token that ends texts, found none")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    new = [END] + sorted({f"<id{level}:{digit}>" for digits, _ in pairs for level, digit in enumerate(digits, 1)})
    if pairs:
        tokenizer.add_special_tokens({"additional_special_tokens": new})
        model.resize_token_embeddings(len(tokenizer))
    return model, tokenizer, tokenizer.convert_tokens_to_ids(new) if pairs else []


def encode(tokenizer, digits, text, length):
    """Token ids, and labels that ask for the text alone."""
    front = tokenizer(tokens_of(digits), add_special_tokens=False).input_ids
    rest = tokenizer(text, add_special_tokens=False).input_ids[: length - len(front) - 1] + [tokenizer.eos_token_id]
    return front + rest, [-100] * len(front) + rest


def batch_of(tokenizer, pairs, length, drop, rng):
    rows = []
    for digits, text in pairs:
        kept = digits[: rng.randrange(1, len(digits) + 1)] if rng.random() < drop else digits
        rows.append(encode(tokenizer, kept, text, length))
    width = max(len(ids) for ids, _ in rows)
    fill = lambda values, with_: torch.tensor([row + [with_] * (width - len(row)) for row in values])
    return {
        "input_ids": fill([ids for ids, _ in rows], tokenizer.pad_token_id),
        "attention_mask": fill([[1] * len(ids) for ids, _ in rows], 0),
        "labels": fill([labels for _, labels in rows], -100),
    }


def train(a):
    torch.manual_seed(a.seed)
    rng, pairs = random.Random(a.seed), read(a.texts, a.ids)
    model, tokenizer, new = load(a.model, pairs)
    config = LoraConfig(task_type="CAUSAL_LM", r=a.rank, lora_alpha=2 * a.rank, lora_dropout=0.0,
                        target_modules="all-linear", trainable_token_indices=new)
    model = get_peft_model(model, config).to(a.device)
    steps = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=a.rate)
    model.train()
    for epoch in range(a.epochs):
        rng.shuffle(pairs)
        total, count = 0.0, 0
        for start in range(0, len(pairs), a.batch):
            batch = batch_of(tokenizer, pairs[start : start + a.batch], a.length, a.drop, rng)
            loss = model(**{name: value.to(a.device) for name, value in batch.items()}).loss
            if not torch.isfinite(loss):
                raise SystemExit(f"condition_lm.py: expected a finite loss, found {loss.item()}; try a lower --rate")
            loss.backward()
            steps.step()
            steps.zero_grad()
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch + 1} of {a.epochs}: loss {total / count:.4f}", file=sys.stderr)
    # The rows of the new tokens are in the adapter; the other rows are the model's own.
    model.save_pretrained(a.output, save_embedding_layers=False)
    tokenizer.save_pretrained(a.output)


def load_adapter(model, adapter):
    tokenizer = AutoTokenizer.from_pretrained(adapter)
    base = AutoModelForCausalLM.from_pretrained(model)
    base.resize_token_embeddings(len(tokenizer))
    return PeftModel.from_pretrained(base, adapter).eval(), tokenizer


def generate(a):
    torch.manual_seed(a.seed)
    model, tokenizer = load_adapter(a.model, a.adapter)
    front = tokens_of(digits_of(a.id, "--id"))
    unknown = [token for token in re.findall("<[^>]+>", front) if token not in tokenizer.get_vocab()]
    if unknown:
        raise SystemExit(f"condition_lm.py: --id: expected digits that training had, found {' '.join(unknown)}")
    ids = tokenizer(front + a.prompt, add_special_tokens=False, return_tensors="pt").to(a.device)
    made = model.to(a.device).generate(**ids, max_new_tokens=a.length, do_sample=True, top_p=0.9,
                                       pad_token_id=tokenizer.pad_token_id)
    print(tokenizer.decode(made[0], skip_special_tokens=True))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    p = commands.add_parser("train")
    p.set_defaults(run=train)
    for name in ("model", "texts", "ids", "output"):
        p.add_argument(f"--{name}", required=True)
    for name, value in (("rank", 16), ("epochs", 3), ("batch", 16)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--rate", type=float, default=2e-4)
    p.add_argument("--drop", type=float, default=0.3, help="the share of texts of which only a prefix of the ID is told")
    q = commands.add_parser("generate")
    q.set_defaults(run=generate)
    for name in ("model", "adapter", "id"):
        q.add_argument(f"--{name}", required=True)
    q.add_argument("--prompt", default="")
    for each in (p, q):
        each.add_argument("--length", type=int, default=128, help="tokens of a text at most")
        each.add_argument("--seed", type=int, default=1)
        each.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args(arguments)
    a.run(a)


if __name__ == "__main__":
    main()
