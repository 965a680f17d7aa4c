"""
Recurrent layers by PyTorch's nn.RNN, nn.LSTM and nn.GRU: outputs, last states, and the gradient of every input and parameter.

Weights are written (in, gates·width), and one bias instead of PyTorch's two: bias_ih is what is added to x·W, and the second is zero, but
for the third gate of a GRU, where it has a meaning of its own and is called bias_hh here.
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
