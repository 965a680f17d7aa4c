"""
The lab `optimizers`: every place that eight optimizers visit on x² + 10·y² from (−4, 2), in double precision, and the
first step from which on the height stays at or below the threshold.
"""

import torch

import golden

STEPS, CONDITION, THRESHOLD = 300, 10, 0.01
optim = torch.optim
CONTENDERS = {
    "SGD": (0.09, lambda w, rate: optim.SGD([w], lr=rate)),
    "momentum": (0.01, lambda w, rate: optim.SGD([w], lr=rate, momentum=0.9)),
    "Nesterov": (0.01, lambda w, rate: optim.SGD([w], lr=rate, momentum=0.9, nesterov=True)),
    "AdaGrad": (0.5, lambda w, rate: optim.Adagrad([w], lr=rate)),
    "AdaDelta": (1.0, lambda w, rate: optim.Adadelta([w], lr=rate)),
    "RMSProp": (0.05, lambda w, rate: optim.RMSprop([w], lr=rate)),
    "Adam": (0.3, lambda w, rate: optim.Adam([w], lr=rate)),
    "AdamW": (0.3, lambda w, rate: optim.AdamW([w], lr=rate)),
}


def run(name, rate, make_optimizer):
    w = torch.tensor([-4, 2], dtype=torch.float64, requires_grad=True)
    curvature = torch.tensor([1, CONDITION], dtype=torch.float64)
    optimizer = make_optimizer(w, rate)
    path, heights = [w.detach().clone()], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        height = (curvature * w * w).sum()
        height.backward()
        heights.append(height.item())
        optimizer.step()
        path.append(w.detach().clone())
    heights.append((curvature * w * w).sum().item())
    arrived = max((i for i, h in enumerate(heights) if not h <= THRESHOLD), default=-1) + 1
    attributes = {"learning_rate": rate, "condition": CONDITION, "steps": STEPS, "threshold": THRESHOLD, "arrived": arrived if arrived <= STEPS else None}
    c = golden.Case(name, "path", attributes)
    c.result("path", torch.stack(path))
    return c


def make():
    cases = [run(name, rate, make_optimizer) for name, (rate, make_optimizer) in CONTENDERS.items()]
    golden.write("optimizer-paths", "Eight optimizers on x² + 10·y², by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
