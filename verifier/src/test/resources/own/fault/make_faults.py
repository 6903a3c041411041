"""Keras models, and what people wrote for them in PyTorch: right, and with one fault each.

    python make_faults.py        (tensorflow 2.21, keras 3.15.1, torch 2.13)

Writes MODEL.keras and in faults.zip.gz for each line of faults.txt an archive of torch.jit, without
its debugging information. Beside its name a line says what is written otherwise in nets.py, or in what order the
weights are filled in, then where and as what it is to be found.
"""

import gzip
import io
import os
import pathlib
import types
import warnings
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import keras
import numpy as np
import torch
from keras import layers

HERE = pathlib.Path(__file__).parent


def image():
    return keras.Sequential(
        [
            keras.Input((10, 10, 3), name="image"),
            layers.Conv2D(4, 3, strides=2, padding="same", name="stem"),
            layers.BatchNormalization(momentum=0.9, name="norm"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky"),
            layers.AveragePooling2D(3, 1, padding="same", name="pool"),
            layers.Conv2D(
                4, 3, padding="same", dilation_rate=2, activation="relu", name="wide"
            ),
            layers.UpSampling2D(2, interpolation="bilinear", name="upsample"),
            layers.MaxPooling2D(4, 3, name="max_pool"),
            layers.Flatten(name="flat"),
            layers.Dense(8, name="hidden"),
            layers.Activation("gelu", name="gelu"),
            layers.LayerNormalization(name="layer_norm"),
            layers.Dense(8, activation="tanh", name="first"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(8, activation="tanh", name="second"),
            layers.Dense(5, activation="softmax", name="head"),
        ]
    )


def residual():
    inputs = keras.Input((12, 12, 3), name="image")
    x = layers.Rescaling(1 / 127.5, -1, name="rescaling")(inputs)
    x = layers.Conv2D(6, 3, padding="same", name="stem")(x)
    x = layers.ReLU(6.0, name="relu6")(x)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="swish", name="down")(
        x
    )
    y = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x)
    y = layers.Conv2D(6, 1, name="pointwise")(y)
    y = layers.BatchNormalization(name="norm")(y)
    x = layers.Add(name="add")([x, y])
    x = layers.Activation("elu", name="elu")(x)
    x = layers.MaxPooling2D(3, 2, padding="same", name="max_pool")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dense(4, activation="sigmoid", name="head")(x)
    return keras.Model(inputs, x)


def words():
    inputs = keras.Input((7,), dtype="int32", name="words")
    x = layers.Embedding(20, 6, name="embedding")(inputs)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True), name="lstm")(x)
    x = layers.GRU(4, return_sequences=True, name="gru")(x)
    query = layers.Dense(4, name="query")(x)
    key = layers.Dense(4, name="key")(x)
    scores = layers.Dot(axes=(2, 2), name="scores")([query, key])
    scores = layers.Rescaling(0.5, name="scaled")(scores)
    weights = layers.Softmax(name="weights")(scores)
    x = layers.Dot(axes=(2, 1), name="read")([weights, x])
    x = layers.GlobalMaxPooling1D(name="longest")(x)
    return keras.Model(
        inputs, layers.Dense(3, activation="log_softmax", name="head")(x)
    )


def cell():
    """A GRU as Keras 1 and 2 have it by default: nn.GRU has no such thing."""
    inputs = keras.Input((6, 5), name="steps")
    x = layers.GRU(4, reset_after=False, name="gru")(inputs)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def levels():
    """Of 9 by 12 pixels SAME pads one axis evenly and the other not."""
    inputs = keras.Input((9, 12, 3), name="image")
    x = layers.Conv2D(4, 3, strides=2, padding="same", name="stem")(inputs)
    x = layers.BatchNormalization(epsilon=1.5e-4, name="norm")(x)
    x = layers.MaxPooling2D(3, 2, padding="same", name="max_pool")(x)
    y = layers.Conv2D(4, 3, padding="same", name="deep")(x)
    z = layers.Concatenate(name="both")([x, y])
    z = layers.Conv2D(4, 1, name="joined")(z)
    x = layers.ReLU(name="relu")(layers.Add(name="add")([z, y]))
    x = layers.UpSampling2D(2, interpolation="nearest", name="upsample")(x)
    x = layers.AveragePooling2D(3, 1, name="smooth")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, layers.Dense(3, name="head")(x))


