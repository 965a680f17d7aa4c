"""
Optimizers: 100 steps each on one small problem, fitting tanh(x·W + b) to targets.

The loss is the mean of (tanh(x·W + b) − t)² over all elements: smooth, not quadratic, with no exact solution, so gradients
change from step to step and never vanish. Everything is in double precision.
"""

import torch

import golden

STEPS = 100
RECORDED = (1, 2, 3, 10, 50, 100)


def draw_problem():
    draw = golden.Draw("optimizers")
    return {"x": draw.normal(7, 5), "t": draw.normal(7, 3, scale=0.5), "weight": draw.normal(5, 3, scale=0.5), "bias": draw.normal(3, scale=0.5)}


PROBLEM = draw_problem()


def loss(weight, bias):
    return (torch.tanh(PROBLEM["x"] @ weight + bias) - PROBLEM["t"]).square().mean()


def problem():
    c = golden.Case("problem", "problem", {})
    leaves = [PROBLEM[key].clone().requires_grad_() for key in ("weight", "bias")]
    for key, value in PROBLEM.items():
        c.input(key, value)
    value = loss(*leaves)
    value.backward()
    c.result("loss", value)
    c.result("grad.weight", leaves[0].grad)
    c.result("grad.bias", leaves[1].grad)
    return c


def run(name, op, make, clip_norm=None, clip_value=None, **attributes):
    """`make` takes the weight and the bias and gives the optimizer."""
    if clip_norm is not None:
        attributes["clip_norm"] = clip_norm
    if clip_value is not None:
        attributes["clip_value"] = clip_value
    c = golden.Case(name, op, attributes)
    weight, bias = (PROBLEM[key].clone().requires_grad_() for key in ("weight", "bias"))
    optimizer = make(weight, bias)
    losses = []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        value = loss(weight, bias)
        value.backward()
        losses.append(value.item())
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([weight, bias], clip_norm)
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_([weight, bias], clip_value)
        optimizer.step()
        if step in RECORDED:
            c.result(f"weight@{step}", weight)
            c.result(f"bias@{step}", bias)
    losses.append(loss(weight, bias).item())
    c.result("losses", torch.tensor(losses, dtype=torch.float64))
    return c


def simple(name, op, optimizer, clip_norm=None, clip_value=None, **attributes):
    """A case whose attributes are the optimizer's arguments under the names of NAMES."""
    arguments = {NAMES[key]: value for key, value in attributes.items() if key in NAMES}
    if "beta1" in attributes:
        arguments["betas"] = (attributes["beta1"], attributes["beta2"])
    return run(name, op, lambda w, b: optimizer([w, b], **arguments), clip_norm, clip_value, **attributes)


NAMES = {
    "learning_rate": "lr", "momentum": "momentum", "nesterov": "nesterov", "weight_decay": "weight_decay", "epsilon": "eps",
    "rho": "rho", "smoothing": "alpha", "centered": "centered",
}


def make():
    optim = torch.optim
    sgd = {"learning_rate": 0.3, "momentum": 0, "nesterov": False, "weight_decay": 0}
    rms = {"learning_rate": 0.01, "smoothing": 0.99, "epsilon": 1e-8, "momentum": 0, "centered": False}
    adam = {"learning_rate": 0.03, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8, "weight_decay": 0}
    cases = [
        problem(),
        simple("sgd", "sgd", optim.SGD, **sgd),
        simple("sgd: momentum", "sgd", optim.SGD, **{**sgd, "learning_rate": 0.1, "momentum": 0.9}),
        simple("sgd: nesterov", "sgd", optim.SGD, **{**sgd, "learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
        simple("sgd: weight decay", "sgd", optim.SGD, **{**sgd, "weight_decay": 0.05}),
        simple("sgd: momentum and weight decay", "sgd", optim.SGD, **{**sgd, "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.05}),
        simple("sgd: clipped by norm", "sgd", optim.SGD, clip_norm=0.1, **sgd),
        simple("sgd: clipped by value", "sgd", optim.SGD, clip_value=0.05, **sgd),
        simple("adagrad", "adagrad", optim.Adagrad, learning_rate=0.1, epsilon=1e-10, weight_decay=0),
        simple("adadelta", "adadelta", optim.Adadelta, learning_rate=1, rho=0.9, epsilon=1e-6, weight_decay=0),
        simple("rmsprop", "rmsprop", optim.RMSprop, **rms),
        simple("rmsprop: momentum", "rmsprop", optim.RMSprop, **{**rms, "learning_rate": 0.003, "momentum": 0.9}),
        simple("rmsprop: centered", "rmsprop", optim.RMSprop, **{**rms, "epsilon": 1e-4, "centered": True}),
        simple("adam", "adam", optim.Adam, **adam),
        simple("adam: default betas", "adam", optim.Adam, **{**adam, "beta2": 0.999}),
        simple("adam: decay in the gradient", "adam", optim.Adam, **{**adam, "weight_decay": 0.05}),
        simple("adam: clipped by norm", "adam", optim.Adam, clip_norm=0.1, **adam),
        simple("adam: clipped by value", "adam", optim.Adam, clip_value=0.05, **adam),
        simple("adamw", "adamw", optim.AdamW, **{**adam, "weight_decay": 0.1}),
        run("adamw: two groups", "adamw_groups",
            lambda w, b: optim.AdamW([{"params": [w], "lr": 0.03, "weight_decay": 0.2}, {"params": [b], "lr": 0.01, "weight_decay": 0}],
                                     betas=(0.9, 0.99), eps=1e-8),
            beta1=0.9, beta2=0.99, epsilon=1e-8,
            weight_learning_rate=0.03, weight_weight_decay=0.2, bias_learning_rate=0.01, bias_weight_decay=0),
    ]
    golden.write("optimizers", "100 steps of each optimizer, by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
