"""Write layers that Keras 1 alone had as Keras 1.2.2 did, and what they compute with their gradients.

    python make_keras1.py

Keras 1 runs on no TensorFlow that can still be installed. The files are written by h5py in the layout of
Keras's own; what each layer computes is written here from the sources of Keras 1.2.2 (`core.py`,
`advanced_activations.py`, `convolutional.py`, `topology.py` and `tensorflow_backend.py`), in TensorFlow 2.21.
"""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import h5py
import numpy
import tensorflow as tf
from make_theano import HERE, given, normal, write


def weighted(y):
    """What the sum of outputs that is differentiated has each element times."""
    flat = tf.reshape(y, [-1])
    return tf.reduce_sum(flat * tf.cos(tf.range(1, tf.size(flat) + 1, dtype=tf.float32)))


class Family:
    """A model of layers side by side."""

    def __init__(self, **inputs):
        self.inputs = {n: tf.constant(v) for n, v in inputs.items()}
        self.layers = {n: given(v.shape[1:]) for n, v in inputs.items()}
        self.found = {f"x/{n}": v for n, v in inputs.items()}
        self.variables = {}
        self.calls = {}

    def add(self, name, kind, options, sources, arrays, call):
        keyed = {f"{name}_{n}": v for n, v in arrays.items()}
        self.layers[name] = (kind, options, sources, keyed)
        self.variables[name] = {n: tf.constant(v) for n, v in keyed.items()}
        self.calls[name] = (sources if isinstance(sources, list) else [sources], call)

    def write(self, family, version, backend="tensorflow"):
        watched = dict(self.inputs)
        for variables in self.variables.values():
            watched.update(variables)
        with tf.GradientTape() as tape:
            tape.watch(list(watched.values()))
            total = 0.0
            for name, (sources, call) in self.calls.items():
                y = call(*[self.inputs[s] for s in sources], *self.variables[name].values())
                self.found[f"y/{name}/0"] = y.numpy()
                total += weighted(y)
        for name, gradient in tape.gradient(total, watched).items():
            if gradient is not None:
                self.found[f"d/{name}"] = tf.convert_to_tensor(gradient).numpy()
        write(family, version, self.layers, self.found, backend)


# core.py


def maxout(x, w, b):
    return tf.reduce_max(tf.tensordot(x, w, [[1], [1]]) + b, axis=1)


def highway(activation):
    def call(x, w, w_carry, b, b_carry):
        transform = tf.sigmoid(x @ w_carry + b_carry)
        act = activation(x @ w + b)
        act *= transform
        return act + (1 - transform) * x

    return call


# advanced_activations.py and relu of tensorflow_backend.py


def softplus(x, alphas, betas):
    return tf.nn.softplus(betas * x) * alphas


def relu(x, alpha, most):
    below = tf.nn.relu(-x)
    return tf.minimum(tf.nn.relu(x), most) - alpha * below


def srelu(x, t_left, a_left, t_right, a_right):
    t_right_actual = t_left + tf.abs(t_right)
    left_and_centre = t_left + relu(x - t_left, a_left, t_right_actual - t_left)
    return left_and_centre + tf.nn.relu(x - t_right_actual) * a_right


# convolutional.py and deconv2d, conv2d of tensorflow_backend.py


def deconvolution(shape, strides, padding, ordering, activation):
    def call(x, w, b):
        kernel = w
        if ordering == "th":
            x, kernel = tf.transpose(x, (0, 2, 3, 1)), tf.transpose(w, (2, 3, 1, 0))
            shape_ = (x.shape[0], shape[2], shape[3], shape[1])
        else:
            shape_ = (x.shape[0], *shape[1:])
        y = tf.nn.conv2d_transpose(x, tf.transpose(kernel, (0, 1, 3, 2)), shape_, strides, padding.upper())
        y = y + b
        return activation(tf.transpose(y, (0, 3, 1, 2)) if ordering == "th" else y)

    return call


def steps(stride, rate, padding):
    def call(x, w, b):
        y = tf.nn.convolution(x[:, :, None], w, [stride, 1], padding.upper(), dilations=[rate, rate])
        return y[:, :, 0] + b

    return call


# Merge of topology.py and batch_dot of tensorflow_backend.py


