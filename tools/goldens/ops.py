"""
Every operation of the engine: inputs, value, an upstream gradient dy, and the gradient of Σ y⊙dy for every input.

What PyTorch 1.13 lacks (RMS norm, attention whose fully masked rows are zero, rotary positions) is written here from its
formula in a few lines of differentiable PyTorch.
"""

import math

import torch
import torch.nn.functional as F

import golden

CASES = []


def case(name, op, inputs, compute, constants=(), more=None, **attributes):
    """
    Adds one case. Float inputs get gradients unless named in `constants`. `compute` takes the inputs by name; `more` gives
    further results that have no gradient.
    """
    c = golden.Case(name, op, attributes)
    leaves = {}
    for key, value in inputs.items():
        c.input(key, value)
        leaves[key] = value.clone().requires_grad_(value.is_floating_point() and key not in constants)
    y = compute(**leaves)
    dy = golden.Draw(name + " dy").normal(*y.shape)
    (y * dy).sum().backward()
    c.result("y", y)
    for key, value in (more or {}).items():
        c.result(key, value)
    c.input("grad.y", dy)
    c.inputs.remove("grad.y")
    for key, leaf in leaves.items():
        if leaf.requires_grad:
            c.result("grad." + key, leaf.grad if leaf.grad is not None else torch.zeros_like(leaf))
    CASES.append(c)


# ---- element by element ----

BROADCASTS = {
    "equal shapes": ((3, 5), (3, 5)),
    "a scalar on the right": ((2, 7), ()),
    "a scalar on the left": ((), (5, 3)),
    "a row": ((4, 7), (7,)),
    "a column": ((5, 3), (5, 1)),
    "a middle axis": ((2, 1, 5), (2, 3, 5)),
    "both sides": ((3, 1, 5), (7, 1)),
    "size-1 axes at both ends": ((1, 3, 1), (2, 1, 5)),
    "rank 4 and rank 2": ((2, 3, 1, 5), (7, 1)),
}


def arithmetic():
    functions = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div}
    for op, f in functions.items():
        for kind, (left, right) in BROADCASTS.items():
            name = f"{op}: {kind}"
            draw = golden.Draw(name)
            a = draw.normal(*left)
            b = draw.positive(*right) if op == "divide" else draw.normal(*right)
            case(name, op, {"a": a, "b": b}, lambda a, b, f=f: f(a, b))
    for op, f in {"minimum": torch.minimum, "maximum": torch.maximum}.items():
        draw = golden.Draw(op)
        a = draw.normal(3, 7)
        b = a + draw.normal(3, 7, away=[0])
        case(op, op, {"a": a, "b": b}, lambda a, b, f=f: f(a, b))
    for kind, (left, right) in {"equal shapes": ((3, 5), (3, 5)), "b is a row": ((3, 5), (5,)), "a is a scalar": ((), (3, 5))}.items():
        name = f"where: {kind}"
        draw = golden.Draw(name)
        inputs = {"condition": draw.integers(2, 3, 5), "a": draw.normal(*left), "b": draw.normal(*right)}
        case(name, "where", inputs, lambda condition, a, b: torch.where(condition != 0, a, b))


