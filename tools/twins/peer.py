"""
The other side of `longhand bench --peers`: does the same work in PyTorch or NumPy, when it is told to.

    python3 tools/twins/peer.py torch 2        or: numpy 1

One request per line comes in on standard input, one JSON object on one line goes back on standard output; between requests the
process waits in a read and uses no processor. It ends when its input does, so nothing is left behind when the other side goes.

    {"do": "hello"}                                                     what is installed here
    {"do": "product", "batch", "m", "n", "k", "transpose_a", "transpose_b"}   makes the matrices, gives a check sum of the product
    {"do": "multiply", "seconds"}                                       that product again and again: count, seconds
    {"do": "model", "kind", "file", "layers", "width", "context", "batch", "vocabulary", "ids", "targets",
     "learning_rate", "beta2", "decay", "clip"}                         a model with the weights in the file: how many parameters learn
    {"do": "steps", "count"}                                            so many training steps on the batch: losses
    {"do": "train", "seconds", "least"}                                 as many as fit, at least so many: count, seconds
    {"do": "drop"}                                                      forgets matrices and model

A request that fails is answered by {"error": "…"}, one for a library that is not installed by {"missing": "torch"}.
The kind is gpt, which also has "heads", or rnn, lstm or gru. Models and the training step are those of train_gpt.py and train_recurrent.py
beside this file.
"""

import json
import signal
import sys
import time

import blas

DIVISOR = 97


def products(state, library, transposed, multiply):
    """The requests "product" and "multiply" over one of the two libraries, which differ in three calls."""
    def whole_numbers(count, factor, modulus):
        # Small whole numbers: their products are exact in single precision whatever the order, so check sums can be compared exactly.
        values = np.arange(count, dtype=np.int64) * factor % modulus - modulus // 2
        return library(values.astype(np.float32))

    def product(r):
        batch, m, n, k = r["batch"], r["m"], r["n"], r["k"]
        a = whole_numbers(batch * m * k, 7, 13).reshape((batch, k, m) if r["transpose_a"] else (batch, m, k))
        b = whole_numbers(batch * k * n, 5, 11).reshape((batch, n, k) if r["transpose_b"] else (batch, k, n))
        y = library(np.empty((batch, m, n), np.float32))
        if batch == 1:
            a, b, y = a[0], b[0], y[0]
        # A transposed side is a view: what the library does about it is part of its time.
        a, b = (transposed(a) if r["transpose_a"] else a), (transposed(b) if r["transpose_b"] else b)
        state["run"] = lambda: multiply(a, b, y)
        state["run"]()
        flat = np.asarray(y).reshape(-1).astype(np.float64)
        return {"check": float(flat @ (np.arange(flat.size) % DIVISOR))}

    def time_product(r):
        return timed(state["run"], r["seconds"], least=1)

    return {"product": product, "multiply": time_product}


def timed(run, seconds, least):
    """Looks at the clock only every so often, since short calls take less than a look at it."""
    count, calls, start = 0, 1, time.perf_counter()
    while True:
        for _ in range(calls):
            run()
        count += calls
        taken = time.perf_counter() - start
        if taken >= seconds and count >= least:
            return {"count": count, "seconds": taken}
        calls = max(1, int(0.01 * count / taken))


def training(state, torch):
    """The requests about models."""
    import train_gpt
    import train_recurrent

    def read_weights(path):
        """The tensors of a safetensors file: the length of a JSON header, the header, the numbers."""
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
        for name, entry in header.items():
            if name != "__metadata__":
                first, last = (offset // 4 for offset in entry["data_offsets"])
                yield name, numbers[first:last].reshape(entry["shape"])

    def named(weights, names):
        """Weights as the twins have them: embeddings as in the file, every other matrix (out, in), which the file has as (in, out)."""
        for name, values in weights:
            for ours, theirs in names:
                name = name.replace(ours, theirs)
            is_layer = values.dim() == 2 and not name.startswith(("tokens", "positions"))
            yield name, values.t().contiguous() if is_layer else values

    def gpt(r, recipe):
        p = train_gpt.Preset(heads=r["heads"], **recipe)
        twin = train_gpt.Gpt(p, r["vocabulary"])
        names = (("transformer.", ""), ("wte", "tokens"), ("wpe", "positions"), ("h.", "blocks."), ("attn.c_attn", "qkv"), ("attn.c_proj", "project"),
                 ("mlp.c_fc", "expand"), ("mlp.c_proj", "contract"), ("ln_f", "norm"))
        twin.load_state_dict({**dict(twin.named_buffers()), **dict(named(read_weights(r["file"]), names))})
        return p, twin, 0

    def recurrent(r, recipe):
        p = train_recurrent.Preset(**recipe)
        twin = train_recurrent.Recurrent(r["kind"], p, r["vocabulary"])
        names = (("embedding.", "tokens."), (r["kind"] + ".", "layers."))
        return p, twin, twin.load_with_one_bias(named(read_weights(r["file"]), names))

    def model(r):
        recipe = {key: r[key] for key in ("layers", "width", "context", "batch", "learning_rate", "beta2", "decay", "clip")}
        p, twin, held = (gpt if r["kind"] == "gpt" else recurrent)(r, {**recipe, "steps": 0})
        ids, targets = (torch.tensor(r[key]).view(p.batch, p.context) for key in ("ids", "targets"))
        optimizer = train_gpt.make_optimizer(twin, p)
        # Reading the loss is part of a step: whoever trains wants to see it.
        state["step"] = lambda: train_gpt.train_step(twin, optimizer, p, ids, targets).item()
        return {"parameters": sum(w.numel() for w in twin.parameters()) - held}

    return {
        "model": model,
        "steps": lambda r: {"losses": [state["step"]() for _ in range(r["count"])]},
        "train": lambda r: timed(state["step"], r["seconds"], r["least"]),
    }


def serve(library_name, threads):
    try:
        if library_name == "torch":
            import torch
        global np
        import numpy as np
    except ModuleNotFoundError as problem:
        missing = problem.name or library_name
        return {"hello": lambda r: {"missing": missing}}
    state = {}
    if library_name == "torch":
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        made = products(state, torch.from_numpy, lambda x: x.transpose(-1, -2), lambda a, b, y: torch.matmul(a, b, out=y))
        taught = training(state, torch)
        requests, version = {**made, **taught}, torch.__version__
        multiply = lambda: torch.ones(64, 64) @ torch.ones(64, 64)
    else:
        requests, version = products(state, np.asarray, lambda x: np.swapaxes(x, -1, -2), lambda a, b, y: np.matmul(a, b, out=y)), np.__version__
        multiply = lambda: np.ones((64, 64), np.float32) @ np.ones((64, 64), np.float32)

    def hello(r):
        multiply()
        found = blas.describe()
        if library_name == "torch" and torch.backends.mkl.is_available():
            found = {"blas": "MKL"}
        return {"library": library_name, "version": version, "threads": threads, "python": sys.version.split()[0], **found}

    return {**requests, "hello": hello, "drop": lambda r: state.clear() or {}}


def main():
    # Ctrl-C reaches every process of a terminal; this one is ended by the one that started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    requests = serve(sys.argv[1], int(sys.argv[2]))
    while line := sys.stdin.readline():
        try:
            request = json.loads(line)
            answer = requests[request["do"]](request)
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
