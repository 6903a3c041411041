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


def local(x, kernel, bias, window, strides, order):
    """As keras/layers/local.py calls them: the bias is rows, columns, outputs in either order."""
    y = backend.local_conv(tensorflow.constant(x), kernel, window, strides, bias.shape[:-1], order)
    return backend.bias_add(y, bias, data_format=order).numpy()


def options(window, strides, order, activation):
    return {"filters": 4, "kernel_size": window, "strides": strides, "padding": "valid", "data_format": order,
            "activation": activation, "use_bias": True, "implementation": 1}


def main():
    last, first, steps = normal(2, 6, 7, 3), normal(2, 3, 6, 7), normal(2, 7, 3)
    k, b = normal(12, 18, 4), normal(4, 3, 4)
    k_first, b_first = normal(24, 18, 4), normal(4, 6, 4)
    k_steps, b_steps = normal(3, 9, 4), normal(3, 4)
    layers = {
        "x": given(last.shape[1:]),
        "c": given(first.shape[1:]),
        "t": given(steps.shape[1:]),
        "last": ("LocallyConnected2D", options([3, 2], [1, 2], "channels_last", "linear"), "x",
                 {"last/kernel:0": k, "last/bias:0": b}),
        "first": ("LocallyConnected2D", options([3, 2], [1, 1], "channels_first", "tanh"), "c",
                  {"first/kernel:0": k_first, "first/bias:0": b_first}),
        "steps": ("LocallyConnected1D", options([3], [2], "channels_last", "linear"), "t",
                  {"steps/kernel:0": k_steps, "steps/bias:0": b_steps}),
    }
    found = {"x/x": last, "x/c": first, "x/t": steps,
             "y/last/0": local(last, k, b, (3, 2), (1, 2), "channels_last"),
             "y/first/0": numpy.tanh(local(first, k_first, b_first, (3, 2), (1, 1), "channels_first")),
             "y/steps/0": local(steps, k_steps, b_steps, (3,), (2,), "channels_last")}
    write("local", "2.2.4", layers, found, "tensorflow")


if __name__ == "__main__":
    main()