def functions():
    plain = {
        "negate": torch.neg, "exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "gelu_exact": F.gelu, "silu": F.silu,
        "softplus": lambda x: F.softplus(x, threshold=1000),
    }
    for op, f in plain.items():
        case(op, op, {"x": golden.Draw(op).normal(5, 7, scale=2)}, lambda x, f=f: f(x))
    tails = torch.tensor([-80, -30, -12, -6, -3, -0.0078125, 0, 0.0078125, 3, 6, 12, 30, 80], dtype=torch.float64)
    for op in ("tanh", "sigmoid", "gelu_tanh", "gelu_exact", "silu", "softplus"):
        case(f"{op}: tails", op, {"x": tails}, lambda x, f=plain[op]: f(x))

    for op, f in {"log": torch.log, "sqrt": torch.sqrt}.items():
        case(op, op, {"x": golden.Draw(op).positive(3, 11)}, lambda x, f=f: f(x))
    for op, f in {"relu": F.relu, "abs": torch.abs}.items():
        case(op, op, {"x": golden.Draw(op).normal(3, 11, away=[0])}, lambda x, f=f: f(x))
    for slope in (0.01, 0.2):
        name = f"leaky_relu: {slope}"
        x = golden.Draw(name).normal(3, 11, away=[0])
        case(name, "leaky_relu", {"x": x}, lambda x, s=slope: F.leaky_relu(x, s), slope=slope)
    for exponent in (2, 3, 0.5, -1, -1.5, 0.37):
        name = f"pow: {exponent}"
        case(name, "pow", {"x": golden.Draw(name).positive(2, 3, 5)}, lambda x, e=exponent: x.pow(e), exponent=exponent)
    for exponent in (2, 3):
        name = f"pow: {exponent} of negative numbers"
        case(name, "pow", {"x": golden.Draw(name).normal(13)}, lambda x, e=exponent: x.pow(e), exponent=exponent)
    x = golden.Draw("clamp").normal(5, 7, away=[-0.75, 0.5])
    case("clamp: both limits", "clamp", {"x": x}, lambda x: x.clamp(-0.75, 0.5), lo=-0.75, hi=0.5)
    case("clamp: only the lower limit", "clamp", {"x": x}, lambda x: x.clamp(min=-0.75), lo=-0.75, hi=None)
    case("clamp: only the upper limit", "clamp", {"x": x}, lambda x: x.clamp(max=0.5), lo=None, hi=0.5)


# ---- reducing ----

REDUCTIONS = {
    "the last axis": ((3, 7), [1], False),
    "the first axis, kept": ((5, 3), [0], True),
    "a middle axis": ((2, 5, 3), [1], False),
    "two axes": ((2, 3, 2, 5), [1, 3], False),
    "two axes, kept": ((3, 2, 7), [0, 2], True),
    "all axes": ((3, 5, 2), [0, 1, 2], False),
    "all axes, kept": ((2, 11), [0, 1], True),
    "an axis of size 1": ((4, 1, 3), [1], False),
}


def reductions():
    functions = {"sum": torch.sum, "mean": torch.mean, "amax": torch.amax, "amin": torch.amin}
    for op, f in functions.items():
        for kind, (shape, axes, keep) in REDUCTIONS.items():
            name = f"{op}: {kind}"
            x = golden.Draw(name).normal(*shape, distinct=op.startswith("am"))
            case(name, op, {"x": x}, lambda x, f=f, a=axes, k=keep: f(x, dim=a, keepdim=k), axes=axes, keepdims=keep)
    for correction, word in ((0, "population"), (1, "sample")):
        for kind, (shape, axes, keep) in REDUCTIONS.items():
            if correction == 1 and kind == "an axis of size 1":
                continue  # 0/0
            name = f"variance: {word}, {kind}"
            x = golden.Draw(name).normal(*shape)
            case(name, "variance", {"x": x}, lambda x, c=correction, a=axes, k=keep: x.var(dim=a, correction=c, keepdim=k),
                 axes=axes, keepdims=keep, correction=correction)
    case("sum: an empty axis", "sum", {"x": torch.zeros(2, 0, 3, dtype=torch.float64)}, lambda x: x.sum(1), axes=[1], keepdims=False)


# ---- matrix products and moving ----

def products():
    shapes = {
        "2-D": ((5, 7), (7, 3)),
        "a row times a matrix": ((1, 11), (11, 5)),
        "a column times a row": ((7, 1), (1, 5)),
        "larger": ((7, 13), (13, 11)),
        "batched, 3-D": ((3, 5, 2), (3, 2, 7)),
        "batched, 4-D": ((2, 3, 5, 4), (2, 3, 4, 1)),
        "one matrix for the whole batch": ((2, 3, 5), (5, 7)),
        "one left matrix for the whole batch": ((5, 3), (2, 3, 7)),
        "batch axes broadcast on both sides": ((2, 1, 3, 5), (3, 5, 2)),
    }
    for kind, (left, right) in shapes.items():
        name = f"matmul: {kind}"
        draw = golden.Draw(name)
        case(name, "matmul", {"a": draw.normal(*left), "b": draw.normal(*right)}, lambda a, b: a @ b)