def painter():
    inputs = keras.Input((5,), name="code")
    mean = layers.Dense(4, name="mean")(inputs)
    noise = layers.Dense(4, name="noise")(inputs)
    x = layers.Dense(72, activation="relu", name="spread")(mean)
    x = layers.Reshape((4, 3, 6), name="image")(x)
    x = layers.Conv2DTranspose(2, 3, strides=2, padding="same", name="grow")(x)
    return keras.Model(inputs, [x, mean, noise])


def steps():
    inputs = keras.Input((6, 4), name="steps")
    x = layers.MultiHeadAttention(2, 2, name="attention")(inputs, inputs)
    x = layers.GRU(4, return_sequences=True, name="gru")(x)
    x = layers.LSTM(3, name="lstm")(x)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def randomized(model):
    generator = np.random.default_rng(4)
    for variable in model.variables:
        if variable.dtype != "float32" or "seed" in variable.path:
            continue
        drawn = generator.normal(size=variable.shape)
        if "variance" in variable.path or "gamma" in variable.path:
            drawn = 0.5 + np.abs(drawn)
        size = np.sqrt(np.prod(variable.shape[:-1]))
        if "embedding" in variable.path or "stem" in variable.path:
            size = 0.4  # beyond what relu6 cuts
        variable.assign((drawn / size).astype("float32"))
    return model


def recurrent(held, suffix=""):
    """Keras's kernel, recurrent kernel and bias: a bias of two rows is a GRU's."""
    kernel, recurrent_kernel, bias = (torch.from_numpy(np.array(w)) for w in held)
    biases = bias if bias.ndim == 2 else torch.stack([bias, torch.zeros_like(bias)])
    units = recurrent_kernel.shape[0]
    order = [0, 1, 2, 3] if kernel.shape[1] == 4 * units else [1, 0, 2]

    def ordered(w):
        return torch.cat([w[g * units : (g + 1) * units] for g in order])

    return {
        "weight_ih_l0" + suffix: ordered(kernel.T),
        "weight_hh_l0" + suffix: ordered(recurrent_kernel.T),
        "bias_ih_l0" + suffix: ordered(biases[0]),
        "bias_hh_l0" + suffix: ordered(biases[1]),
    }


def state_of(model):
    state = {}
    for layer in model.layers:
        held = [torch.from_numpy(np.array(w)) for w in layer.get_weights()]
        named = {}
        if isinstance(layer, layers.DepthwiseConv2D):
            named = {"weight": held[0].permute(2, 3, 0, 1).flatten(0, 1)[:, None]}
            named["bias"] = held[1]
        elif isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose)):
            named = {"weight": held[0].permute(3, 2, 0, 1), "bias": held[1]}
        elif isinstance(layer, layers.Dense):
            named = {"weight": held[0].T, "bias": held[1]}
        elif isinstance(layer, layers.Embedding):
            named = {"weight": held[0]}
        elif isinstance(layer, layers.Bidirectional):
            named = recurrent(held[:3]) | recurrent(held[3:], "_reverse")
        elif isinstance(layer, (layers.GRU, layers.LSTM)):
            named = recurrent(held)
        elif isinstance(layer, layers.MultiHeadAttention):
            parts = ["query", "key", "value", "attention_output"]
            for part, kernel, bias in zip(parts, held[::2], held[1::2]):
                named[part + ".weight"] = kernel.reshape(4, 4).T
                named[part + ".bias"] = bias.flatten()
        elif isinstance(layer, (layers.BatchNormalization, layers.LayerNormalization)):
            names = ["weight", "bias", "running_mean", "running_var"]
            named = dict(zip(names, held))
        state |= {f"{layer.name}.{name}": value for name, value in named.items()}
    if model.name == "image":
        rows = state["hidden.weight"].reshape(8, 3, 3, 4)
        state["hidden.weight"] = rows.permute(0, 3, 1, 2).reshape(8, 36)
    if model.name == "painter":
        for name in ("spread.weight", "spread.bias"):
            rows = state[name].unflatten(0, (4, 3, 6))
            state[name] = rows.movedim(2, 0).flatten(0, 2)
    return state


