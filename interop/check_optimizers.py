"""Hold optimizers that a conversion took along against TensorFlow's own.

    python check_optimizers.py COMMAND [--dtype float64] [--work DIR] [CASE ...]
    python check_optimizers.py "" --record FILE.zip

For each case TensorFlow trains a small network for ten steps and saves it; COMMAND (the path of
tf2torch, or a whole command line in quotes) converts it; then TensorFlow and PyTorch, with what the
conversion says in its "optimizer", train ten steps more. TensorFlow saves again, and that is converted
too: PyTorch's state has to be what a conversion makes of TensorFlow's. The largest differences of
parameters, and of slots and counters, are printed; a difference counts in units of the largest
element of its tensor where that is above 1. Exits with 1 where one passes 1e-12 in float64, 1e-6 in
float32, unless the conversion calls itself lossy (--stock). With --record, the saved
sources and TensorFlow's parameters at the end, in float64, go into a zip file for tests without
Python.
"""

import argparse
import copy
import importlib.util
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import tensorflow as tf
import torch

STEPS = 10
BOUND = {"float32": 1e-6, "float64": 1e-12}
v1 = tf.compat.v1


def data(dtype):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(8, 5)).astype(dtype)
    y = rng.normal(size=(8, 3)).astype(dtype)
    return x, y


def start(dtype):
    rng = np.random.default_rng(4)
    shapes = {"dense/kernel": (5, 4), "dense/bias": (4,), "out/kernel": (4, 3), "out/bias": (3,)}
    return {name: rng.normal(0, 0.5, shape).astype(dtype) for name, shape in shapes.items()}


def loss_of(x, y, values, square, tanh):
    hidden = tanh(x @ values["dense/kernel"] + values["dense/bias"])
    return square(hidden @ values["out/kernel"] + values["out/bias"] - y)


def ended(folder):
    folder = folder / "end"
    folder.mkdir(exist_ok=True)
    return folder


def tf1(make):
    """Trains with an optimizer of tf.compat.v1.train; the source is a .meta and its checkpoint."""

    def train(folder, dtype):
        x, y = data(dtype)
        with tf.Graph().as_default(), v1.Session() as session:
            inputs = v1.placeholder(dtype, (None, 5), name="x")
            labels = v1.placeholder(dtype, (None, 3), name="y")
            values = {n: v1.get_variable(n, initializer=v) for n, v in start(dtype).items()}
            hidden = tf.tanh(
                tf.nn.bias_add(inputs @ values["dense/kernel"], values["dense/bias"])
            )
            logits = tf.nn.bias_add(hidden @ values["out/kernel"], values["out/bias"])
            loss = tf.reduce_mean(tf.math.squared_difference(logits, labels))
            step = make().minimize(loss, v1.train.get_or_create_global_step())
            session.run(v1.global_variables_initializer())
            feed = {inputs: x, labels: y}
            for _ in range(STEPS):
                session.run(step, feed)
            source = v1.train.Saver().save(session, str(folder / "model.ckpt")) + ".meta"
            for _ in range(STEPS):
                session.run(step, feed)
            end = v1.train.Saver().save(session, str(ended(folder) / "model.ckpt")) + ".meta"
            return source, end, session.run(values)

    return train


def bert(folder, dtype):
    """Trains by the formula of google-research/bert; the source is a checkpoint alone."""
    return decayed(folder, dtype, "adam")


def lamb(folder, dtype):
    """The same by LAMB as google-research/albert has it."""
    return decayed(folder, dtype, "lamb")


def decayed(folder, dtype, kind):
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {}
    for name, value in values.items():
        for slot in ("m", "v"):
            slots[f"{name}/{kind}_{slot}"] = tf.Variable(tf.zeros_like(value))
    rate = tf.cast(tf.constant(1e-3), dtype)

    def step():
        with tf.GradientTape() as tape:
            error = loss_of(x, y, values, tf.square, tf.tanh)
            loss = tf.reduce_mean(error)
        for name, g in tape.gradient(loss, values).items():
            p, m, v = values[name], slots[f"{name}/{kind}_m"], slots[f"{name}/{kind}_v"]
            m.assign(0.9 * m + (1.0 - 0.9) * g)
            v.assign(0.999 * v + (1.0 - 0.999) * tf.square(g))
            update = m / (tf.sqrt(v) + 1e-6)
            if "bias" not in name:
                update += 0.01 * p
            ratio = tf.norm(p) / tf.norm(update) if kind == "lamb" else 1.0
            p.assign(p - ratio * rate * update)

    return trained(step, values, slots, folder)


