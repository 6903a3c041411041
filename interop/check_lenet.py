"""Go on training a network that someone trained with Adam in TensorFlow 1.

    python check_lenet.py COMMAND lenet.meta

lenet.meta and its checkpoint are those of github.com/Benson516/CarND-Traffic-Sign-Classifier-Project
(MIT). TensorFlow takes ten more steps with the graph's own train op, PyTorch with the model.py (its
loss too), model.pt and optimizer.pt that COMMAND makes of it; both see the same images, without
dropout, in float32 and in float64. Prints how far the parameters went, and how far they and the slots
are apart, in units of a tensor's largest element if above 1; exits with 1 where that passes 1e-6, or
1e-12 in float64.
"""

import importlib.util
import json
import os
import pathlib
import re
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


def widened(graph_def):
    """The same graph in float64: every type and every constant, whose value stays the float32 one."""
    kept = [n for n in graph_def.node if not n.name.startswith("save")]  # what reads files in float32
    del graph_def.node[:]
    graph_def.node.extend(kept)
    for node in graph_def.node:
        for name, attr in node.attr.items():
            if attr.WhichOneof("value") == "type" and attr.type == tf.float32.as_datatype_enum:
                attr.type = tf.float64.as_datatype_enum
            if name == "value" and attr.tensor.dtype == tf.float32.as_datatype_enum:
                value = tf.make_ndarray(attr.tensor).astype(np.float64)
                attr.tensor.CopyFrom(tf.make_tensor_proto(value))
    return graph_def


def tensorflow(meta, dtype):
    with tf.Graph().as_default() as graph, v1.Session() as session:
        saved = v1.MetaGraphDef.FromString(meta.read_bytes())
        graph_def = saved.graph_def if dtype == "float32" else widened(saved.graph_def)
        tf.import_graph_def(graph_def, name="")
        reader = tf.train.load_checkpoint(str(meta.with_suffix("")))
        kept = set(reader.get_variable_to_shape_map())
        held = {}
        for node in graph_def.node:
            if node.op == "VariableV2" and node.name in kept:
                held[node.name] = graph.get_tensor_by_name(node.name + ":0")
                assign = graph.get_operation_by_name(node.name + "/Assign")
                session.run(assign, {assign.inputs[1]: reader.get_tensor(node.name)})
        start = session.run(held)
        losses = []
        for images, labels in batches():
            names = {"Placeholder": images, "Placeholder_1": labels}
            feed = {n + ":0": v for n, v in {**names, "Placeholder_2": 1.0}.items()}
            feed["Placeholder_3:0"] = np.float32(RATE)
            powers = session.run([held["beta1_power"], held["beta2_power"]])
            loss, _ = session.run(["add_3:0", graph.get_operation_by_name("Adam")], feed)
            losses.append(loss.mean())
            for name, power, beta in zip(("beta1_power", "beta2_power"), powers, (0.9, 0.999)):
                # TensorFlow keeps them in float32 whatever the variables are
                assign = graph.get_operation_by_name(name + "/Assign")
                session.run(assign, {assign.inputs[1]: np.float32(power) * np.float32(beta)})
        return start, session.run(held), losses


def pytorch(folder, dtype):
    account = json.loads((folder / "conversion.json").read_text())
    code = (folder / "model.py").read_text()
    if dtype == "float64":
        # model.py prints 0.2 for TensorFlow's float32 number, which float64 has to have as it is
        program, own, rest = code.partition("def _float32(value)")
        program = program.replace("torch.float32", "torch.float64")
        program = re.sub(r"\b0\.\d+\b", lambda n: repr(float(np.float32(n[0]))), program)
        code = program + own + rest
        (folder / "model64.py").write_text(code)
    file = folder / ("model.py" if dtype == "float32" else "model64.py")
    spec = importlib.util.spec_from_file_location("model", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])().to(getattr(torch, dtype))
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    model.eval()
    how = account["optimizer"]
    optimizer = getattr(module, how["class"])(model.parameters(), **how["arguments"])
    module.load_optimizer(optimizer, model, folder / "optimizer.pt")
    for group in optimizer.param_groups:
        group["lr"] = float(np.float32(RATE))
    losses = []
    for images, labels in batches():
        optimizer.zero_grad()
        answer = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
        loss = module.loss(answer, torch.from_numpy(labels), model)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    held = {}
    for name, parameter in model.named_parameters():
        held[name] = parameter
        for key, tensor in optimizer.state[parameter].items():
            held[f"{key} of {name}"] = tensor
    recipes = {t["name"]: t["recipe"] for t in account["tensors"]}
    recipes |= {f"{t['key']} of {t['parameter']}": t["recipe"] for t in how["state"]}
    return held, recipes, losses


def laid_out(values, recipe):
    """A variable as PyTorch holds it."""
    source, *parts = recipe.split(".")
    value = values[source]
    for part in parts:
        kind, _, numbers = part.partition("[")
        numbers = [int(n) for n in numbers.rstrip("]").split(",")]
        value = getattr(np, {"permute": "transpose", "reshape": "reshape"}[kind])(value, numbers)
    return value


def compare(meta, target, dtype):
    """The largest distance of a parameter or a slot."""
    start, expected, losses = tensorflow(meta, dtype)
    held, recipes, found = pytorch(target, dtype)
    moved = max(
        np.abs(laid_out(expected, recipes[n]) - laid_out(start, recipes[n])).max() for n in held
    )
    apart = {True: 0.0, False: 0.0}
    for name, tensor in held.items():
        wanted = laid_out(expected, recipes[name])
        error = np.abs(tensor.detach().numpy() - wanted).max() / max(1, np.abs(wanted).max())
        apart[" of " in name] = max(apart[" of " in name], error)
    relative = max(abs(a / b - 1) for a, b in zip(found, losses))
    print(
        f"{dtype}: parameters and slots went {moved:.2e}; parameters are {apart[False]:.1e} apart,"
        f" slots {apart[True]:.1e}, losses {relative:.1e} of their size"
    )
    return moved, max(apart.values())


def main():
    command, meta = shlex.split(sys.argv[1]), pathlib.Path(sys.argv[2])
    failed = False
    with tempfile.TemporaryDirectory() as work:
        target = pathlib.Path(work) / "out"
        subprocess.run([*command, "convert", str(meta), "-o", str(target)], check=True)
        for dtype, bound in (("float32", 1e-6), ("float64", 1e-12)):
            moved, apart = compare(meta, target, dtype)
            failed |= not apart <= bound < moved
    sys.exit(failed)


if __name__ == "__main__":
    main()
