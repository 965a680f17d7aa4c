"""
The other side of `longhand lab scalar-moons`: trains the same small network on the same points from the same weights,
one Python object for each number, and tells its losses and its time.

    python3 tools/twins/scalar_moons.py < request.json

The request is {"points": [[x1, x2], …], "labels": [-1 or 1, …], "sizes": [2, 16, 16, 1], "parameters": [layer by layer, neuron by
neuron, weights before the bias], "rate": 1.0, "decay": 1e-4, "steps": how many to run, "planned": how many the falling rate is made for}; the
answer {"library", "python", "losses": [one per step], "seconds": [one per step]}.

Andrej Karpathy's micrograd is used where it is installed; else the class below, which does the same work in the same way: a graph of
objects, a closure for each operation's backward, a topological sort by recursion. The clock covers what a step of training needs:
zeroing, forward, loss, backward, update.
"""

import json
import sys
import time


class Node:
    """A number, its gradient, the numbers it was made from, and what to do when the gradient comes back."""

    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.pass_on = data, 0.0, set(parents), lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data + other.data, (self, other))

        def pass_on():
            self.grad += out.grad
            other.grad += out.grad
        out.pass_on = pass_on
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data * other.data, (self, other))

        def pass_on():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.pass_on = pass_on
        return out

    def relu(self):
        out = Node(self.data if self.data > 0 else 0.0, (self,))

        def pass_on():
            self.grad += out.grad if out.data > 0 else 0.0
        out.pass_on = pass_on
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.pass_on()

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1


def engine():
    try:
        from micrograd.engine import Value
        return "micrograd", Value
    except ImportError:
        return "a stand-in for micrograd", Node


def train(request, number):
    sizes, given = request["sizes"], iter(request["parameters"])
    layers = [[([number(next(given)) for _ in range(inputs)], number(next(given))) for _ in range(outputs)] for inputs, outputs in zip(sizes, sizes[1:])]
    parameters = [p for layer in layers for weights, bias in layer for p in (*weights, bias)]

    def forward(x):
        for layer in layers:
            x = [sum((w * v for w, v in zip(weights, x)), bias) for weights, bias in layer]
            x = x if layer is layers[-1] else [v.relu() for v in x]
        return x[0]

    losses, seconds = [], []
    for step in range(request["steps"]):
        start = time.perf_counter()
        scores = [forward([number(v) for v in point]) for point in request["points"]]
        hinges = [(1 + -label * score).relu() for label, score in zip(request["labels"], scores)]
        loss = sum(hinges) * (1.0 / len(hinges)) + request["decay"] * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        rate = request["rate"] * (1.0 - 0.9 * step / request["planned"])
        for p in parameters:
            p.data -= rate * p.grad
        seconds.append(time.perf_counter() - start)
        losses.append(loss.data)
    return losses, seconds


def main():
    sys.setrecursionlimit(100_000)
    name, number = engine()
    losses, seconds = train(json.load(sys.stdin), number)
    print(json.dumps({"library": name, "python": sys.version.split()[0], "losses": losses, "seconds": seconds}))


if __name__ == "__main__":
    main()