def adamax(folder, dtype):
    """Trains by the kernel of tf.contrib.opt.AdaMaxOptimizer; the source is a checkpoint alone."""
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {"beta1_power": tf.Variable(0.9)}
    for name, value in values.items():
        for slot in ("AdaMax", "AdaMax_1"):
            slots[f"{name}/{slot}"] = tf.Variable(tf.zeros_like(value))

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(x, y, values, tf.square, tf.tanh))
        numbers = (slots["beta1_power"], *map(tf.constant, (1e-3, 0.9, 0.999, 1e-8)))
        power, lr, beta1, beta2, epsilon = (tf.cast(n, dtype) for n in numbers)
        for name, g in tape.gradient(loss, values).items():
            tf.raw_ops.ResourceApplyAdaMax(
                var=values[name].handle,
                m=slots[name + "/AdaMax"].handle,
                v=slots[name + "/AdaMax_1"].handle,
                beta1_power=power,
                lr=lr,
                beta1=beta1,
                beta2=beta2,
                epsilon=epsilon,
                grad=g,
            )
        slots["beta1_power"].assign(slots["beta1_power"] * tf.constant(0.9))

    return trained(step, values, slots, folder)


def mesh_adafactor(folder, dtype):
    """Trains by the formula of Mesh TensorFlow's optimize.py; the source is a checkpoint alone."""
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {"global_step": tf.Variable(0, dtype="int64")}
    dims = {}  # the two largest axes, the largest first
    for name, value in values.items():
        shape = value.shape.as_list()
        if len(shape) < 2:
            slots[name + "_slot_v"] = tf.Variable(tf.zeros_like(value))
            continue
        dims[name] = sorted(range(len(shape)), key=lambda axis: -shape[axis])[:2]
        for slot, axis in zip(("vr", "vc"), dims[name]):
            kept = shape[:axis] + shape[axis + 1 :]
            slots[f"{name}_slot_{slot}"] = tf.Variable(tf.zeros(kept, dtype))
    rate = tf.cast(tf.constant(1e-3), dtype)

    def rms(tensor):
        return tf.sqrt(tf.reduce_mean(tf.square(tensor)))

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(x, y, values, tf.square, tf.tanh))
        count = tf.cast(slots["global_step"], dtype)
        decay = 1.0 - tf.pow(count + 1.0, tf.constant(-0.8, dtype))
        for name, g in tape.gradient(loss, values).items():
            p = values[name]
            squared = tf.square(g) + 1e-30
            scale = tf.maximum(rms(p), 1e-3) * rate
            if name in dims:
                first, second = dims[name]
                vr, vc = slots[name + "_slot_vr"], slots[name + "_slot_vc"]
                vr.assign(vr * decay + tf.reduce_mean(squared, first) * (1.0 - decay))
                vc.assign(vc * decay + tf.reduce_mean(squared, second) * (1.0 - decay))
                left = second - (second > first)  # where the second axis is in vr
                r = tf.math.rsqrt(vr / tf.reduce_mean(vr, left, keepdims=True))
                u = g * tf.expand_dims(r, first) * tf.expand_dims(tf.math.rsqrt(vc), second)
            else:
                v = slots[name + "_slot_v"]
                v.assign(v * decay + squared * (1.0 - decay))
                u = g * tf.math.rsqrt(v)
            u /= tf.maximum(tf.constant(1.0, dtype), rms(u) / 1.0)
            p.assign(p - u * scale)
        slots["global_step"].assign_add(1)

    return trained(step, values, slots, folder)


