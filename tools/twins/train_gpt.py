"""
A PyTorch twin of `longhand train`: the same GPT-2, recipe and text split, to compare losses and speed with.

    python3 tools/twins/train_gpt.py TEXT --preset laptop --threads 1
    python3 tools/twins/train_gpt.py --bench --preset capstone --threads 2

Characters are tokens; the first nine tenths of the text are for training, and the validation loss is over all of the rest,
each character predicted once in consecutive windows. Not the same: the random numbers, so losses agree in size, not in digits.

--bench times whole steps (forward, backward, clipping, AdamW) on one batch of random tokens after a warm-up and takes the
median. Both modes end with one line of JSON. Two threads can be slower than one here: run both and take the better one.

A fair comparison needs a fast BLAS under PyTorch. Debian's uses the system's, which can be the reference implementation, some
ten times slower: `apt install libopenblas0-pthread`. The JSON names what was used.
"""

import argparse
import json
import math
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

import blas

FUSED_ATTENTION = getattr(F, "scaled_dot_product_attention", None)   # PyTorch 2


@dataclass(frozen=True)
class Preset:
    layers: int
    heads: int
    width: int
    context: int
    batch: int
    steps: int
    learning_rate: float
    dropout: float = 0.0
    warmup: int = 100
    beta2: float = 0.99
    decay: float = 0.1
    clip: float = 1.0


PRESETS = {
    "capstone": Preset(4, 4, 64, 64, batch=32, steps=2000, learning_rate=6e-3),
    "laptop": Preset(4, 4, 128, 64, batch=12, steps=2000, learning_rate=1e-3),
    "desktop": Preset(6, 6, 384, 256, batch=64, steps=5000, learning_rate=1e-3, dropout=0.2),
}


class Block(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.heads, self.dropout = p.heads, p.dropout
        self.ln_1, self.ln_2 = nn.LayerNorm(p.width), nn.LayerNorm(p.width)
        self.qkv, self.project = nn.Linear(p.width, 3 * p.width), nn.Linear(p.width, p.width)
        self.expand, self.contract = nn.Linear(p.width, 4 * p.width), nn.Linear(4 * p.width, p.width)
        self.register_buffer("mask", torch.full((p.context, p.context), float("-inf")).triu(1))

    def attention(self, x):
        B, T, C = x.shape
        q, k, v = (a.view(B, T, self.heads, C // self.heads).transpose(1, 2) for a in self.qkv(x).split(C, 2))
        if FUSED_ATTENTION is not None:
            y = FUSED_ATTENTION(q, k, v, dropout_p=self.dropout if self.training else 0.0, is_causal=True)
        else:
            scores = q @ k.transpose(2, 3) * (1 / math.sqrt(k.shape[-1])) + self.mask[:T, :T]
            y = F.dropout(F.softmax(scores, -1), self.dropout, self.training) @ v
        return self.project(y.transpose(1, 2).reshape(B, T, C))

    def forward(self, x):
        x = x + F.dropout(self.attention(self.ln_1(x)), self.dropout, self.training)
        hidden = F.gelu(self.expand(self.ln_2(x)), approximate="tanh")
        return x + F.dropout(self.contract(hidden), self.dropout, self.training)


class Gpt(nn.Module):
    def __init__(self, p, vocabulary):
        super().__init__()
        self.dropout = p.dropout
        self.tokens, self.positions = nn.Embedding(vocabulary, p.width), nn.Embedding(p.context, p.width)
        self.blocks = nn.ModuleList(Block(p) for _ in range(p.layers))
        self.norm = nn.LayerNorm(p.width)
        for name, w in self.named_parameters():
            if w.dim() >= 2:
                residual = name.endswith(("project.weight", "contract.weight"))
                nn.init.normal_(w, std=0.02 / math.sqrt(2 * p.layers) if residual else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(w)

    def forward(self, ids, targets):
        """The mean loss over the targets; −1 is left out."""
        x = self.tokens(ids) + self.positions.weight[:ids.shape[1]]
        x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def make_optimizer(model, p):
    matrices = [w for w in model.parameters() if w.dim() >= 2]
    vectors = [w for w in model.parameters() if w.dim() < 2]
    groups = [{"params": matrices, "weight_decay": p.decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=p.learning_rate, betas=(0.9, p.beta2), foreach=True)


def train_step(model, optimizer, p, ids, targets):
    optimizer.zero_grad(set_to_none=True)
    loss = model(ids, targets)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), p.clip)
    optimizer.step()
    return loss


def learning_rate(step, p, steps):
    """A line up over the warm-up, then half a cosine down to a tenth."""
    if step < p.warmup:
        return p.learning_rate * (step + 1) / (p.warmup + 1)
    share = (step - p.warmup) / max(1, steps - p.warmup)
    return p.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * share)))


