"""Write layers that Keras 3 has no more as Keras 1.2.2 and 2.2.4 did, and what they compute.

    python make_former.py

The files are written by h5py in the layout of Keras's own. The answers are TensorFlow 2.21's: those of
CuDNNLSTM and CuDNNGRU come from LSTM and GRU of the Keras of TensorFlow 2.5, which TensorFlow still
carries, with the weights that its own loading of such a file (`_convert_rnn_weights`) makes of them.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy
import tensorflow
from make_theano import given, normal, write
from tensorflow.python.keras import layers
from tensorflow.python.keras.saving import hdf5_format


def keras1():
    x, y, steps, maps = normal(2, 4, 3), normal(2, 4, 3), normal(2, 5, 3), normal(2, 7, 8, 3)
    w, b, k, c = normal(3, 4), normal(4), normal(2, 3, 3, 5), normal(5)
    inputs = {"x": x, "y": y, "steps": steps, "maps": maps}
    found = {f"x/{n}": v for n, v in inputs.items()}
    specs = {n: given(v.shape[1:]) for n, v in inputs.items()}
    merged = {"sum": x + y, "mul": x * y, "ave": (x + y) / 2, "max": numpy.maximum(x, y),
              "concat": numpy.concatenate([x, y], -1)}
    for mode, answer in merged.items():
        name = "merge_" + mode
        options = {"mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": -1}
        specs[name] = ("Merge", options, ["x", "y"], {})
        found[f"y/{name}/0"] = answer
    options = {"output_dim": 4, "activation": "tanh", "bias": True, "input_dim": 3}
    specs["timed"] = ("TimeDistributedDense", options, "steps", {"timed_W": w, "timed_b": b})
    found["y/timed/0"] = numpy.tanh(steps @ w + b)
    for mode in ("same", "valid"):
        name = "atrous_" + mode
        options = {"nb_filter": 5, "nb_row": 2, "nb_col": 3, "border_mode": mode, "subsample": [1, 1],
                   "atrous_rate": [2, 2], "dim_ordering": "tf", "activation": "relu", "bias": True}
        specs[name] = ("AtrousConvolution2D", options, "maps", {name + "_W": k, name + "_b": c})
        answer = tensorflow.nn.convolution(maps, k, padding=mode.upper(), dilations=2) + c
        found[f"y/{name}/0"] = tensorflow.nn.relu(answer).numpy()
    write("former1", "1.2.2", specs, found, "tensorflow")


def keras2():
    x = normal(2, 5, 3)
    specs, found = {"x": given(x.shape[1:])}, {"x/x": x}
    kinds = {"lstm": ("CuDNNLSTM", layers.LSTMV1, 4, {}),
             "gru": ("CuDNNGRU", layers.GRUV1, 3, {"reset_after": True})}
    for kind, (former, layer_class, gates, options) in kinds.items():
        for sequences in (False, True):
            name = kind + ("_sequence" if sequences else "")
            stored = [normal(3, gates * 4), normal(4, gates * 4), normal(gates * 8)]
            layer = layer_class(4, return_sequences=sequences, recurrent_activation="sigmoid", **options)
            layer.build(x.shape)
            layer.__class__.__name__ = former[5:]
            layer.set_weights(hdf5_format._convert_rnn_weights(layer, stored))
            keys = [f"{name}/kernel:0", f"{name}/recurrent_kernel:0", f"{name}/bias:0"]
            config = {"units": 4, "return_sequences": sequences, "go_backwards": False,
                      "return_state": False, "stateful": False}
            specs[name] = (former, config, "x", dict(zip(keys, stored)))
            found[f"y/{name}/0"] = layer(tensorflow.constant(x)).numpy()
    write("former2", "2.2.4", specs, found, "tensorflow")


if __name__ == "__main__":
    keras1()
    keras2()
