"""Learning rate schedules: the rate of each of 100 steps."""

import math

import torch
from torch.optim import lr_scheduler

import golden

STEPS = 100


def run(name, op, make, rate, **attributes):
    """values[i] is what step i (from 0) uses."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    schedule = make(optimizer)
    values = []
    for step in range(STEPS):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < STEPS - 1:
            schedule.step()
    return case(name, op, values, learning_rate=rate, **attributes)


def case(name, op, values, **attributes):
    c = golden.Case(name, op, attributes)
    c.result("values", torch.tensor(values, dtype=torch.float64))
    return c


def warmup_cosine(step, rate, warmup, steps, lowest):
    """nanoGPT's: a line up over the warm-up, half a cosine down to the lowest rate, flat after that."""
    if step < warmup:
        return rate * (step + 1) / (warmup + 1)
    if step > steps:
        return lowest
    return lowest + 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) * (rate - lowest)


def make():
    cases = [
        run("step", "step", lambda o: lr_scheduler.StepLR(o, step_size=30, gamma=0.3), 0.1, every=30, factor=0.3),
        run("cosine", "cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=100, eta_min=0.001), 0.1, steps=100, lowest=0.001),
        run("linear: up", "linear", lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, end_factor=1, total_iters=37), 0.01,
            start_factor=0.1, end_factor=1, steps=37),
        run("linear: down", "linear", lambda o: lr_scheduler.LinearLR(o, start_factor=1, end_factor=0.05, total_iters=100), 0.02,
            start_factor=1, end_factor=0.05, steps=100),
        run("one cycle", "one_cycle",
            lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=STEPS, pct_start=0.3, div_factor=25, final_div_factor=1e4, cycle_momentum=False), 0.1,
            steps=STEPS, rising_share=0.3, start_divisor=25, final_divisor=1e4),
    ]
    for name, warmup, steps in (("warm-up and cosine", 10, 100), ("warm-up and cosine: flat at the end", 7, 80), ("warm-up and cosine: no warm-up", 0, 100)):
        values = [warmup_cosine(i, 0.006, warmup, steps, 0.0006) for i in range(STEPS)]
        cases.append(case(name, "warmup_cosine", values, learning_rate=0.006, warmup=warmup, steps=steps, lowest=0.0006))
    golden.write("schedules", "Learning rates of 100 steps, by PyTorch in double precision. Made by tools/goldens/make.py.", cases)