def moving():
    for shape, axes in (((3, 5), (0, 1)), ((2, 3, 5), (1, 2)), ((2, 3, 5, 4), (1, 2)), ((3, 1, 4), (0, 2))):
        name = f"transpose: {shape}, axes {axes[0]} and {axes[1]}"
        case(name, "transpose", {"x": golden.Draw(name).normal(*shape)}, lambda x, a=axes: x.transpose(*a), axes=list(axes))
    for shape, axes in (((2, 3, 5), (2, 0, 1)), ((2, 3, 5), (1, 0, 2)), ((2, 3, 1, 5), (3, 1, 0, 2))):
        name = f"permute: {shape} to {axes}"
        case(name, "permute", {"x": golden.Draw(name).normal(*shape)}, lambda x, a=axes: x.permute(a), axes=list(axes))
    for shape, to in (((3, 10), (5, 6)), ((2, 3, 5), (30,)), ((12,), (2, 1, 6))):
        name = f"reshape: {shape} to {to}"
        case(name, "reshape", {"x": golden.Draw(name).normal(*shape)}, lambda x, t=to: x.reshape(t), shape=list(to))
    slices = {
        "rows": ((7, 3), [2, 0], [5, 3]),
        "columns": ((3, 7), [0, 1], [3, 6]),
        "ranges on three axes": ((4, 5, 6), [1, 0, 2], [3, 4, 5]),
        "one element of an axis": ((3, 5, 2), [0, 4, 0], [3, 5, 2]),
    }
    for kind, (shape, starts, ends) in slices.items():
        name = f"slice: {kind}"
        ranges = tuple(slice(s, e) for s, e in zip(starts, ends))
        case(name, "slice", {"x": golden.Draw(name).normal(*shape)}, lambda x, r=ranges: x[r], starts=starts, ends=ends)
    joins = {
        "axis 0": (0, [(2, 3), (1, 3), (4, 3)]),
        "axis 1": (1, [(2, 3, 5), (2, 1, 5)]),
        "the last axis": (2, [(2, 3, 1), (2, 3, 4), (2, 3, 2)]),
    }
    for kind, (axis, shapes) in joins.items():
        name = f"concatenate: {kind}"
        draw = golden.Draw(name)
        inputs = {f"x{i}": draw.normal(*s) for i, s in enumerate(shapes)}
        case(name, "concatenate", inputs, lambda a=axis, **x: torch.cat(list(x.values()), a), axis=axis)
    for axis in (0, 1, 2):
        name = f"stack: axis {axis}"
        draw = golden.Draw(name)
        inputs = {f"x{i}": draw.normal(3, 5) for i in range(2 + axis % 2)}
        case(name, "stack", inputs, lambda a=axis, **x: torch.stack(list(x.values()), a), axis=axis)


def choosing():
    name = "embedding: repeated and unused rows"
    ids = torch.tensor([[3, 0, 3, 10], [6, 3, 1, 0], [6, 6, 10, 3]])
    case(name, "embedding", {"table": golden.Draw(name).normal(11, 5), "ids": ids}, lambda table, ids: F.embedding(ids, table))
    name = "embedding: one row"
    case(name, "embedding", {"table": golden.Draw(name).normal(3, 7), "ids": torch.tensor([2])}, lambda table, ids: table[ids])
    for shape in ((5, 7), (2, 3, 11)):
        name = f"pick: one element of each row of {shape}"
        draw = golden.Draw(name)
        ids = draw.integers(shape[-1], *shape[:-1])
        case(name, "pick", {"x": draw.normal(*shape), "ids": ids}, lambda x, ids: x.gather(-1, ids.unsqueeze(-1)).squeeze(-1))
    for kind, shape, mask, value in (("equal shapes", (3, 7), (3, 7), -2.5), ("the mask is broadcast", (2, 3, 5), (3, 5), 0), ("-1e9", (5, 3), (5, 3), -1e9)):
        name = f"masked_fill: {kind}"
        draw = golden.Draw(name)
        case(name, "masked_fill", {"x": draw.normal(*shape), "mask": draw.integers(2, *mask)},
             lambda x, mask, v=value: x.masked_fill(mask != 0, v), value=value)