def trained(step, values, slots, folder):
    """The checkpoint after ten steps, the one after twenty, and the parameters by then."""
    sources = []
    for target in (folder, ended(folder)):
        for _ in range(STEPS):
            step()
        held = {n: v.numpy() for n, v in {**values, **slots}.items()}
        with tf.Graph().as_default(), v1.Session() as session:
            kept = {n: v1.get_variable(n, initializer=v) for n, v in held.items()}
            session.run(v1.global_variables_initializer())
            saver = v1.train.Saver(kept)
            path = saver.save(session, str(target / "model.ckpt"), write_meta_graph=False)
            sources.append(path)
    return *sources, {n: v.numpy() for n, v in values.items()}


def keras3(make):
    """Trains with an optimizer of Keras 3; the source is a .keras."""

    def train(folder, dtype):
        x, y = data(dtype)
        keras.config.set_floatx(dtype)
        keras.backend.clear_session()
        inputs = keras.layers.Input((5,))
        hidden = keras.layers.Dense(4, activation="tanh", name="dense")(inputs)
        model = keras.Model(inputs, keras.layers.Dense(3, name="out")(hidden))
        model.set_weights(list(start(dtype).values()))
        model.compile(optimizer=make(), loss="mse")
        optimizer = model.optimizer

        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(model(x) - y))
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

        for _ in range(STEPS):
            step()
        source = folder / "model.keras"
        model.save(source)
        for _ in range(STEPS):
            step()
        end = ended(folder) / "model.keras"
        model.save(end)
        return source, end, dict(zip(start(dtype), model.get_weights()))

    return train


def keras2(make):
    """Trains with an optimizer of Keras as TensorFlow 2.0 to 2.10 have it; the source is a .h5."""

    def train(folder, dtype):
        from tensorflow.python import keras as old
        from tensorflow.python.keras import backend, layers, models

        old.__version__ = "2.9.0"
        x, y = data(dtype)
        backend.set_floatx(dtype)
        model = models.Sequential(
            [
                layers.Dense(4, activation="tanh", name="dense", input_shape=(5,)),
                layers.Dense(3, name="out"),
            ]
        )
        model.set_weights(list(start(dtype).values()))
        model.compile(optimizer=make(), loss="mse")

        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(model(x) - y))
            variables = model.trainable_variables
            model.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

        for _ in range(STEPS):
            step()
        source = folder / "model.h5"
        model.save(str(source))
        for _ in range(STEPS):
            step()
        end = ended(folder) / "model.h5"
        model.save(str(end))
        return source, end, dict(zip(start(dtype), model.get_weights()))

    return train


def legacy(name, **arguments):
    def make():
        from tensorflow.python.keras import optimizers

        return optimizers.get({"class_name": name, "config": arguments})

    return keras2(make)


