"""One training step of a Keras model in TensorFlow and of its model.py in PyTorch, side by side.

Dropout is off on both sides, since their random numbers are not the same; all else is as in
training: BatchNorm takes the batch's statistics and moves its own. The loss is the sum of the
outputs times random weights.
"""

import json
import re
import types

import keras
import numpy as np
import tensorflow as tf
import torch

# Behind BatchNorm a convolution's bias has a gradient of zero, of which there is rounding alone.
NEGLIGIBLE = 1e-6


def loss_weights(shape):
    return np.random.default_rng(11).normal(0, 1, shape)


def in_keras(model, image, named=None):
    """
    Gradients of the trainable variables and, after the step, values of the others, by their paths
    in the model ``named``: of layers without names a model built again counts on.
    """
    named = named or model
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0
    dtype = model.compute_dtype
    held = [v.numpy() for v in model.non_trainable_variables]
    with tf.GradientTape() as tape:
        answer = model(tf.constant(image, dtype), training=True)
        loss = tf.reduce_sum(answer * loss_weights(answer.shape).astype(dtype))
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    result = {v.path: np.asarray(g) for v, g in zip(named.trainable_variables, gradients)}
    moved = zip(named.non_trainable_variables, model.non_trainable_variables)
    result |= {n.path: v.numpy() for n, v in moved}
    for layer in named._flatten_layers():
        # conversion.json has a layer's own name, where a path may have scopes before it; and of a
        # variable without a name the attribute, or else its place in the layer
        for variable in layer._trainable_variables + layer._non_trainable_variables:
            for name in (variable.name, *(n for n, v in vars(layer).items() if v is variable)):
                result.setdefault(f"{layer.name}/{name}", result.get(variable.path))
        for place, variable in enumerate(layer._trainable_variables):
            result[f"{layer.name}/{place}"] = result[variable.path]
    for variable, value in zip(model.non_trainable_variables, held):
        variable.assign(value)
    return result


def default_dtype(name):
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)


def in_keras_float64(build, model, image, is_exported=False):
    """
    The step of the same model, built anew in float64, with the same weights; of one ``is_exported``,
    with the deviation of a Normalization layer that an export has: its root, taken in float32.
    """
    # it has to be the default while the model runs, too: Keras makes tensors of constants then
    default_dtype("float64")
    try:
        double = build()
        double.set_weights(model.get_weights())
        for layer, single in zip(double._flatten_layers(), model._flatten_layers()):
            if isinstance(layer, keras.layers.Normalization):
                layer.mean = tf.cast(single.mean, "float64")
                layer.variance = tf.cast(single.variance, "float64")
                if is_exported:
                    # a float32's square is exact in float64, and so is the root of that
                    layer.variance = tf.square(tf.cast(tf.sqrt(single.variance), "float64"))
            elif isinstance(layer, keras.layers.Rescaling):
                # tf.cast makes a float32 of a float of Python's first, whatever it casts to
                layer.scale, layer.offset = np.float64(layer.scale), np.float64(layer.offset)
            elif getattr(layer, "activation", None) is keras.activations.gelu:
                # as tf.nn.gelu does with the root of 2
                layer.activation = lambda x: 0.5 * x * (1 + tf.math.erf(x / 2**0.5))
        return in_keras(double, image, model)
    finally:
        default_dtype("float32")


def reciprocal(digits):
    """A constant such as 0.003921569 of TensorFlow's float32, as the 1 / 255 that it was in Python."""
    number = float(digits[0])
    exact = 1 / (round(2 / number) / 2)
    return repr(exact) if np.float32(exact) == np.float32(number) else digits[0]


def loaded(folder, dtype=torch.float32):
    account = json.loads((folder / "conversion.json").read_text())
    code = (folder / "model.py").read_text()
    if dtype == torch.float64:
        code = re.sub(r"(?<=\* )0\.\d{7,}\b", reciprocal, code)
    module = types.ModuleType("model")
    exec(compile(code, folder / "model.py", "exec"), module.__dict__)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    return model.to(dtype), account


def in_torch(folder, image, dtype):
    """Gradients of the parameters and, after the step, values of the buffers, by name."""
    model, account = loaded(folder, dtype)
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    axes = account["inputs"][0]["axes"]
    x = torch.from_numpy(np.ascontiguousarray(np.transpose(image, axes))).to(dtype)
    answer = model(x)
    (answer * torch.from_numpy(loss_weights(answer.shape)).to(dtype)).sum().backward()
    buffers = {n: b.numpy() for n, b in model.named_buffers()}
    gradients = {n: p.grad.numpy() for n, p in model.named_parameters() if p.requires_grad}
    return gradients, buffers, account


def laid_out(values, recipe):
    """A variable, or its gradient, as PyTorch holds it."""
    source, *parts = re.split(r"\.(?=permute\[|reshape\[)", recipe)
    value = values[source]
    for part in parts:
        kind, numbers = part.rstrip("]").split("[")
        numbers = [int(n) for n in numbers.split(",")] if numbers else []
        value = getattr(np, {"permute": "transpose", "reshape": "reshape"}[kind])(value, numbers)
    return value


def largest(found, wanted):
    """The largest difference of a tensor, relative to the largest value in it."""
    floor = NEGLIGIBLE * max(np.abs(v).max() for v in wanted.values())
    worst = {
        n: float(np.abs(found[n] - v).max() / max(np.abs(v).max(), floor)) for n, v in wanted.items()}
    name = max(worst, key=lambda n: np.inf if np.isnan(worst[n]) else worst[n])
    return worst[name], name


def distance(found, wanted):
    """The length of the difference of all tensors, relative to their length."""
    off = sum(float(np.square(found[n].astype("float64") - v).sum()) for n, v in wanted.items())
    return (off / sum(float(np.square(v).sum()) for v in wanted.values())) ** 0.5


def compared(keras32, keras64, folder, image):
    """
    Of gradients and of BatchNorm's statistics: the largest difference between PyTorch and Keras in
    float64 and, in float32, how far PyTorch and how far Keras is from Keras in float64.
    """
    double, single = in_torch(folder, image, torch.float64), in_torch(folder, image, torch.float32)
    recipes = {t["name"]: t["recipe"] for t in double[2]["tensors"]}
    moved = [n for n in double[1] if n.endswith(("running_mean", "running_var"))]
    result = {}
    for kind, names, at in (("gradients", list(double[0]), 0), ("statistics", moved, 1)):
        if not names:
            continue
        wanted = {n: laid_out(keras64, recipes[n]) for n in names}
        error, worst = largest(double[at], wanted)
        result[kind] = {
            "float64": error, "of": worst, "tensors": len(names),
            "pytorch": distance(single[at], wanted),
            "keras": distance({n: laid_out(keras32, recipes[n]) for n in names}, wanted)}
    return result