def written(source, model, change=""):
    code = (HERE / "nets.py").read_text()
    state = state_of(model)
    changed, _, filled = change.partition("state: ")
    exec(filled, {"state": state, "torch": torch})
    for part in changed.split(" and "):
        if part:
            right, wrong = part.split(" =>")
            assert code.count(right) == 1, (right, code.count(right))
            code = code.replace(right, wrong.strip())
    module = types.ModuleType("nets")
    exec(compile(code, "nets.py", "exec"), vars(module))
    net = getattr(module, source.title())()
    left = net.load_state_dict(
        {name: value.clone().contiguous() for name, value in state.items()},
        strict=False,
    )
    assert not left.missing_keys or all("tracked" in k for k in left.missing_keys), left
    return net.eval()


def archived(net, inputs, is_scripted):
    data, kept = io.BytesIO(), io.BytesIO()
    how = torch.jit.script if is_scripted else torch.jit.trace
    with torch.no_grad():
        torch.jit.save(
            how(net) if is_scripted else how(net, inputs, check_trace=False), data
        )
    with zipfile.ZipFile(data) as archive, zipfile.ZipFile(kept, "w") as out:
        for entry in archive.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                name = zipfile.ZipInfo(entry.filename)
                out.writestr(name, archive.read(entry.filename))
    return kept.getvalue()


def drawn(model):
    generator = np.random.default_rng(5)
    spec = model.inputs[0]
    shape = (2, *spec.shape[1:])
    if spec.dtype == "int32":
        return generator.integers(0, 20, shape).astype("int32")
    return generator.uniform(size=shape).astype("float32")


def main():
    models = {}
    for name, source in {
        f.__name__: f for f in (image, residual, words, cell, levels, painter, steps)
    }.items():
        keras.utils.set_random_seed(3)
        model = source()
        model.name = name
        models[name] = randomized(model)
        model.save(HERE / f"{name}.keras")
    faults = io.BytesIO()
    with zipfile.ZipFile(faults, "w") as out:
        for line in (HERE / "faults.txt").read_text().splitlines():
            if not line.startswith("#"):
                planted(out, models, *(part.strip() for part in line.split("|")))
    # one archive is like another: together they are a tenth
    (HERE / "faults.zip.gz").write_bytes(gzip.compress(faults.getvalue(), mtime=0))


def difference(found, wanted):
    found = np.moveaxis(found, 1, -1) if found.ndim == 4 else found
    return np.abs(found - wanted).max() / max(1, np.abs(wanted).max())


def planted(out, models, name, source, change, layer, _):
    model = models[source]
    x = drawn(model)
    wanted = model.predict(x, verbose=0)
    given = torch.from_numpy(x)
    given = given.permute(0, 3, 1, 2) if given.ndim == 4 else given
    net = written(source, model, change)
    with torch.no_grad():
        found = net(given)
    pairs = zip(found, wanted) if isinstance(wanted, list) else [(found, wanted)]
    apart = max(difference(a.numpy(), b) for a, b in pairs)
    assert (apart < 1e-6) == (layer in ("", "-")), (name, apart)
    print(f"{name:24} {apart:.1e}")
    file = zipfile.ZipInfo(f"{name}.pt")
    out.writestr(file, archived(net, given, name.endswith("_scripted")))


if __name__ == "__main__":
    main()
