"""
A PyTorch twin of `longhand train --model rnn|lstm|gru`: the same layers, first weights, recipe and text split.

    python3 tools/twins/train_recurrent.py TEXT --model lstm --preset laptop --threads 2
    python3 tools/twins/train_recurrent.py --bench --model gru --preset speed

Windows begin with an empty memory in training and in measuring, as there. What else is the same and what is not, and what a fair
comparison needs: train_gpt.py.
"""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

import train_gpt

KINDS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@dataclass(frozen=True)
class Preset:
    layers: int
    width: int
    context: int
    batch: int
    steps: int
    learning_rate: float
    dropout: float = 0.0
    warmup: int = 100
    beta2: float = 0.99
    decay: float = 0.1
    clip: float = 1.0


PRESETS = {
    "capstone": Preset(2, 128, 64, batch=32, steps=2000, learning_rate=5e-3),
    "laptop": Preset(2, 256, 128, batch=32, steps=4000, learning_rate=4e-3, dropout=0.2),
    "speed": Preset(2, 128, 50, batch=50, steps=1000, learning_rate=2e-3),
}


class Recurrent(nn.Module):
    def __init__(self, kind, p, vocabulary):
        super().__init__()
        self.dropout = p.dropout
        self.tokens = nn.Embedding(vocabulary, p.width)
        self.layers = KINDS[kind](p.width, p.width, p.layers, batch_first=True, dropout=p.dropout)
        self.output = nn.Linear(p.width, vocabulary)
        for name, w in self.layers.named_parameters():
            gates = w.split(p.width)
            if "weight_ih" in name:
                for gate in gates:
                    nn.init.xavier_uniform_(gate)
            elif "weight_hh" in name:
                for gate in gates:
                    nn.init.orthogonal_(gate)
            else:
                nn.init.zeros_(w)
                if kind == "lstm" and "bias_ih" in name:
                    nn.init.ones_(gates[1])
        nn.init.xavier_uniform_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids, targets):
        """The mean loss over the targets; −1 is left out."""
        x = F.dropout(self.tokens(ids), self.dropout, self.training)
        h, _ = self.layers(x)
        logits = self.output(F.dropout(h, self.dropout, self.training))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)

    def load_with_one_bias(self, weights):
        """
        Takes the weights of a model that has one bias where PyTorch adds two, and returns how many numbers of this one are held at zero
        from now on, so that both learn the same. Of a GRU's second bias the new gate's part learns: the reset gate multiplies it, so
        it is no part of the first.
        """
        weights, held = dict(weights), 0
        for name, w in self.named_parameters():
            if "bias_hh" in name:
                own = weights.get(name, torch.zeros(0))
                first = len(w) - len(own)
                weights[name] = F.pad(own, (first, 0))
                if len(own) == 0:
                    w.requires_grad_(False)
                else:
                    learns = (torch.arange(len(w)) >= first).float()
                    w.register_hook(lambda gradient, learns=learns: gradient * learns)
                held += first
        self.load_state_dict(weights)
        return held


if __name__ == "__main__":
    parser = train_gpt.arguments(__doc__, PRESETS)
    parser.add_argument("--model", choices=KINDS, default="lstm")
    train_gpt.main(parser, PRESETS, lambda args: lambda p, vocabulary: Recurrent(args.model, p, vocabulary))