def batch_dot(x, y, axes):
    if len(x.shape) == 2:
        return tf.reduce_sum(x * y, axes[0])[:, None]
    return tf.matmul(x, y, adjoint_a=axes[0] != 2, adjoint_b=axes[1] == 2)


def cosine(axes):
    def call(x, y):
        denominator = tf.sqrt(batch_dot(x, x, axes) * batch_dot(y, y, axes))
        return (batch_dot(x, y, axes) / tf.maximum(denominator, 1e-7))[:, None]

    return call


def dense_layers():
    family = Family(x=normal(3, 5), steps=normal(3, 4, 5))
    linear = {"init": "glorot_uniform", "input_dim": None}
    for features in (1, 3):
        arrays = {"W": normal(features, 5, 4), "b": normal(features, 4)}
        options = {**linear, "output_dim": 4, "nb_feature": features}
        family.add(f"maxout_{features}", "MaxoutDense", options, "x", arrays, maxout)
    for name, activation in (("linear", tf.identity), ("tanh", tf.tanh), ("hard_sigmoid", hard_sigmoid)):
        arrays = {"W": normal(5, 5), "W_carry": normal(5, 5), "b": normal(5), "b_carry": normal(5)}
        options = {**linear, "transform_bias": -2, "activation": name}
        family.add("highway_" + name, "Highway", options, "x", arrays, highway(activation))
    shared = {"alpha_init": 0.2, "beta_init": 5.0}
    family.add("softplus", "ParametricSoftplus", shared, "steps",
               {"alphas": normal(4, 5), "betas": 4 * normal(4, 5)}, softplus)
    family.add("softplus_shared", "ParametricSoftplus", {**shared, "shared_axes": [1]}, "steps",
               {"alphas": normal(1, 5), "betas": normal(1, 5)}, softplus)
    inits = {"t_left_init": "zero", "a_left_init": "glorot_uniform", "t_right_init": "glorot_uniform",
             "a_right_init": "one"}
    for name, shape in (("srelu", (4, 5)), ("srelu_shared", (1, 5))):
        arrays = {n: normal(*shape) for n in ("t_left", "a_left", "t_right", "a_right")}
        family.add(name, "SReLU", inits, "steps", arrays, srelu)
    family.write("keras1_dense", "1.2.2")


def hard_sigmoid(x):
    return tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)


def convolutions():
    family = Family(last=normal(2, 5, 4, 3), first=normal(2, 3, 5, 4), steps=normal(2, 9, 3))
    cases = {
        "valid": ("tf", [11, 6], [2, 1], "valid", "linear", tf.identity),
        "valid_more": ("tf", [12, 6], [2, 1], "valid", "linear", tf.identity),
        "same": ("tf", [9, 11], [2, 3], "same", "tanh", tf.tanh),
        "first": ("th", [10, 8], [2, 2], "same", "relu", tf.nn.relu),
        "first_valid": ("th", [7, 6], [1, 1], "valid", "linear", tf.identity),
    }
    for name, (ordering, extents, strides, padding, activation, function) in cases.items():
        shape = [None, *extents, 2] if ordering == "tf" else [None, 2, *extents]
        kernel = normal(3, 3, 3, 2) if ordering == "tf" else normal(2, 3, 3, 3)
        options = {"nb_filter": 2, "nb_row": 3, "nb_col": 3, "output_shape": shape, "border_mode": padding,
                   "subsample": strides, "dim_ordering": ordering, "bias": True, "activation": activation}
        family.add("transposed_" + name, "Deconvolution2D", options, "last" if ordering == "tf" else "first",
                   {"W": kernel, "b": normal(2)}, deconvolution(shape, strides, padding, ordering, function))
    for name, (stride, rate, padding) in {"dilated": (1, 2, "valid"), "dilated_same": (1, 3, "same"),
                                          "strided": (2, 1, "same")}.items():
        options = {"nb_filter": 4, "filter_length": 3, "atrous_rate": rate, "subsample_length": stride,
                   "border_mode": padding, "bias": True, "activation": "linear"}
        family.add("steps_" + name, "AtrousConvolution1D", options, "steps",
                   {"W": normal(3, 1, 3, 4), "b": normal(4)}, steps(stride, rate, padding))
    family.write("keras1_convolution", "1.2.2")


