"""Expressions of single numbers, some of them used several times: value and gradients, for the scalar engine."""

import torch

import golden


def tangled(a, b):
    """Every number goes several ways."""
    c = a + b
    d = a * b + b ** 3
    c = c + c + 1
    c = c + 1 + c - a
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    e = c - d
    f = e ** 2
    return f / 2 + 10 / f


def neuron(x1, x2, w1, w2, b):
    return (x1 * w1 + x2 * w2 + b).tanh()


def logistic(w, x, b):
    """The loss −log σ(w·x + b) of one example of class 1."""
    return -torch.sigmoid(w * x + b).log()


def softmax(a, b, c):
    """−log of the middle one's share."""
    total = a.exp() + b.exp() + c.exp()
    return -(b.exp() / total).log()


def bell(x, m, s):
    """A normal density but for its constant."""
    return (-((x - m) / s) ** 2 / 2).exp() / s


def roots(a, b):
    return (a ** 2 + b ** 2) ** 0.5 - a ** -1.5 * b


def hinge(w1, w2, x1, x2):
    score = (w1 * x1 + w2 * x2).relu()
    return (1 - score).relu() + 0.125 * (w1 * w1 + w2 * w2)


def fractions(a, b, c):
    return a / (b / c) - (c / a - b) / (a * c)


EXPRESSIONS = [
    ("tangled", tangled, dict(a=-4.0, b=2.0)),
    ("tangled: another point", tangled, dict(a=1.5, b=-0.75)),
    ("neuron", neuron, dict(x1=2.0, x2=0.5, w1=-0.75, w2=1.0, b=1.25)),
    ("neuron: saturated", neuron, dict(x1=4.0, x2=-3.0, w1=2.0, w2=-1.0, b=1.0)),
    ("logistic", logistic, dict(w=0.75, x=-1.5, b=0.25)),
    ("softmax", softmax, dict(a=1.0, b=-0.5, c=2.25)),
    ("bell", bell, dict(x=1.25, m=0.5, s=0.75)),
    ("roots", roots, dict(a=3.0, b=-4.0)),
    ("hinge: open", hinge, dict(w1=0.5, w2=-0.25, x1=1.0, x2=1.5)),
    ("hinge: closed", hinge, dict(w1=0.5, w2=-0.25, x1=-1.0, x2=1.5)),
    ("fractions", fractions, dict(a=1.5, b=-2.5, c=0.75)),
]


def make():
    cases = []
    for name, expression, numbers in EXPRESSIONS:
        c = golden.Case(name, expression.__name__, {})
        inputs = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in numbers.items()}
        for key, value in inputs.items():
            c.input(key, value)
        y = expression(**inputs)
        y.backward()
        c.result("y", y)
        for key, value in inputs.items():
            c.result("grad." + key, value.grad)
        cases.append(c)
    golden.write("scalar", "Expressions of single numbers, by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
