"""List what the functions of keras.ops become in a functional model of Keras 3.15.1.

    python list_functions.py > keras-3.15.1-functions.txt

A line for each public function: its name, and the classes of the operations that a model which calls
it holds; "-" where the model holds none, since the function computes from numbers alone or is made of
what Python does while the model is built; "!" where Keras itself builds or saves no model with it.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy
from keras import ops


def real(*shape):
    return keras.Input(shape, batch_size=4)


def whole(*shape):
    return keras.Input(shape, batch_size=4, dtype="int32")


def truth(*shape):
    return keras.Input(shape, batch_size=4, dtype="bool")


def image(size=6):
    return real(size, size, 3)


def vector():
    return keras.Input(batch_shape=(3,))


def square():
    return real(3, 3)


KERNEL = numpy.ones((2, 2, 3, 5), "float32")
# those that no call of one or two tensors of floats shows
CALLS = {
    "affine_transform": lambda: ops.image.affine_transform(image(), real(8)),
    "append": lambda: ops.append(real(3), real(3), axis=1),
    "argpartition": lambda: ops.argpartition(real(5), 2),
    "array_split": lambda: ops.array_split(real(5), 2, axis=1),
    "associative_scan": lambda: ops.associative_scan(ops.add, real(5)),
    "average_pool": lambda: ops.average_pool(image(), 2),
    "max_pool": lambda: ops.max_pool(image(), 2),
    "adaptive_average_pool": lambda: ops.adaptive_average_pool(image(), (2, 2)),
    "adaptive_max_pool": lambda: ops.adaptive_max_pool(image(), (2, 2)),
    "batch_normalization": lambda: ops.batch_normalization(
        image(), numpy.ones(3, "float32"), numpy.ones(3, "float32"), -1
    ),
    "layer_normalization": lambda: ops.layer_normalization(real(5)),
    "binary_crossentropy": lambda: ops.binary_crossentropy(real(3), real(3)),
    "bincount": lambda: ops.bincount(whole(5), minlength=7),
    "bitwise_and": lambda: ops.bitwise_and(whole(3), whole(3)),
    "bitwise_invert": lambda: ops.bitwise_invert(whole(3)),
    "bitwise_left_shift": lambda: ops.bitwise_left_shift(whole(3), whole(3)),
    "bitwise_not": lambda: ops.bitwise_not(whole(3)),
    "bitwise_or": lambda: ops.bitwise_or(whole(3), whole(3)),
    "bitwise_right_shift": lambda: ops.bitwise_right_shift(whole(3), whole(3)),
    "bitwise_xor": lambda: ops.bitwise_xor(whole(3), whole(3)),
    "left_shift": lambda: ops.left_shift(whole(3), whole(3)),
    "right_shift": lambda: ops.right_shift(whole(3), whole(3)),
    "broadcast_to": lambda: ops.broadcast_to(real(3), (4, 3)),
    "cast": lambda: ops.cast(real(3), "int32"),
    "saturate_cast": lambda: ops.saturate_cast(real(3), "uint8"),
    "cholesky_inverse": lambda: ops.cholesky_inverse(square()),
    "clip": lambda: ops.clip(real(3), -1, 1),
    "concatenate": lambda: ops.concatenate([real(3), real(3)], 1),
    "cond": lambda: ops.cond(truth(), lambda: numpy.float32(1), lambda: numpy.float32(2)),
    "conv": lambda: ops.conv(image(), KERNEL),
    "conv_transpose": lambda: ops.conv_transpose(image(), numpy.ones((2, 2, 5, 3), "float32"), 2),
    "depthwise_conv": lambda: ops.depthwise_conv(image(), KERNEL),
    "separable_conv": lambda: ops.separable_conv(
        image(), KERNEL, numpy.ones((1, 1, 15, 4), "float32")
    ),
    "crop_images": lambda: ops.image.crop_images(image(), 1, 1, target_height=3, target_width=3),
    "pad_images": lambda: ops.image.pad_images(image(), 1, 1, target_height=9, target_width=9),
    "correlate": lambda: ops.correlate(vector(), vector()),
    "vander": lambda: ops.vander(vector()),
    "glu": lambda: ops.glu(real(4)),
    "cross": lambda: ops.cross(real(3), real(3)),
    "ctc_loss": lambda: ops.ctc_loss(whole(3), real(7, 5), whole(), whole()),
    "ctc_decode": lambda: ops.ctc_decode(real(7, 5), whole()),
    "depth_to_space": lambda: ops.nn.depth_to_space(real(3, 3, 4), 2),
    "space_to_depth": lambda: ops.nn.space_to_depth(real(4, 4, 3), 2),
    "diagonal": lambda: ops.diagonal(real(3, 5), axis1=1, axis2=2),
    "trace": lambda: ops.trace(real(3, 5), axis1=1, axis2=2),
    "digitize": lambda: ops.digitize(real(3), numpy.float32([0, 1])),
    "dot_product_attention": lambda: ops.dot_product_attention(
        real(5, 2, 3), real(6, 2, 3), real(6, 2, 3)
    ),
    "einsum": lambda: ops.einsum("bij,bjk->bik", real(2, 3), real(3, 5)),
    "expand_dims": lambda: ops.expand_dims(real(3), 1),
    "extract_patches": lambda: ops.image.extract_patches(image(), 2),
    "extract_patches_3d": lambda: ops.image.extract_patches_3d(real(4, 4, 4, 2), 2),
    "extract_sequences": lambda: ops.extract_sequences(real(16), 4, 2),
    "fold": lambda: ops.nn.fold(real(12, 9), (4, 4), 2),
    "unfold": lambda: ops.nn.unfold(real(3, 4, 4), 2),
    "fft": lambda: ops.fft((real(8), real(8))),
    "fft2": lambda: ops.fft2((real(8, 8), real(8, 8))),
    "ifft2": lambda: ops.ifft2((real(8, 8), real(8, 8))),
    "irfft": lambda: ops.irfft((real(9), real(9))),
    "istft": lambda: ops.istft((real(5, 9), real(5, 9)), 16, 4, 16),
    "stft": lambda: ops.stft(real(32), 16, 4, 16),
    "full_like": lambda: ops.full_like(real(3), 2.0),
    "gaussian_blur": lambda: ops.image.gaussian_blur(image(), (3, 3), (1.0, 1.0)),
    "elastic_transform": lambda: ops.image.elastic_transform(image()),
    "gcd": lambda: ops.gcd(whole(3), whole(3)),
    "lcm": lambda: ops.lcm(whole(3), whole(3)),
    "get_item": lambda: ops.get_item(real(3), 1),
    "heaviside": lambda: ops.heaviside(real(3), real(3)),
    "histogram": lambda: ops.histogram(real(3)),
    "hstack": lambda: ops.hstack([real(3), real(3)]),
    "vstack": lambda: ops.vstack([real(3), real(3)]),
    "dstack": lambda: ops.dstack([real(3), real(3)]),
    "hsplit": lambda: ops.hsplit(real(4), 2),
    "vsplit": lambda: ops.vsplit(real(4), 2),
    "dsplit": lambda: ops.dsplit(real(3, 4), 2),
    "in_top_k": lambda: ops.in_top_k(whole(), real(5), 2),
    "jvp": lambda: ops.jvp(ops.sin, (real(3),), (real(3),)),
    "ldexp": lambda: ops.ldexp(real(3), whole(3)),
    "lstsq": lambda: ops.lstsq(real(3), real()),
    "map": lambda: ops.map(ops.sin, real(3)),
    "map_coordinates": lambda: ops.image.map_coordinates(
        real(3), keras.Input(batch_shape=(2, 5)), 1
    ),
    "matmul": lambda: ops.matmul(real(3, 5), real(5, 2)),
    "meshgrid": lambda: ops.meshgrid(keras.Input(batch_shape=(3,)), keras.Input(batch_shape=(2,))),
    "moveaxis": lambda: ops.moveaxis(real(3, 5), 1, 2),
    "swapaxes": lambda: ops.swapaxes(real(3, 5), 1, 2),
    "multi_hot": lambda: ops.multi_hot(whole(3), 5),
    "one_hot": lambda: ops.one_hot(whole(3), 5),
    "pad": lambda: ops.pad(real(3), ((0, 0), (1, 1))),
    "percentile": lambda: ops.percentile(real(3), 30, axis=1),
    "nanpercentile": lambda: ops.nanpercentile(real(3), 30, axis=1),
    "quantile": lambda: ops.quantile(real(3), 0.3, axis=1),
    "nanquantile": lambda: ops.nanquantile(real(3), 0.3, axis=1),
    "perspective_transform": lambda: ops.image.perspective_transform(
        image(), real(4, 2), real(4, 2)
    ),
    "psnr": lambda: ops.psnr(image(), image(), 1.0),
    "ssim": lambda: ops.image.ssim(image(12), image(12), 1.0),
    "qr": lambda: ops.qr(square()),
    "rearrange": lambda: ops.rearrange(real(3, 5), "b i j -> b j i"),
    "repeat": lambda: ops.repeat(real(3), 2, axis=1),
    "reshape": lambda: ops.reshape(real(6), (4, 2, 3)),
    "resize": lambda: ops.image.resize(image(), (3, 4)),
    "rgb_to_grayscale": lambda: ops.image.rgb_to_grayscale(image()),
    "rgb_to_hsv": lambda: ops.image.rgb_to_hsv(image()),
    "hsv_to_rgb": lambda: ops.image.hsv_to_rgb(image()),
    "sobel_edges": lambda: ops.image.sobel_edges(image()),
    "roll": lambda: ops.roll(real(3), 1, axis=1),
    "rot90": lambda: ops.rot90(real(3, 5), axes=(1, 2)),
    "scale_and_translate": lambda: ops.image.scale_and_translate(
        image(), (4, 8, 8, 3), (1.0, 1.0), (0.0, 0.0), (1, 2), "linear"
    ),
    "scan": lambda: ops.scan(lambda c, x: (c + x, c), real(), keras.Input(batch_shape=(5, 4))),
    "scatter": lambda: ops.scatter(whole(1), real(3), (7, 3)),
    "scatter_update": lambda: ops.scatter_update(real(3), whole(1), real(3)),
    "searchsorted": lambda: ops.searchsorted(keras.Input(batch_shape=(5,)), real(3)),
    "segment_max": lambda: ops.segment_max(real(3), whole(), 4),
    "segment_min": lambda: ops.segment_min(real(3), whole(), 4),
    "segment_prod": lambda: ops.segment_prod(real(3), whole(), 4),
    "segment_sum": lambda: ops.segment_sum(real(3), whole(), 4),
    "select": lambda: ops.select([truth(3), truth(3)], [real(3), real(3)], 0.0),
    "slice": lambda: ops.slice(real(3), (0, 1), (4, 2)),
    "slice_update": lambda: ops.slice_update(real(3), (0, 0), real(3)),
    "solve": lambda: ops.solve(square(), real(3, 2)),
    "solve_triangular": lambda: ops.solve_triangular(square(), real(3, 2)),
    "sparse_categorical_crossentropy": lambda: ops.sparse_categorical_crossentropy(
        whole(), real(3)
    ),
    "split": lambda: ops.split(real(4), 2, axis=1),
    "squeeze": lambda: ops.squeeze(real(1, 3), 1),
    "stack": lambda: ops.stack([real(3), real(3)]),
    "switch": lambda: ops.switch(
        keras.Input(batch_shape=(), dtype="int32"), [ops.sin, ops.cos], real(3)
    ),
    "take": lambda: ops.take(real(3), whole(2), axis=0),
    "take_along_axis": lambda: ops.take_along_axis(real(3), whole(2), axis=1),
    "tensordot": lambda: ops.tensordot(real(3, 5), numpy.ones((5, 2), "float32"), 1),
    "threshold": lambda: ops.threshold(real(3), 0.0, 1.0),
    "tile": lambda: ops.tile(real(3), (1, 2)),
    "top_k": lambda: ops.top_k(real(3), 2),
    "transpose": lambda: ops.transpose(real(3, 5), (0, 2, 1)),
    "unravel_index": lambda: ops.unravel_index(whole(), (3, 5)),
    "vectorize": lambda: ops.vectorize(ops.sin)(real(3)),
    "vectorized_map": lambda: ops.vectorized_map(ops.sin, real(3)),
    "view": lambda: ops.view(real(3), "int32"),
    "where": lambda: ops.where(truth(3), real(3), real(3)),
    "while_loop": lambda: ops.while_loop(lambda x: True, lambda x: x + 1, (real(3),)),
    "fori_loop": lambda: ops.fori_loop(0, 3, lambda i, x: x + 1, real(3)),
    "view_as_complex": lambda: ops.view_as_complex(real(3, 2)),
    "polar": lambda: ops.polar(real(3), real(3)),
    "logdet": lambda: ops.logdet(square()),
    "custom_gradient": lambda: ops.custom_gradient(lambda x: (x, lambda g: g))(real(3)),
    "moments": lambda: ops.moments(real(3), axes=[1]),
    "linspace": lambda: ops.linspace(real(3), real(3), 5),
    "logspace": lambda: ops.logspace(real(3), real(3), 5),
    "geomspace": lambda: ops.geomspace(real(3), real(3), 5),
    "kaiser": lambda: ops.kaiser(5, 2.0),
    "bartlett": lambda: ops.bartlett(5),
    "blackman": lambda: ops.blackman(5),
    "hamming": lambda: ops.hamming(5),
    "hanning": lambda: ops.hanning(5),
    "arange": lambda: ops.arange(5),
    "eye": lambda: ops.eye(5),
    "tri": lambda: ops.tri(5),
    "identity": lambda: ops.identity(5),
    "full": lambda: ops.full((2, 3), 1.0),
    "empty": lambda: ops.empty((2, 3)),
    "ones": lambda: ops.ones((2, 3)),
    "zeros": lambda: ops.zeros((2, 3)),
}
GUESSES = (
    lambda f: f(real(3)),
    lambda f: f(real(3), real(3)),
    lambda f: f(square()),
    lambda f: f(square(), square()),
    lambda f: f(image()),
    lambda f: f(truth(3)),
    lambda f: f(truth(3), truth(3)),
    lambda f: f([real(3), real(3)]),
)


def functions():
    """Public ones, by name; those of submodules where keras.ops has none of the name."""
    all_of = {}
    for module in (ops, ops.image, ops.nn, ops.numpy, ops.linalg):
        for name in dir(module):
            if not name.startswith("_") and callable(getattr(module, name)):
                all_of.setdefault(name, getattr(module, name))
    return dict(sorted(all_of.items()))


def sources(outputs):
    """The tensors of Keras that no operation gave."""
    found, open_ends, seen = [], list(outputs), set()
    while open_ends:
        tensor = open_ends.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        operation = tensor._keras_history.operation
        if isinstance(operation, keras.layers.InputLayer):
            found.append(tensor)
        else:
            node = operation._inbound_nodes[tensor._keras_history.node_index]
            open_ends += node.input_tensors
    return found


def classes(call):
    outputs = [y for y in keras.tree.flatten(call()) if isinstance(y, keras.KerasTensor)]
    if not outputs:
        return "-"
    model = keras.Model(sources(outputs), outputs)
    layers = json.loads(model.to_json())["config"]["layers"]
    found = {layer["class_name"] for layer in layers} - {"InputLayer"}
    return " ".join(sorted(found)) or "-"


def described(name, function):
    calls = [CALLS[name]] if name in CALLS else [lambda g=g: g(function) for g in GUESSES]
    for call in calls:
        try:
            return classes(call)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
    print(name, failure.splitlines()[0][:160], file=sys.stderr)
    return "!"


if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    for name, function in functions().items():
        print(name, described(name, function))
