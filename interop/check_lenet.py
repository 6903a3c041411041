"""Go on training a network that someone trained with Adam in TensorFlow 1.

    python check_lenet.py COMMAND lenet.meta

lenet.meta and its checkpoint are those of github.com/Benson516/CarND-Traffic-Sign-Classifier-Project
(MIT). TensorFlow takes ten more steps with the graph's own train op, PyTorch with the model.py,
model.pt and optimizer.pt that COMMAND makes of it; both see the same images, without dropout. Prints
how far the parameters went and how far they are apart; exits with 1 where that passes 1e-6.
"""

import importlib.util
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np
import tensorflow as tf
import torch

STEPS = 10
RATE = 1e-3
v1 = tf.compat.v1


def batches():
    rng = np.random.default_rng(5)
    for _ in range(STEPS):
        yield rng.integers(0, 256, (16, 32, 32, 3), np.uint8), rng.integers(0, 43, 16)


def tensorflow(meta):
    with tf.Graph().as_default() as graph, v1.Session() as session:
        v1.train.import_meta_graph(str(meta)).restore(session, str(meta.with_suffix("")))
        values = {v.name[:-2]: v for v in v1.trainable_variables()}
        start = session.run(values)
        losses = []
        for images, labels in batches():
            names = {"Placeholder": images, "Placeholder_1": labels}
            feed = {n + ":0": v for n, v in {**names, "Placeholder_2": 1.0}.items()}
            feed["Placeholder_3:0"] = RATE
            loss, _ = session.run(["add_3:0", graph.get_operation_by_name("Adam")], feed)
            losses.append(loss.mean())
        decay = session.run("mul/x:0")
        return start, session.run(values), losses, float(decay)


def pytorch(folder, decay):
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    model.eval()
    how = account["optimizer"]
    optimizer = getattr(module, how["class"])(model.parameters(), **how["arguments"])
    module.load_optimizer(optimizer, model, folder / "optimizer.pt")
    for group in optimizer.param_groups:
        group["lr"] = float(np.float32(RATE))
    sources = {t["name"]: t["sources"][0] for t in account["tensors"]}
    parameters = dict(model.named_parameters())
    decayed = next(p for n, p in parameters.items() if sources[n] == "Variable_4")
    losses = []
    for images, labels in batches():
        optimizer.zero_grad()
        answer = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
        loss = torch.nn.functional.cross_entropy(
            answer, torch.from_numpy(labels), reduction="none"
        )
        loss = (loss + decay * decayed.square().sum() / 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return parameters, {t["name"]: t["recipe"] for t in account["tensors"]}, losses


def main():
    command, meta = shlex.split(sys.argv[1]), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        target = pathlib.Path(work) / "out"
        subprocess.run([*command, "convert", str(meta), "-o", str(target)], check=True)
        start, expected, losses, decay = tensorflow(meta)
        parameters, recipes, found = pytorch(target, decay)
    moved = max(np.abs(expected[n] - start[n]).max() for n in expected)
    apart = 0.0
    for name, parameter in parameters.items():
        source = recipes[name].split(".")[0]
        wanted = expected[source]
        for part in recipes[name].split(".")[1:]:
            kind, _, numbers = part.partition("[")
            numbers = [int(n) for n in numbers.rstrip("]").split(",")]
            wanted = getattr(np, {"permute": "transpose", "reshape": "reshape"}[kind])(
                wanted, numbers
            )
        error = np.abs(parameter.detach().numpy() - wanted)
        apart = max(apart, error.max())
        print(f"{name:20s} largest difference {error.max():.1e}")
    print("losses    ", max(abs(a / b - 1) for a, b in zip(found, losses)), "relative")
    print(f"parameters went {moved:.2e}, are {apart:.1e} apart")
    sys.exit(0 if apart <= 1e-6 else 1)


if __name__ == "__main__":
    main()