def products():
    family = Family(x=normal(3, 5), y=normal(3, 5), a=normal(3, 4, 5), b=normal(3, 6, 5), c=normal(3, 5, 2),
                    d=normal(3, 5, 4), p=numpy.abs(normal(3, 4, 5)) + 0.1, q=numpy.abs(normal(3, 4, 5)) + 0.1)

    def merged(name, sources, mode, axes, call):
        options = {"mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": axes, "output_shape": None,
                   "output_shape_type": "raw", "output_mask": None, "output_mask_type": "raw", "arguments": {}}
        family.add(name, "Merge", options, sources, {}, call)

    def dot(*axes):
        return lambda x, y: batch_dot(x, y, axes)

    merged("dot", ["x", "y"], "dot", [1, 1], dot(1, 1))
    merged("dot_single", ["x", "y"], "dot", -1, dot(1, 1))
    merged("dot_rows", ["a", "b"], "dot", [2, 2], dot(2, 2))
    merged("dot_mixed", ["a", "c"], "dot", [2, 1], dot(2, 1))
    merged("dot_columns", ["c", "d"], "dot", [1, 1], dot(1, 1))
    merged("cos", ["x", "y"], "cos", [1, 1], cosine((1, 1)))
    merged("cos_rows", ["p", "q"], "cos", [2, 2], cosine((2, 2)))
    family.write("keras1_merge", "1.2.2")


# Sequential of models.py


def branches():
    """A Sequential whose first layer merges other models, one of which begins so itself."""
    linear = {"init": "glorot_uniform", "bias": True, "activation": "linear"}

    def dense(name, units, activation="linear", features=None):
        given = {"input_dim": features, "batch_input_shape": [None, features], "input_dtype": "float32"}
        config = {**linear, "name": name, "output_dim": units, "activation": activation}
        return {"class_name": "Dense", "config": {**config, **(given if features else {})}}

    def merged(name, mode, *models):
        options = {"mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": -1}
        return {"class_name": "Merge", "config": {"name": name, **options, "layers": list(models)}}

    def sequential(*layers):
        return {"class_name": "Sequential", "config": list(layers)}

    model = sequential(
        merged(
            "merge_2",
            "concat",
            sequential(dense("a", 4, "tanh", 3), dense("b", 5)),
            sequential(
                merged("merge_1", "mul", sequential(dense("c", 6, features=2)), sequential(dense("d", 6, features=7))),
                dense("e", 3, "tanh"),
            ),
        ),
        dense("f", 2),
    )
    shapes = {"a": (3, 4), "b": (4, 5), "c": (2, 6), "d": (7, 6), "e": (6, 3), "f": (8, 2)}
    arrays = {n: {f"{n}_W": normal(*s), f"{n}_b": normal(s[1])} for n, s in shapes.items()}
    fed = {"a_input": normal(3, 3), "c_input": normal(3, 2), "d_input": normal(3, 7)}
    watched = {n: tf.constant(v) for n, v in fed.items()}
    for each in arrays.values():
        watched.update({n: tf.constant(v) for n, v in each.items()})

    def through(name, x):
        return x @ watched[f"{name}_W"] + watched[f"{name}_b"]

    with tf.GradientTape() as tape:
        tape.watch(list(watched.values()))
        left = through("b", tf.tanh(through("a", watched["a_input"])))
        right = tf.tanh(through("e", through("c", watched["c_input"]) * through("d", watched["d_input"])))
        y = through("f", tf.concat([left, right], -1))
        total = weighted(y)
    found = {f"x/{n}": v for n, v in fed.items()} | {"y/f/0": y.numpy()}
    found |= {f"d/{n}": g.numpy() for n, g in tape.gradient(total, watched).items()}
    with h5py.File(HERE / "keras1_branches.h5", "w") as file:
        file.attrs["keras_version"] = "1.2.2"
        file.attrs["model_config"] = json.dumps(model)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [n.encode() for n in arrays]
        for name, each in arrays.items():
            group = weights.create_group(name)
            group.attrs["weight_names"] = [n.encode() for n in each]
            for array, value in each.items():
                group[array] = value
    numpy.savez_compressed(HERE / "keras1_branches.npz", **found)


if __name__ == "__main__":
    dense_layers()
    convolutions()
    products()
    branches()