# ---- softmax and losses ----

def softmaxes():
    functions = {"softmax": F.softmax, "log_softmax": F.log_softmax}
    for op, f in functions.items():
        for kind, shape, axis in (("the last axis", (5, 7), 1), ("the last of three axes", (2, 3, 17), 2), ("a middle axis", (2, 5, 3), 1),
                                  ("the first axis", (7, 2), 0), ("an axis of size 1", (3, 1), 1)):
            name = f"{op}: {kind}"
            x = golden.Draw(name).normal(*shape, scale=2)
            case(name, op, {"x": x}, lambda x, f=f, a=axis: f(x, dim=a), axis=axis)
        x = torch.tensor([[1e4, -1e4, 9999, 1e4, 0], [-1e4, -1e4, -9998, -1e4, -9999.5], [1e4, 1e4, 1e4, 1e4, 1e4]], dtype=torch.float64)
        case(f"{op}: logits of 1e4", op, {"x": x}, lambda x, f=f: f(x, dim=1), axis=1)


def cross_entropies():
    for reduction in ("mean", "none"):
        for ignore in (None, -1):
            for smoothing in (0, 0.1):
                name = f"cross_entropy: {reduction}" + (", an ignored index" if ignore else "") + (", smoothed" if smoothing else "")
                draw = golden.Draw(name)
                targets = draw.integers(11, 7)
                if ignore is not None:
                    targets[1] = targets[4] = ignore
                case(name, "cross_entropy", {"logits": draw.normal(7, 11, scale=2), "targets": targets},
                     lambda logits, targets, i=ignore, s=smoothing, r=reduction:
                         F.cross_entropy(logits, targets, ignore_index=-100 if i is None else i, label_smoothing=s, reduction=r),
                     ignore_index=ignore, label_smoothing=smoothing, reduction=reduction)
    logits = torch.tensor([[1e4, -1e4, 0], [-1e4, 1e4, 9999], [1e4, 1e4, -1e4]], dtype=torch.float64)
    case("cross_entropy: logits of 1e4", "cross_entropy", {"logits": logits, "targets": torch.tensor([1, 1, 0])},
         lambda logits, targets: F.cross_entropy(logits, targets), ignore_index=None, label_smoothing=0, reduction="mean")


def mean_losses():
    shapes = ((7,), (5, 3), (2, 3, 5), (1,))
    for shape in shapes:
        for op, f in {"mean_squared_error": F.mse_loss, "mean_absolute_error": F.l1_loss}.items():
            name = f"{op}: {shape}"
            draw = golden.Draw(name)
            targets = draw.normal(*shape)
            case(name, op, {"x": targets + draw.normal(*shape, away=[0]), "t": targets}, lambda x, t, f=f: f(x, t))
    for delta in (0.5, 1, 2):
        name = f"huber_loss: delta {delta}"
        draw = golden.Draw(name)
        targets = draw.normal(5, 7)
        case(name, "huber_loss", {"x": targets + draw.normal(5, 7, scale=2, away=[-delta, delta]), "t": targets},
             lambda x, t, d=delta: F.huber_loss(x, t, delta=d), delta=delta)
    for shape in shapes:
        name = f"hinge_loss: {shape}"
        draw = golden.Draw(name)
        labels = draw.integers(2, *shape).double() * 2 - 1
        case(name, "hinge_loss", {"x": draw.normal(*shape, scale=2, away=[-1, 1]), "labels": labels},
             lambda x, labels: (1 - labels * x).clamp(min=0).mean(), constants=("labels",))
        for kind in ("hard", "soft"):
            name = f"binary_cross_entropy: {kind} targets of {shape}"
            draw = golden.Draw(name)
            targets = draw.integers(2, *shape).double() if kind == "hard" else draw.integers(65, *shape).double() / 64
            case(name, "binary_cross_entropy", {"x": draw.normal(*shape, scale=3), "t": targets},
                 lambda x, t: F.binary_cross_entropy_with_logits(x, t))
    x = torch.tensor([1e4, 1e4, -1e4, -1e4, 1e4, 0], dtype=torch.float64)
    targets = torch.tensor([1, 0, 1, 0, 0.5, 1], dtype=torch.float64)
    case("binary_cross_entropy: logits of 1e4", "binary_cross_entropy", {"x": x, "t": targets},
         lambda x, t: F.binary_cross_entropy_with_logits(x, t), constants=("t",))


