"""Write locally connected layers as Keras 2.2.4 did on TensorFlow, and what they compute.

    python make_local.py

Keras 3 has none. The file is written by h5py in the layout of Keras's own, and the answers are those of
`local_conv` and `bias_add`, which the layers of Keras 2 are made of, in the Keras of TensorFlow 2.5 that
TensorFlow 2.21 still carries.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy
import tensorflow
from make_theano import given, normal, write
from tensorflow.python.keras import backend


def weighted(y):
    """What the sum of outputs that is differentiated has each element times."""
    flat = tensorflow.reshape(y, [-1])
    return tensorflow.reduce_sum(flat * tensorflow.cos(tensorflow.range(1, len(flat) + 1, dtype="float32")))


def local(x, kernel, bias, window, strides, order):
    """As keras/layers/local.py calls them: the bias is rows, columns, outputs in either order."""
    y = backend.local_conv(x, kernel, window, strides, tuple(bias.shape[:-1]), order)
    return backend.bias_add(y, bias, data_format=order)


def options(window, strides, order, activation):
    return {"filters": 4, "kernel_size": window, "strides": strides, "padding": "valid", "data_format": order,
            "activation": activation, "use_bias": True, "implementation": 1}


def main():
    inputs = {"x": normal(2, 6, 7, 3), "c": normal(2, 3, 6, 7), "t": normal(2, 7, 3)}
    cases = {
        "last": ("2D", "x", (12, 18, 4), (4, 3, 4), [3, 2], [1, 2], "channels_last", "linear"),
        "first": ("2D", "c", (24, 18, 4), (4, 6, 4), [3, 2], [1, 1], "channels_first", "tanh"),
        "steps": ("1D", "t", (3, 9, 4), (3, 4), [3], [2], "channels_last", "linear"),
    }
    layers = {n: given(v.shape[1:]) for n, v in inputs.items()}
    found = {f"x/{n}": v for n, v in inputs.items()}
    arrays = {}
    for name, (kind, source, kernel, bias, window, strides, order, activation) in cases.items():
        arrays |= {f"{name}/kernel": normal(*kernel), f"{name}/bias": normal(*bias)}
        stored = {f"{name}/{n}:0": arrays[f"{name}/{n}"] for n in ("kernel", "bias")}
        layers[name] = ("LocallyConnected" + kind, options(window, strides, order, activation), source, stored)
    watched = {n: tensorflow.constant(v) for n, v in (inputs | arrays).items()}
    with tensorflow.GradientTape() as tape:
        tape.watch(list(watched.values()))
        total = 0.0
        for name, (_, source, _, _, window, strides, order, activation) in cases.items():
            kernel, bias = watched[f"{name}/kernel"], watched[f"{name}/bias"]
            y = local(watched[source], kernel, bias, tuple(window), tuple(strides), order)
            y = tensorflow.tanh(y) if activation == "tanh" else y
            found[f"y/{name}/0"] = y.numpy()
            total += weighted(y)
    found |= {f"d/{n}": g.numpy() for n, g in tape.gradient(total, watched).items()}
    write("local", "2.2.4", layers, found, "tensorflow")


if __name__ == "__main__":
    main()
