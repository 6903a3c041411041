"""Write models as Keras 1.2.2 and 2.2.4 did on Theano, and what Theano's convolutions make of them.

    python make_theano.py

No Theano runs any longer: the files are written by h5py in the layout of Keras's own, and the answers
come from NumPy. A convolution of Theano turns its kernel by half a circle (`filter_flip` of
theano.tensor.nnet.conv2d); Keras 1 kept kernels with channels first as outputs, inputs, rows, columns.
"""

import json
import pathlib

import h5py
import numpy

HERE = pathlib.Path(__file__).parent
RANDOM = numpy.random.default_rng(5)


def normal(*shape):
    return RANDOM.normal(0, 0.5, shape).astype("float32")


def convolved(x, kernel, bias, stride=1):
    """x (N, C, H, W), kernel (O, I, h, w): sums of x[i - a] * k[a] wherever all of it is inside."""
    h, w = kernel.shape[2:]
    rows, columns = x.shape[2] - h + 1, x.shape[3] - w + 1
    y = numpy.zeros((len(x), len(kernel), rows, columns))
    for a in range(h):
        for b in range(w):
            part = x[:, :, h - 1 - a : h - 1 - a + rows, w - 1 - b : w - 1 - b + columns]
            y += numpy.einsum("nchw,oc->nohw", part.astype(float), kernel[:, :, a, b])
    return y[:, :, ::stride, ::stride] + bias[:, None, None]


def padded(x, h, w):
    return numpy.pad(x, [(0, 0), (0, 0), (h // 2, h // 2), (w // 2, w // 2)])


def write(family, version, layers, found, backend="theano"):
    def described(name, kind, config, source):
        sources = [source] if isinstance(source, str) else source or []
        inbound = [[[one, 0, 0] for one in sources]] if sources else []
        return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": inbound}

    inputs = [n for n, (_, _, source, _) in layers.items() if not source]
    ends = [n for n, (_, _, source, _) in layers.items() if source]
    config = {
        "name": "model",
        "layers": [described(n, k, c, s) for n, (k, c, s, _) in layers.items()],
        "input_layers": [[n, 0, 0] for n in inputs],
        "output_layers": [[n, 0, 0] for n in ends],
    }
    with h5py.File(HERE / f"{family}.h5", "w") as f:
        f.attrs["keras_version"] = version
        f.attrs["backend"] = backend
        f.attrs["model_config"] = json.dumps({"class_name": "Model", "config": config})
        weights = f.create_group("model_weights")
        weights.attrs["layer_names"] = [n.encode() for n in layers]
        for name, (_, _, _, arrays) in layers.items():
            group = weights.create_group(name)
            group.attrs["weight_names"] = [n.encode() for n in arrays]
            for key, value in arrays.items():
                group[key] = value
    numpy.savez_compressed(HERE / f"{family}.npz", **found)


def given(shape):
    return ("InputLayer", {"batch_input_shape": [None, *shape]}, None, {})


def keras1():
    x, steps = normal(2, 3, 6, 7), normal(2, 7, 3)
    k, s, t = normal(4, 3, 3, 2), normal(2, 3, 3, 5), normal(3, 1, 3, 4)
    b, c, d = normal(4), normal(2), normal(4)
    order = {"dim_ordering": "th", "bias": True, "activation": "linear"}
    layers = {
        "x": given(x.shape[1:]),
        "t": given(steps.shape[1:]),
        "conv": ("Convolution2D", {**order, "nb_filter": 4, "nb_row": 3, "nb_col": 2, "subsample": [2, 2],
                                   "border_mode": "valid"}, "x", {"conv_W": k, "conv_b": b}),
        "same": ("Convolution2D", {**order, "nb_filter": 2, "nb_row": 3, "nb_col": 5, "subsample": [1, 1],
                                   "border_mode": "same"}, "x", {"same_W": s, "same_b": c}),
        "steps": ("Convolution1D", {"nb_filter": 4, "filter_length": 3, "bias": True, "activation": "linear",
                                    "border_mode": "valid", "subsample_length": 1}, "t",
                  {"steps_W": t, "steps_b": d}),
    }
    alone = convolved(steps.transpose(0, 2, 1)[..., None], t.transpose(3, 2, 0, 1), d)
    write("theano1", "1.2.2", layers, {
        "x/x": x, "x/t": steps,
        "y/conv/0": convolved(x, k, b, 2).astype("float32"),
        "y/same/0": convolved(padded(x, 3, 5), s, c).astype("float32"),
        "y/steps/0": alone[..., 0].transpose(0, 2, 1).astype("float32"),
    })


def keras2():
    x, steps = normal(2, 3, 6, 7), normal(2, 7, 3)
    k, t, b, d = normal(3, 2, 3, 4), normal(3, 3, 4), normal(4), normal(4)
    options = {"filters": 4, "padding": "valid", "use_bias": True, "activation": "linear"}
    layers = {
        "x": given(x.shape[1:]),
        "t": given(steps.shape[1:]),
        "conv": ("Conv2D", {**options, "kernel_size": [3, 2], "strides": [1, 1], "data_format": "channels_first"},
                 "x", {"conv/kernel:0": k, "conv/bias:0": b}),
        "steps": ("Conv1D", {**options, "kernel_size": [3], "strides": [1]}, "t",
                  {"steps/kernel:0": t, "steps/bias:0": d}),
    }
    alone = convolved(steps.transpose(0, 2, 1)[..., None], t.transpose(2, 1, 0)[..., None], d)
    write("theano2", "2.2.4", layers, {
        "x/x": x, "x/t": steps,
        "y/conv/0": convolved(x, k.transpose(3, 2, 0, 1), b).astype("float32"),
        "y/steps/0": alone[..., 0].transpose(0, 2, 1).astype("float32"),
    })


def same(x, kernel, bias, stride):
    """`border_mode="half"` of Theano, cut by Keras to ceil(extent / stride) of each axis."""
    y = convolved(padded(x, *kernel.shape[2:]), kernel, bias, stride)
    return y[:, :, : -(-x.shape[2] // stride), : -(-x.shape[3] // stride)].astype("float32")


def paddings():
    """Where Theano pads otherwise than TensorFlow: even kernels, and strides."""
    x = normal(2, 3, 6, 7)
    layers, found = {"x": given(x.shape[1:])}, {"x/x": x}
    for name, (h, w), stride in (("even", (2, 4), 1), ("strided", (3, 5), 2), ("both", (4, 3), 2)):
        k, b = normal(h, w, 3, 4), normal(4)
        options = {"filters": 4, "padding": "same", "use_bias": True, "activation": "linear", "kernel_size": [h, w],
                   "strides": [stride, stride], "data_format": "channels_first"}
        layers[name] = ("Conv2D", options, "x", {f"{name}/kernel:0": k, f"{name}/bias:0": b})
        found[f"y/{name}/0"] = same(x, k.transpose(3, 2, 0, 1), b, stride)
    write("theano3", "2.2.4", layers, found)


if __name__ == "__main__":
    keras1()
    keras2()
    paddings()