# ---- normalisation ----

def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * weight


def norms():
    for shape, epsilon in (((5, 7), 1e-5), ((2, 3, 13), 1e-5), ((3, 1), 1e-5), ((2, 33), 0.125)):
        n = shape[-1]
        name = f"layer_norm: {shape}, epsilon {epsilon}"
        draw = golden.Draw(name)
        inputs = {"x": draw.normal(*shape, scale=2, shift=1), "weight": draw.normal(n, shift=1), "bias": draw.normal(n)}
        case(name, "layer_norm", inputs, lambda x, weight, bias, e=epsilon: F.layer_norm(x, x.shape[-1:], weight, bias, e), epsilon=epsilon)
        name = f"rms_norm: {shape}, epsilon {epsilon}"
        draw = golden.Draw(name)
        inputs = {"x": draw.normal(*shape, scale=2, shift=1), "weight": draw.normal(n, shift=1)}
        case(name, "rms_norm", inputs, lambda x, weight, e=epsilon: rms_norm(x, weight, e), epsilon=epsilon)
    for kind, shape in (("features last", (7, 5)), ("channels in the middle", (3, 5, 2))):
        for training in (True, False):
            name = f"batch_norm: {kind}, {'training' if training else 'evaluation'}"
            draw = golden.Draw(name)
            inputs = {
                "x": draw.normal(*shape, scale=2, shift=1), "weight": draw.normal(5, shift=1), "bias": draw.normal(5),
                "running_mean": draw.normal(5), "running_variance": draw.positive(5),
            }
            mean, variance = inputs["running_mean"].clone(), inputs["running_variance"].clone()
            case(name, "batch_norm", inputs,
                 lambda x, weight, bias, running_mean, running_variance, t=training, m=mean, v=variance:
                     F.batch_norm(x, m, v, weight, bias, training=t, momentum=0.1, eps=1e-5),
                 constants=("running_mean", "running_variance"),
                 more={"updated_mean": mean, "updated_variance": variance} if training else None,
                 epsilon=1e-5, momentum=0.1, training=training, axis=1)


# ---- attention ----

def attention(q, k, v, heads, causal, lengths=None):
    """q (B, T, H·D), k and v (B, S, H·D) → (B, T, H·D). Query i sees key j when j ≤ i + S − T and j < lengths[b]; none gives 0."""
    B, T, C = q.shape
    S, D = k.shape[1], C // heads
    split = lambda x: x.reshape(B, x.shape[1], heads, D).transpose(1, 2)
    scores = split(q) @ split(k).transpose(2, 3) / math.sqrt(D)
    seen = torch.ones(B, 1, T, S, dtype=torch.bool)
    if causal:
        seen = seen & (torch.arange(S) <= torch.arange(T).unsqueeze(1) + S - T)
    if lengths is not None:
        seen = seen & (torch.arange(S) < lengths.reshape(B, 1, 1, 1))
    weights = torch.softmax(scores.masked_fill(~seen, -1e30), -1) * seen
    return (weights @ split(v)).transpose(1, 2).reshape(B, T, C)


