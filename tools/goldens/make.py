"""Regenerates every golden file in tests/Goldens: python3 tools/goldens/make.py"""

import torch

import gpt
import ops
import optimizer_paths
import optimizers
import recurrent
import scalar
import schedules
import skipgram

if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for script in (ops, optimizers, optimizer_paths, scalar, schedules, gpt, recurrent, skipgram):
        script.make()
