"""Skip-gram with negative sampling: the loss, and the gradients of both tables of vectors. PyTorch has no such loss of its own; it is written from the paper's formula."""

import torch
from torch.nn.functional import logsigmoid

import golden


def case(name, words, width, pairs, negatives):
    full = f"skip-gram: {name}"
    draw = golden.Draw(full)
    c = golden.Case(full, "skip_gram", {})
    v, u = draw.normal(words, width), draw.normal(words, width)
    centres, neighbours, noise = (draw.integers(words, *shape) for shape in ((pairs,), (pairs,), (pairs, negatives)))
    for key, value in (("v", v), ("u", u), ("centres", centres), ("neighbours", neighbours), ("noise", noise)):
        c.input(key, value)
    v.requires_grad_(True)
    u.requires_grad_(True)
    near = (v[centres] * u[neighbours]).sum(-1)
    far = (v[centres].unsqueeze(1) * u[noise]).sum(-1)
    loss = -(logsigmoid(near) + logsigmoid(-far).sum(-1)).mean()
    loss.backward()
    c.result("loss", loss)
    c.result("grad.v", v.grad)
    c.result("grad.u", u.grad)
    return c


def make():
    cases = [case("words that repeat", words=5, width=3, pairs=12, negatives=4), case("one pair", words=4, width=7, pairs=1, negatives=1)]
    golden.write("skip-gram", "Skip-gram with negative sampling by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