CASES = {
    "tf1 GradientDescent": tf1(lambda: v1.train.GradientDescentOptimizer(0.1)),
    "tf1 Momentum": tf1(lambda: v1.train.MomentumOptimizer(0.1, 0.9)),
    "tf1 Nesterov": tf1(lambda: v1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True)),
    "tf1 Adam": tf1(lambda: v1.train.AdamOptimizer(0.01, epsilon=1e-3)),
    "tf1 RMSProp": tf1(lambda: v1.train.RMSPropOptimizer(0.01, momentum=0.9)),
    "tf1 RMSProp centered": tf1(
        lambda: v1.train.RMSPropOptimizer(0.01, momentum=0.5, epsilon=1e-3, centered=True)
    ),
    "tf1 Adagrad": tf1(lambda: v1.train.AdagradOptimizer(0.1)),
    "tf1 Adadelta": tf1(lambda: v1.train.AdadeltaOptimizer(1.0, epsilon=1e-4)),
    "tf1 Ftrl": tf1(lambda: v1.train.FtrlOptimizer(0.1)),
    "tf1 Ftrl, options": tf1(
        lambda: v1.train.FtrlOptimizer(
            0.1,
            l1_regularization_strength=0.01,
            l2_regularization_strength=0.02,
            l2_shrinkage_regularization_strength=0.03,
        )
    ),
    "tf1 ProximalAdagrad": tf1(
        lambda: v1.train.ProximalAdagradOptimizer(
            0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02
        )
    ),
    "tf1 ProximalGradientDescent": tf1(
        lambda: v1.train.ProximalGradientDescentOptimizer(0.1, l1_regularization_strength=0.01)
    ),
    "BERT AdamWeightDecay": bert,
    "BERT LAMB": lamb,
    "tf1 AdaMax": adamax,
    "Mesh Adafactor": mesh_adafactor,
    "keras3 SGD": keras3(lambda: keras.optimizers.SGD(0.1)),
    "keras3 momentum": keras3(lambda: keras.optimizers.SGD(0.1, momentum=0.9)),
    "keras3 Nesterov": keras3(lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
    "keras3 SGD, options": keras3(
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01, clipnorm=0.1)
    ),
    "keras3 Adam": keras3(lambda: keras.optimizers.Adam(0.01)),
    "keras3 Adam, options": keras3(
        lambda: keras.optimizers.Adam(0.01, amsgrad=True, epsilon=1e-3, clipvalue=0.05)
    ),
    "keras3 AdamW": keras3(lambda: keras.optimizers.AdamW(0.01)),
    "keras3 RMSprop": keras3(lambda: keras.optimizers.RMSprop(0.01)),
    "keras3 RMSprop centered": keras3(
        lambda: keras.optimizers.RMSprop(0.01, momentum=0.9, centered=True, epsilon=1e-3)
    ),
    "keras3 Adagrad": keras3(lambda: keras.optimizers.Adagrad(0.1, epsilon=1e-3)),
    "keras3 Adadelta": keras3(lambda: keras.optimizers.Adadelta(1.0)),
    "keras3 Adamax": keras3(lambda: keras.optimizers.Adamax(0.01, epsilon=1e-3)),
    "keras3 Nadam": keras3(lambda: keras.optimizers.Nadam(0.01)),
    "keras3 Ftrl": keras3(lambda: keras.optimizers.Ftrl(0.1)),
    "keras3 Ftrl, options": keras3(
        lambda: keras.optimizers.Ftrl(
            0.1,
            l1_regularization_strength=0.01,
            l2_regularization_strength=0.02,
            l2_shrinkage_regularization_strength=0.03,
            beta=0.1,
        )
    ),
    "keras3 Adafactor": keras3(lambda: keras.optimizers.Adafactor(0.01)),
    "keras3 Adafactor, options": keras3(
        lambda: keras.optimizers.Adafactor(
            0.02, beta_2_decay=-0.6, epsilon_1=1e-4, epsilon_2=0.01, clip_threshold=0.5
        )
    ),
    "keras3 Lion": keras3(lambda: keras.optimizers.Lion(0.01)),
    "keras3 Lamb": keras3(lambda: keras.optimizers.Lamb(0.01)),
    "keras2 SGD": legacy("SGD", learning_rate=0.1),
    "keras2 momentum": legacy("SGD", learning_rate=0.1, momentum=0.9),
    "keras2 Nesterov": legacy("SGD", learning_rate=0.1, momentum=0.9, nesterov=True),
    "keras2 Adam": legacy("Adam", learning_rate=0.01, epsilon=1e-3),
    "keras2 Adam amsgrad": legacy("Adam", learning_rate=0.01, amsgrad=True),
    "keras2 RMSprop": legacy("RMSprop", learning_rate=0.01),
    "keras2 RMSprop centered": legacy("RMSprop", learning_rate=0.01, centered=True, epsilon=1e-3),
    "keras2 RMSprop momentum": legacy("RMSprop", learning_rate=0.01, momentum=0.9),
    "keras2 Adagrad": legacy("Adagrad", learning_rate=0.1, epsilon=1e-3),
    "keras2 Adadelta": legacy("Adadelta", learning_rate=1.0),
    "keras2 Adamax": legacy("Adamax", learning_rate=0.01, epsilon=1e-3),
    "keras2 Nadam": legacy("Nadam", learning_rate=0.01),
    "keras2 Ftrl": legacy("Ftrl", learning_rate=0.1, l1_regularization_strength=0.01, beta=0.1),
}


class Net(torch.nn.Module):
    """The same network under the names that a conversion gives to weights alone."""

    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(5, 4)
        self.out = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.out(torch.tanh(self.dense(x)))


