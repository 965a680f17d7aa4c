"""
A whole GPT-2: the same weights in, then logits, loss, the gradient of every parameter, and ten steps of AdamW.

The model is GPT-2's (Radford and others, 2019): learned positions, pre-norm blocks, GELU in its tanh form, the output layer
tied to the token embedding, layer norm epsilon 1e-5. Weights are (in, out) under Hugging Face's names.
"""

import math

import torch
import torch.nn.functional as F

import golden

RATE, BETAS, EPSILON, DECAY, CLIP, STEPS = 3e-3, (0.9, 0.99), 1e-8, 0.1, 1.0, 10


def draw_weights(draw, layers, width, context, vocabulary):
    """Normal with scale 0.2; norm weights around 1; biases not zero, so that a forgotten one shows."""
    shapes = {"wte.weight": (vocabulary, width), "wpe.weight": (context, width)}
    for i in range(layers):
        for part, n_in, n_out in (("ln_1", None, width), ("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width),
                                  ("ln_2", None, width), ("mlp.c_fc", width, 4 * width), ("mlp.c_proj", 4 * width, width)):
            shapes[f"h.{i}.{part}.weight"] = (n_out,) if n_in is None else (n_in, n_out)
            shapes[f"h.{i}.{part}.bias"] = (n_out,)
    shapes["ln_f.weight"] = shapes["ln_f.bias"] = (width,)
    is_norm_weight = lambda name: name.split(".")[-2].startswith("ln_") and name.endswith("weight")
    return {"transformer." + name: draw.normal(*shape, scale=0.2, shift=1 if is_norm_weight(name) else 0, grain=1024)
            for name, shape in shapes.items()}


def forward(weights, ids, layers, heads):
    """ids (B, T) → logits (B, T, V)."""
    part = lambda name: (weights[f"transformer.{name}.weight"], weights[f"transformer.{name}.bias"])
    B, T = ids.shape
    table = weights["transformer.wte.weight"]
    C = table.shape[1]
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)

    def norm(x, name):
        return F.layer_norm(x, (C,), *part(name), 1e-5)

    def linear(x, name):
        weight, bias = part(name)
        return x @ weight + bias

    def attention(x, name):
        q, k, v = (a.reshape(B, T, heads, C // heads).transpose(1, 2) for a in linear(x, name + ".c_attn").split(C, -1))
        scores = (q @ k.transpose(2, 3) / math.sqrt(C // heads)).masked_fill(hidden, float("-inf"))
        return linear((torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(B, T, C), name + ".c_proj")

    x = table[ids] + weights["transformer.wpe.weight"][:T]
    for i in range(layers):
        x = x + attention(norm(x, f"h.{i}.ln_1"), f"h.{i}.attn")
        x = x + linear(F.gelu(linear(norm(x, f"h.{i}.ln_2"), f"h.{i}.mlp.c_fc"), approximate="tanh"), f"h.{i}.mlp.c_proj")
    return norm(x, "ln_f") @ table.T


def train(weights, ids, targets, layers, heads):
    """Losses before each of the steps and after the last, and the gradient norms before clipping."""
    weights = {name: w.clone().requires_grad_() for name, w in weights.items()}
    matrices = [w for w in weights.values() if w.dim() >= 2]
    vectors = [w for w in weights.values() if w.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0}],
                                  lr=RATE, betas=BETAS, eps=EPSILON)
    losses, norms = [], []
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(weights, ids, layers, heads).flatten(0, 1), targets.flatten())
        losses.append(loss.item())
        if step < STEPS:
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(list(weights.values()), CLIP).item())
            optimizer.step()
    return torch.tensor(losses, dtype=torch.float64), torch.tensor(norms, dtype=torch.float64)


def model(file, layers, heads, width, context, vocabulary, batch):
    c = golden.Case("gpt", "gpt", {
        "layers": layers, "heads": heads, "width": width, "context": context, "vocabulary": vocabulary, "batch": batch,
        "learning_rate": RATE, "beta1": BETAS[0], "beta2": BETAS[1], "epsilon": EPSILON, "weight_decay": DECAY, "clip_norm": CLIP, "steps": STEPS})
    draw = golden.Draw(file)
    ids, targets = draw.integers(vocabulary, batch, context), draw.integers(vocabulary, batch, context)
    weights = draw_weights(draw, layers, width, context, vocabulary)
    c.input("ids", ids)
    c.input("targets", targets)
    for name, w in weights.items():
        c.input(name, w)
        w.requires_grad_()
    logits = forward(weights, ids, layers, heads)
    loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()
    c.result("logits", logits)
    c.result("loss", loss)
    for name, w in weights.items():
        c.result("grad." + name, w.grad)
    losses, norms = train({name: w.detach() for name, w in weights.items()}, ids, targets, layers, heads)
    c.result("losses", losses)
    c.result("norms", norms)
    golden.write(file, "A GPT-2 with given weights, by PyTorch in double precision. Made by tools/goldens/make.py.", [c])


def make():
    model("gpt", layers=2, heads=3, width=15, context=7, vocabulary=13, batch=3)
    model("gpt-b", layers=1, heads=2, width=22, context=5, vocabulary=31, batch=2)