def attentions():
    # name: batch, heads, head size, queries, keys, causal, lengths
    kinds = {
        "no mask": (2, 3, 3, 5, 5, False, None),
        "causal": (2, 3, 3, 5, 5, True, None),
        "one head, head size 1": (1, 1, 1, 7, 7, True, None),
        "lengths": (3, 2, 3, 4, 4, False, [4, 2, 1]),
        "lengths, a sequence of length 0": (2, 1, 5, 3, 3, False, [2, 0]),
        "causal and lengths": (2, 2, 3, 5, 5, True, [4, 1]),
        "causal and lengths, rows that see nothing": (2, 1, 7, 3, 5, True, [0, 3]),
        "more keys than queries": (2, 2, 3, 2, 5, False, None),
        "more keys than queries, causal": (2, 2, 1, 3, 7, True, None),
        "one query, causal": (1, 3, 5, 1, 7, True, None),
    }
    for kind, (B, H, D, T, S, causal, lengths) in kinds.items():
        name = f"attention: {kind}"
        draw = golden.Draw(name)
        inputs = {"q": draw.normal(B, T, H * D), "k": draw.normal(B, S, H * D), "v": draw.normal(B, S, H * D)}
        if lengths is not None:
            inputs["lengths"] = torch.tensor(lengths)
        case(name, "attention", inputs,
             lambda q, k, v, lengths=None, h=H, c=causal: attention(q, k, v, h, c, lengths), heads=H, causal=causal)


def rotary(x, heads, first):
    """x (B, T, H·D): in each head the pair (j, j + D/2) turns by (first + t)·10000^(−2j/D)."""
    B, T, C = x.shape
    D = C // heads
    angle = torch.outer(first + torch.arange(T, dtype=torch.float64), 10000.0 ** (-2 * torch.arange(D // 2, dtype=torch.float64) / D))
    cos, sin = angle.cos().unsqueeze(1), angle.sin().unsqueeze(1)
    a, b = x.reshape(B, T, heads, D).split(D // 2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1).reshape(B, T, C)


def rotaries():
    for B, T, H, D, first in ((2, 5, 3, 6, 0), (1, 7, 1, 2, 0), (2, 3, 2, 10, 11)):
        name = f"rotary: {H} heads of {D}, from position {first}"
        x = golden.Draw(name).normal(B, T, H * D)
        case(name, "rotary", {"x": x}, lambda x, h=H, f=first: rotary(x, h, f), heads=H, first_position=first)


# ---- recurrent layers ----

def recurrent(cell, x, start, weight, bias=None):
    """x (T, B, G·H), what the inputs give each gate; weight (H, G·H); → all states, the start in front."""
    T, B, features = x.shape
    H = weight.shape[0]
    one, zero = torch.eye(features, dtype=torch.float64), torch.zeros(features, dtype=torch.float64)
    if cell == "lstm":
        h, c = [start[0]], [start[1]]
        for t in range(T):
            after = torch.lstm_cell(x[t], (h[-1], c[-1]), one, weight.T, zero, zero)
            h.append(after[0])
            c.append(after[1])
        return torch.stack([torch.stack(h), torch.stack(c)])
    h = [start]
    for t in range(T):
        if cell == "gru":
            h.append(torch.gru_cell(x[t], h[-1], one, weight.T, zero, torch.cat([zero[:2 * H], bias])))
        else:
            h.append(torch.rnn_tanh_cell(x[t], h[-1], one, weight.T, zero, zero))
    return torch.stack(h)


def recurrents():
    for cell, gates in (("rnn", 1), ("lstm", 4), ("gru", 3)):
        for T, B, H in ((1, 1, 1), (5, 2, 3), (3, 5, 17), (50, 1, 2)):
            name = f"{cell}: {T} steps, {B} sequences, {H} units"
            draw = golden.Draw(name)
            start = (2, B, H) if cell == "lstm" else (B, H)
            inputs = {"x": draw.normal(T, B, gates * H), "start": draw.normal(*start), "weight": draw.normal(H, gates * H, scale=0.5)}
            if cell == "gru":
                inputs["bias"] = draw.normal(H)
            case(name, cell, inputs, lambda x, start, weight, bias=None, c=cell: recurrent(c, x, start, weight, bias))


def make():
    CASES.clear()
    for group in (arithmetic, functions, reductions, products, moving, choosing, softmaxes, cross_entropies, mean_losses, norms, attentions, rotaries, recurrents):
        group()
    golden.write("ops", "Values and gradients of every operation, by PyTorch in double precision. Made by tools/goldens/make.py.", CASES)