def imported(file):
    spec = importlib.util.spec_from_file_location("model", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_names(module, model, kind, arguments, loaded, path):
    """State goes by name whatever the order, and not at all into another model or optimizer."""
    turned = kind(reversed(list(model.parameters())), **arguments)
    module.load_optimizer(turned, model, path)
    for p, held in loaded.state.items():
        assert all(torch.equal(held[k], turned.state[p][k]) for k in held)
    renamed = torch.nn.ModuleDict({"in": model.dense, "out": model.out})
    narrow = Net()
    narrow.dense = torch.nn.Linear(4, 4)
    wrong = [(kind(renamed.parameters(), **arguments), renamed, "knows nothing of")]
    wrong.append((torch.optim.ASGD(model.parameters()), model, "is for"))
    if loaded.state:
        wrong.append((kind(narrow.parameters(), **arguments), narrow, "the parameter"))
    for optimizer, other, reason in wrong:
        try:
            module.load_optimizer(optimizer, other, path)
        except ValueError as e:
            assert reason in str(e), e
        else:
            raise AssertionError("not refused: " + reason)


def check_half(module, model, kind, arguments, path):
    """Beside parameters of half the width, state is what it was, and a step leaves its type."""
    for dtype in (torch.float16, torch.bfloat16):
        half = copy.deepcopy(model).to(dtype)
        optimizer = kind(half.parameters(), **arguments)
        saved = saved_state(path)
        if {"exp_avg", "grad_avg"} & {key for _, key in saved}:
            try:
                module.load_optimizer(optimizer, half, path)
            except ValueError as e:
                assert "torch.autocast" in str(e), e
                continue
            raise AssertionError("not refused: moments that can't be stepped beside " + str(dtype))
        module.load_optimizer(optimizer, half, path)
        found = by_name(half, optimizer)
        assert all(np.array_equal(found[key], value) for key, value in saved.items())
        types = {(p, k): t.dtype for p, own in optimizer.state.items() for k, t in own.items()}
        assert not {torch.float16, torch.bfloat16} & set(types.values()), types
        for p in half.parameters():
            p.grad = torch.full_like(p, 0.25)
        optimizer.step()
        after = {(p, k): t.dtype for p, own in optimizer.state.items() for k, t in own.items()}
        assert after == types or not types, (types, after)


def go_on(folder, dtype):
    """Ten steps of PyTorch from a conversion; the parameters as TensorFlow holds them."""
    account = json.loads((folder / "conversion.json").read_text())
    module = imported(folder / "model.py")
    model = getattr(module, account["model"]["class"])() if "model" in account else Net()
    model = model.to(getattr(torch, dtype))
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    how = account["optimizer"]
    kind = getattr(torch.optim if how["module"] == "torch.optim" else module, how["class"])
    parameters = eval(how["parameters"], {**vars(module), "model": model})
    optimizer = kind(parameters, **how["arguments"])
    module.load_optimizer(optimizer, model, folder / "optimizer.pt")
    if how["parameters"] == "model.parameters()":
        plain = kind(model.parameters(), **how["arguments"])
        plain.load_state_dict(torch.load(folder / "optimizer.pt", weights_only=True))
    if how["parameters"] == "model.parameters()":
        check_names(module, model, kind, how["arguments"], optimizer, folder / "optimizer.pt")
        check_half(module, model, kind, how["arguments"], folder / "optimizer.pt")
    x, y = map(torch.from_numpy, data(dtype))
    for _ in range(STEPS):
        optimizer.zero_grad()
        answer = model(x)
        torch.mean((answer - y) ** 2).backward()
        optimizer.step()
    held = {name: value.detach().numpy() for name, value in model.named_parameters()}
    sources = {t["name"]: t["sources"][0] for t in account["tensors"]}
    found = {sources[n]: v.T if v.ndim == 2 else v for n, v in held.items()}
    return found, by_name(model, optimizer)


def by_name(model, optimizer):
    """What an optimizer holds: tensors by parameter and key, numbers by group and key."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    held = {}
    for number, group in enumerate(optimizer.param_groups):
        for key, value in group.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                held[f"group {number}", key] = np.float64(value)
        for parameter in group["params"]:
            for key, tensor in optimizer.state.get(parameter, {}).items():
                held[names[parameter], key] = tensor.detach().double().numpy()
    return held


def saved_state(path):
    """The same of an optimizer.pt."""
    saved = torch.load(path, weights_only=True)
    held = {}
    for number, group in enumerate(saved["param_groups"]):
        for key, value in group.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                held[f"group {number}", key] = np.float64(value)
        for name, index in zip(group["param_names"], group["params"]):
            for key, tensor in saved["state"].get(index, {}).items():
                held[name, key] = tensor.double().numpy()
    return held


def largest(found, expected):
    """The largest difference, and where; in units of a tensor's largest element if above 1."""
    if found.keys() != expected.keys():
        raise ValueError(f"one side alone has {sorted(found.keys() ^ expected.keys())}")
    errors = {}
    for key, value in expected.items():
        if found[key].shape != value.shape:
            raise ValueError(f"{key} is {found[key].shape}, not {value.shape}")
        if value.size:
            errors[key] = np.abs(found[key] - value).max() / max(1, np.abs(value).max())
    worst = max(errors, key=errors.get, default=None)
    return (errors[worst] if errors else 0.0), worst


def record(target):
    """Sources after ten steps, and what TensorFlow makes of them in ten more."""
    x, y = data("float64")
    told = {"x": x.ravel().tolist(), "y": y.ravel().tolist(), "cases": {}}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, train in CASES.items():
            with tempfile.TemporaryDirectory() as folder:
                try:
                    source, _, values = train(pathlib.Path(folder), "float64")
                except TypeError:
                    continue
                case = name.replace(" ", "_").replace(",", "")
                told["cases"][name] = {
                    "source": case + "/" + pathlib.Path(source).name,
                    "parameters": {n: v.ravel().tolist() for n, v in values.items()},
                }
                for file in sorted(pathlib.Path(folder).iterdir()):
                    if file.name not in ("checkpoint", "end"):
                        archive.write(file, case + "/" + file.name)
        archive.writestr("expected.json", json.dumps(told))


def convert(command, source, target, is_stock):
    command = [*command, "convert", str(source), "-o", str(target)]
    command += ["--stock-optimizer"] if is_stock else []
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        raise ValueError("not converted: " + run.stderr.strip()[-500:])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("command", type=shlex.split)
    arguments.add_argument("--dtype", action="append", choices=list(BOUND))
    arguments.add_argument("--work", type=pathlib.Path)
    arguments.add_argument("case", nargs="*")
    arguments.add_argument("--record", type=pathlib.Path)
    arguments.add_argument("--stock", action="store_true", help="measure --stock-optimizer")
    options = arguments.parse_intermixed_args()
    if options.record:
        record(options.record)
        return
    work = options.work or pathlib.Path(tempfile.mkdtemp())
    failed = False
    for name in options.case or CASES:
        for dtype in options.dtype or list(BOUND):
            folder = work / (name.replace(" ", "_").replace(",", "") + "_" + dtype)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                source, end, expected = CASES[name](folder, dtype)
            except TypeError as e:
                print(f"{name:26s} {dtype} not in TensorFlow: {str(e)[:80]}")
                continue
            target = folder / "out"
            try:
                convert(options.command, source, target, options.stock)
                convert(options.command, end, folder / "end" / "out", options.stock)
                found, state = go_on(target, dtype)
                error = max(np.abs(found[n] - v).max() for n, v in expected.items())
                slots, where = largest(state, saved_state(folder / "end" / "out" / "optimizer.pt"))
            except Exception as e:
                print(f"{name:26s} {dtype} {type(e).__name__}: {e}")
                failed = True
                continue
            how = json.loads((target / "conversion.json").read_text())["optimizer"]
            is_bad = not max(error, slots) <= BOUND[dtype] and "lossy" not in how
            failed |= is_bad
            verdict = f"DIFFERS {where}" if is_bad else "near" if "lossy" in how else "same"
            print(
                f"{name:26s} {dtype} {error:8.1e} {slots:8.1e} {verdict}"
                f"  {how['module']}.{how['class']}"
            )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