@torch.no_grad()
def validation_loss(model, tokens, p):
    """The mean over every token but the first, each predicted once; the last window is padded with targets of −1."""
    model.eval()
    count = len(tokens) - 1
    padded = -(-count // p.context) * p.context
    ids = F.pad(tokens[:-1], (0, padded - count)).view(-1, p.context)
    targets = F.pad(tokens[1:], (0, padded - count), value=-1).view(-1, p.context)
    total = 0.0
    for i, t in zip(ids.split(64), targets.split(64)):
        total += model(i, t).item() * (t >= 0).sum().item()
    model.train()
    return total / count


def report(event, args, p, model, **numbers):
    print(json.dumps({
        "event": event, "preset": args.preset, "torch": torch.__version__, **blas.describe(), "threads": torch.get_num_threads(),
        "batch": p.batch,
        "parameters": sum(w.numel() for w in model.parameters()), **numbers}), flush=True)


def bench(args, p, new):
    model = new(p, 65)
    optimizer = make_optimizer(model, p)
    ids, targets = (torch.randint(65, (p.batch, p.context)) for _ in range(2))

    def timed():
        start = time.perf_counter()
        train_step(model, optimizer, p, ids, targets)
        return time.perf_counter() - start

    start = time.perf_counter()
    while timed() and time.perf_counter() - start < args.seconds / 5:
        pass
    times = []
    while len(times) < 3 or sum(times) < args.seconds:
        times.append(timed())
    median = statistics.median(times)
    report("bench", args, p, model, steps=len(times), step_seconds=median, best_step_seconds=min(times), tokens_per_second=p.batch * p.context / median)


def train(args, p, new):
    text = args.text.read_text(encoding="utf-8")
    characters = {c: i for i, c in enumerate(sorted(set(text)))}
    tokens = torch.tensor([characters[c] for c in text])
    split = len(tokens) * 9 // 10
    training, validation = tokens[:split], tokens[split:]

    model = new(p, len(characters))
    optimizer = make_optimizer(model, p)
    window = torch.arange(p.context)
    start, last, recent = time.perf_counter(), time.perf_counter(), []
    for step in range(p.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, p, p.steps)
        at = torch.randint(len(training) - p.context, (p.batch, 1)) + window
        recent.append(train_step(model, optimizer, p, training[at], training[at + 1]).item())
        if (step + 1) % args.log_every == 0 or step + 1 == p.steps:
            now = time.perf_counter()
            speed = len(recent) * p.batch * p.context / (now - last)
            loss = statistics.fmean(recent)
            print(f"step {step + 1:5d}  loss {loss:.4f}  {speed:,.0f} tokens/s", flush=True)
            last, recent = now, []
    seconds = time.perf_counter() - start
    report("done", args, p, model, step=p.steps, learning_rate=p.learning_rate, train_loss=loss, val_loss=validation_loss(model, validation, p),
           tokens_per_second=p.steps * p.batch * p.context / seconds, seconds=seconds)


def arguments(about, presets):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="?", type=Path, help="a text file (not needed with --bench)")
    parser.add_argument("--preset", choices=presets, default="capstone")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=100)
    parser.add_argument("--bench", action="store_true")
    parser.add_argument("--seconds", type=float, default=10, help="how long --bench times steps (at least three)")
    return parser


def main(parser, presets, new):
    """`new` makes a model from the arguments: new(args)(preset, vocabulary)."""
    args = parser.parse_args()
    if not args.bench and args.text is None:
        parser.error("name a text file, or use --bench")

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    preset = presets[args.preset]
    changes = {key: value for key in ("steps", "learning_rate", "batch") if (value := getattr(args, key)) is not None}
    p = replace(preset, **changes)
    (bench if args.bench else train)(args, p, new(args))


if __name__ == "__main__":
    main(arguments(__doc__, PRESETS), PRESETS, lambda args: Gpt)
