"""
Recurrent layers, and the alignments of decoders that look back at an encoder.

Recurrent layers by PyTorch's nn.RNN, nn.LSTM and nn.GRU: outputs, last states, and the gradient of every input and parameter.

Weights are written (in, gates·width), and one bias instead of PyTorch's two: bias_ih is what is added to x·W, and the second is zero, but
for the third gate of a GRU, where it has a meaning of its own and is called bias_hh here.

PyTorch has no additive, general or concat attention of its own: their scores are written here from the formulas.
"""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import golden

GATES = {"rnn": 1, "lstm": 4, "gru": 3}
KINDS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def case(cell, name, inputs, width, batch, steps, layers=1, bidirectional=False, lengths=None, begun=True):
    full = f"{cell}: {name}"
    draw = golden.Draw(full)
    model = KINDS[cell](inputs, width, layers, batch_first=True, bidirectional=bidirectional).double()
    passes = layers * (2 if bidirectional else 1)
    c = golden.Case(full, cell, {"width": width, "layers": layers, "bidirectional": bidirectional})
    x = draw.normal(batch, steps, inputs)
    c.input("x", x)
    x.requires_grad_(True)
    state = None
    if begun:
        shape = (2, passes, batch, width) if cell == "lstm" else (passes, batch, width)
        state = draw.normal(*shape)
        c.input("state", state)
        state.requires_grad_(True)
    if lengths is not None:
        c.input("lengths", torch.tensor(lengths))
    for key, parameter in model.named_parameters():
        if not key.startswith("bias_hh"):
            value = draw.normal(*parameter.shape, scale=0.5)
            c.input(key, value.T if value.dim() == 2 else value)
        else:
            value = torch.zeros_like(parameter)
            if cell == "gru":
                value[2 * width:] = draw.normal(width)
                c.input(key, value[2 * width:])
        with torch.no_grad():
            parameter.copy_(value)

    first = None if state is None else (state[0], state[1]) if cell == "lstm" else state
    given = x if lengths is None else pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    y, last = model(given, first)
    if lengths is not None:
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=steps)
    last = torch.stack(last) if cell == "lstm" else last
    dy, dlast = draw.normal(*y.shape), draw.normal(*last.shape)
    ((y * dy).sum() + (last * dlast).sum()).backward()
    c.result("y", y)
    c.result("last", last)
    c.input("grad.y", dy)
    c.input("grad.last", dlast)
    c.inputs.remove("grad.y")
    c.inputs.remove("grad.last")
    c.result("grad.x", x.grad)
    if state is not None:
        c.result("grad.state", state.grad)
    for key, parameter in model.named_parameters():
        if not key.startswith("bias_hh"):
            c.result("grad." + key, parameter.grad.T if parameter.dim() == 2 else parameter.grad)
        elif cell == "gru":
            c.result("grad." + key, parameter.grad[2 * width:])
    return c


def score(kind, queries, memory, weights):
    """queries (B, Q, m), memory (B, S, n) → (B, Q, S), pair by pair as the papers write it."""
    rows = []
    for q in range(queries.shape[1]):
        for s in range(memory.shape[1]):
            a, b = queries[:, q], memory[:, s]
            if kind == "dot":
                rows.append((a * b).sum(-1))
            elif kind == "general":
                rows.append(((a @ weights["weight.weight"]) * b).sum(-1))
            elif kind == "additive":
                hidden = torch.tanh(a @ weights["query.weight"] + b @ weights["memory.weight"])
                rows.append((hidden @ weights["score.weight"]).squeeze(-1))
            else:
                hidden = torch.tanh(torch.cat([a, b], -1) @ weights["weight"])
                rows.append((hidden @ weights["score.weight"]).squeeze(-1))
    return torch.stack(rows, 1).reshape(queries.shape[0], queries.shape[1], memory.shape[1])


def alignment(kind, name, B, Q, S, query, memory, width, lengths=None):
    shapes = {"dot": {}, "general": {"weight.weight": (query, memory)},
              "additive": {"query.weight": (query, width), "memory.weight": (memory, width), "score.weight": (width, 1)},
              "concat": {"weight": (query + memory, width), "score.weight": (width, 1)}}[kind]
    full = f"{kind}: {name}"
    draw = golden.Draw(full)
    c = golden.Case(full, kind, {"width": width})
    leaves = {"queries": draw.normal(B, Q, query), "memory": draw.normal(B, S, memory)}
    leaves.update({key: draw.normal(*shape, scale=0.5) for key, shape in shapes.items()})
    for key, value in leaves.items():
        c.input(key, value)
        value.requires_grad_(True)
    scores = score(kind, leaves["queries"], leaves["memory"], leaves)
    if lengths is not None:
        c.input("lengths", torch.tensor(lengths))
        scores = scores.masked_fill(torch.arange(S) >= torch.tensor(lengths).reshape(B, 1, 1), float("-inf"))
    weights = scores.softmax(-1)
    context = weights @ leaves["memory"]
    dcontext = draw.normal(*context.shape)
    (context * dcontext).sum().backward()
    c.result("context", context)
    c.result("weights", weights)
    c.input("grad.context", dcontext)
    c.inputs.remove("grad.context")
    for key, value in leaves.items():
        c.result("grad." + key, value.grad)
    return c


def make():
    cases = []
    for cell in GATES:
        cases += [
            case(cell, "one layer", 3, 5, batch=2, steps=4),
            case(cell, "from nothing", 3, 4, batch=2, steps=3, begun=False),
            case(cell, "two layers", 4, 3, batch=3, steps=5, layers=2),
            case(cell, "both directions", 3, 4, batch=2, steps=5, bidirectional=True),
            case(cell, "two layers, both directions", 2, 3, batch=2, steps=3, layers=2, bidirectional=True),
            case(cell, "unequal lengths", 3, 4, batch=4, steps=5, lengths=[5, 2, 1, 4]),
            case(cell, "unequal lengths, two layers, both directions", 3, 2, batch=3, steps=4, layers=2, bidirectional=True, lengths=[2, 4, 1]),
            case(cell, "50 steps", 2, 3, batch=1, steps=50),
        ]
    golden.write("recurrent", "Recurrent layers by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
    cases = []
    for kind in ("additive", "dot", "general", "concat"):
        memory = 3 if kind == "dot" else 5
        cases += [alignment(kind, "a few", 2, 3, 4, 3, memory, 7), alignment(kind, "lengths", 3, 2, 5, 3, memory, 4, lengths=[5, 1, 3])]
    golden.write("alignment", "Attention of a decoder to an encoder, by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
