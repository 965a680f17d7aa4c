"""
The golden file format, and numbers that survive it.

Inputs are multiples of a power of two with few digits: the same number in decimal, in single and in double precision, so
a test that reads them starts from exactly what PyTorch saw. They come from Python's own generator, seeded with the name
of the case: adding a case changes no other one, and no version of PyTorch changes an input.

Results are rounded to ten significant digits, which the last bits of a sum almost never reach, so that another machine
writes the same file but for a last digit or two. What is smaller than 1e-12 is rounding noise and is written as 0.
"""

import json
import random
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "Goldens"


class Draw:
    """Random inputs for one case."""

    def __init__(self, name):
        self.random = random.Random(name)

    def normal(self, *shape, scale=1.0, shift=0.0, grain=64, away=(), distinct=False):
        """Normal numbers rounded to multiples of 1/grain, at least 1/16 away from the points in `away`."""
        count = torch.Size(shape).numel()
        values = []
        while len(values) < count:
            v = round((shift + scale * self.random.gauss(0, 1)) * grain) / grain
            if all(abs(v - p) >= 1 / 16 for p in away) and not (distinct and v in values):
                values.append(v)
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def positive(self, *shape):
        """Numbers between 1/4 and about 4, for logarithms, roots and divisors."""
        return self.normal(*shape).abs() + 0.25

    def integers(self, limit, *shape):
        """Integers from 0 to limit − 1."""
        count = torch.Size(shape).numel()
        return torch.tensor([self.random.randrange(limit) for _ in range(count)], dtype=torch.int64).reshape(shape)


class Case:
    """One named computation: attributes, and arrays in the order they were added."""

    def __init__(self, name, op, attributes):
        self.name, self.op, self.attributes, self.inputs, self.arrays = name, op, attributes, [], []

    def input(self, name, tensor):
        """An array a test feeds in: written exactly."""
        self.inputs.append(name)
        self.arrays.append((name, list(tensor.shape), [exact(v) for v in tensor.detach().flatten().tolist()]))

    def result(self, name, tensor):
        """An array a test compares with: rounded."""
        self.arrays.append((name, list(tensor.shape), [rounded(v) for v in tensor.detach().flatten().tolist()]))


def exact(v):
    """The shortest decimal that reads back as v; integers without a point."""
    return repr(int(v)) if v == int(v) and abs(v) < 2**53 else repr(v)


def rounded(v):
    """v to ten significant digits."""
    if v != v or v in (float("inf"), float("-inf")):
        raise ValueError("a golden result must be finite")
    return "0" if abs(v) < 1e-12 else exact(float(f"{v:.9e}"))


def write(file, about, cases):
    """Writes tests/Goldens/<file>.json with one array per line."""
    names = [c.name for c in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{file}: two cases have the same name")
    blocks = []
    for c in cases:
        arrays = ",\n".join(f'        {json.dumps(n)}: {{"shape": {s}, "values": [{", ".join(v)}]}}' for n, s, v in c.arrays)
        blocks.append(
            "    {\n"
            f'      "name": {json.dumps(c.name)},\n'
            f'      "op": {json.dumps(c.op)},\n'
            f'      "attributes": {json.dumps(c.attributes)},\n'
            f'      "inputs": {json.dumps(c.inputs)},\n'
            f'      "arrays": {{\n{arrays}\n      }}\n'
            "    }")
    text = f'{{\n  "about": {json.dumps(about)},\n  "cases": [\n' + ",\n".join(blocks) + "\n  ]\n}\n"
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{file}.json"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(cases)} cases, {len(text):,} bytes")
