"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of functions of keras.ops among layers.

    python make_functions.py [FAMILY...]

In the manner of make_reference.py, whose families these go on with.
"""

import sys

import keras
import numpy
from keras import ops
from make_reference import inputs, make


def of(function, *shapes):
    """A case of a function; without shapes, of one input."""

    def build(name):
        x = inputs(name, *(shapes or ((4, 3),)))
        return x, function(*x)

    return build


def each(*functions):
    return {f.__name__: of(f) for f in functions}


def rectifiers():
    """What activations are as functions."""
    nn = ops.nn
    return each(
        nn.relu6,
        nn.sigmoid,
        nn.softplus,
        nn.softsign,
        nn.silu,
        nn.log_sigmoid,
        nn.hard_sigmoid,
        nn.hard_silu,
        nn.hard_tanh,
        nn.selu,
        nn.tanh_shrink,
        nn.sparse_plus,
        nn.log_softmax,
    ) | {
        "gelu": of(lambda x: ops.gelu(x)),
        "gelu_exact": of(lambda x: ops.gelu(x, approximate=False)),
        "activations_gelu": of(lambda x: keras.activations.gelu(x)),
        "activations_swish": of(lambda x: keras.activations.swish(x)),
        "elu": of(lambda x: ops.elu(x, alpha=0.7)),
        "celu": of(lambda x: ops.celu(x, alpha=0.7)),
        "leaky_relu": of(lambda x: ops.leaky_relu(x)),
        "leaky_relu_3": of(lambda x: ops.leaky_relu(x, negative_slope=0.3)),
        "hard_shrink": of(lambda x: ops.hard_shrink(x, threshold=0.3)),
        "soft_shrink": of(lambda x: ops.soft_shrink(x, threshold=0.3)),
        "threshold": of(lambda x: ops.threshold(x, 0.2, -1.0)),
        "squareplus": of(lambda x: ops.squareplus(x, b=2)),
        "glu": of(lambda x: ops.glu(x, axis=1)),
        "softmax_1": of(lambda x: ops.softmax(x, axis=1)),
        "log_softmax_1": of(lambda x: ops.log_softmax(x, axis=1)),
        "normalize": of(lambda x: ops.normalize(x, axis=-1, order=2)),
        "normalize_1": of(lambda x: ops.nn.normalize(x, axis=1, order=1)),
    }


def pointwise():
    """One value from one value, or from two."""
    positive = {
        f.__name__ + "_of_exp": of(lambda x, f=f: f(ops.exp(x) + 1.1))
        for f in (ops.log, ops.log2, ops.log10, ops.log1p, ops.rsqrt, ops.arccosh, ops.reciprocal)
    }
    small = {
        f.__name__ + "_of_sin": of(lambda x, f=f: f(ops.sin(x) * 0.9))
        for f in (ops.arcsin, ops.arccos, ops.arctanh)
    }
    pairs = {
        f.__name__: of(f, (4, 3), (1, 3))
        for f in (ops.arctan2, ops.maximum, ops.minimum, ops.floor_divide, ops.mod)
    }
    return (
        positive
        | small
        | pairs
        | each(
            ops.tan,
            ops.sinh,
            ops.cosh,
            ops.arcsinh,
            ops.arctan,
            ops.ceil,
            ops.floor,
            ops.round,
            ops.trunc,
            ops.erf,
            ops.exp2,
            ops.expm1,
            ops.square,
            ops.stop_gradient,
            ops.zeros_like,
            ops.ones_like,
        )
        | {
            "sign": of(lambda x: x * ops.sign(x)),
            "isnan": of(lambda x: ops.isnan(ops.log(x))),
            "isinf": of(lambda x: ops.isinf(ops.log(ops.relu(x)))),
            "isfinite": of(lambda x: ops.isfinite(ops.log(x))),
            "logical_and": of(lambda x, y: ops.logical_and(x > 0, y > 0), (4, 3), (1, 3)),
            "logical_or": of(lambda x, y: ops.logical_or(x > 0, y > 0), (4, 3), (1, 3)),
            "logical_xor": of(lambda x, y: ops.logical_xor(x > 0, y > 0), (4, 3), (1, 3)),
            "logical_not": of(lambda x: ops.logical_not(x > 0)),
            "cast": of(lambda x: ops.cast(x, "int32")),
            "cast_of_bool": of(lambda x: ops.cast(x > 0.1, "float32")),
            "cast_of_whole": of(lambda x: ops.cast(x, "float32"), ("int", 4)),
            "where": of(lambda x, y: ops.where(x > 0, x, y), (4, 3), (4, 3)),
            "where_number": of(lambda x: ops.where(x > 0.1, x, -2.0)),
            "add_whole": of(lambda x: x + 3, ("int", 4)),
            "multiply_wholes": of(lambda x, y: x * y, ("int", 4), ("int", 1)),
            "with_constant": of(lambda x: x * numpy.float32([0.5, 1.5, -2.0])),
            "from_constant": of(
                lambda x: ops.subtract(numpy.arange(12, dtype="float32").reshape(4, 3), x)
            ),
            "with_range": of(lambda x: x + ops.arange(3, dtype="float32")),
        }
    )


def reductions():
    return {
        "var": of(lambda x: ops.var(x, axis=1)),
        "var_kept": of(lambda x: ops.var(x, axis=(1, 2), keepdims=True)),
        "std": of(lambda x: ops.std(x, axis=-1)),
        "logsumexp": of(lambda x: ops.logsumexp(x, axis=1)),
        "logsumexp_kept": of(lambda x: ops.logsumexp(x, axis=-1, keepdims=True)),
        "amax": of(lambda x: ops.amax(x, axis=1)),
        "amin": of(lambda x: ops.amin(x, axis=1)),
        "prod": of(lambda x: ops.prod(x, axis=1)),
        "argmax": of(lambda x: ops.argmax(x, axis=1)),
        "argmax_kept": of(lambda x: ops.argmax(x, axis=-1, keepdims=True)),
        "argmin": of(lambda x: ops.argmin(x, axis=-1)),
        "norm": of(lambda x: ops.norm(x, axis=-1)),
        "norm_1": of(lambda x: ops.norm(x, ord=1, axis=1, keepdims=True)),
        "cumsum": of(lambda x: ops.cumsum(x, axis=1)),
        "cumprod": of(lambda x: ops.cumprod(x, axis=1)),
        "top_k": of(lambda x: ops.top_k(x, 2)),
        "sum_of_wholes": of(lambda x: ops.sum(x, axis=1), ("int", 4)),
        "any": of(lambda x: ops.any(x > 0.5, axis=1)),
        "count": of(lambda x: ops.count_nonzero(x > 0.5, axis=1)),
        "moments": of(lambda x: ops.moments(x, axes=[1], keepdims=True)),
        "mean_of_all": of(lambda x: ops.mean(x, axis=[1, 2])),
    }


def rearrangements():
    return {
        "stack": of(lambda x, y: ops.stack([x, y], axis=1), (4, 3), (4, 3)),
        "stack_last": of(lambda x, y: ops.stack([x, y], axis=-1), (4, 3), (4, 3)),
        "split": of(lambda x: ops.split(x, 2, axis=1)),
        "split_at": of(lambda x: ops.split(x, [1, 3], axis=1)),
        "unstack": of(lambda x: ops.unstack(x, axis=1)),
        "swapaxes": of(lambda x: ops.swapaxes(x, 1, 3), (4, 3, 2)),
        "moveaxis": of(lambda x: ops.moveaxis(x, 1, -1), (4, 3, 2)),
        "moveaxes": of(lambda x: ops.moveaxis(x, (1, 2), (3, 1)), (4, 3, 2)),
        "flip": of(lambda x: ops.flip(x, axis=1)),
        "roll": of(lambda x: ops.roll(x, 1, axis=1)),
        "roll_both": of(lambda x: ops.roll(x, (1, -2), axis=(1, 2))),
        "tile": of(lambda x: ops.tile(x, [1, 2, 3])),
        "repeat": of(lambda x: ops.repeat(x, 3, axis=1)),
        "broadcast_to": of(lambda x: ops.broadcast_to(x, (2, 4, 3)), (1, 3)),
        "pad": of(lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)))),
        "pad_constant": of(lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=1.5)),
        "pad_reflect": of(lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), mode="reflect")),
        "pad_symmetric": of(lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), mode="symmetric")),
        "take": of(lambda x: ops.take(x, [2, 0], axis=1)),
        "take_one": of(lambda x: ops.take(x, 1, axis=2)),
        "slice": of(lambda x: ops.slice(x, (0, 1, 0), (2, 2, 3))),
        "index_new": of(lambda x: x[:, None, ::2]),
        "index_ellipsis": of(lambda x: x[..., -1]),
        "one_hot": of(lambda x: ops.one_hot(x, 5), ("int", 4)),
        "one_hot_first": of(lambda x: ops.one_hot(x, 5, axis=1), ("int", 4)),
        "tril": of(lambda x: ops.tril(x)),
        "triu": of(lambda x: ops.triu(x, k=1)),
        "einsum": of(lambda x, y: ops.einsum("bij,bjk->bik", x, y), (4, 3), (3, 2)),
        "einsum_dots": of(lambda x, y: ops.einsum("...ij,...kj->...ik", x, y), (4, 3), (2, 3)),
        "dot": of(lambda x: ops.dot(x, numpy.float32([[1, 2], [3, 4], [5, 6]]))),
        "depth_to_space": of(lambda x: ops.nn.depth_to_space(x, 2), (3, 2, 8)),
        "space_to_depth": of(lambda x: ops.nn.space_to_depth(x, 2), (4, 6, 2)),
        "max_pool": of(lambda x: ops.max_pool(x, (2, 3), 2, "same"), (7, 8, 2)),
        "average_pool": of(lambda x: ops.average_pool(x, 2, padding="valid"), (7, 8, 2)),
        "resize": of(lambda x: ops.image.resize(x, (6, 10)), (3, 5, 2)),
        "resize_nearest": of(
            lambda x: ops.image.resize(x, (6, 10), interpolation="nearest"), (3, 5, 2)
        ),
        "pad_images": of(lambda x: ops.image.pad_images(x, 1, 2, 8, 9), (4, 5, 3)),
        "crop_images": of(lambda x: ops.image.crop_images(x, 1, 0, 1, 2), (4, 5, 3)),
        "extract_patches": of(lambda x: ops.image.extract_patches(x, 2), (4, 6, 3)),
        "reshape_batch": of(lambda x: ops.reshape(x, (2, -1))),
        "ravel": of(lambda x: ops.ravel(x)),
        "concatenate_last": of(lambda x, y: ops.concatenate([x, y], -1), (4, 3), (4, 2)),
        "vstack": of(lambda x, y: ops.vstack([x, y]), (4, 3), (4, 3)),
        "hstack": of(lambda x, y: ops.hstack([x, y]), (4, 3), (2, 3)),
    }


def numbers():
    """One number from one number, or from two."""
    pairs = {
        f.__name__: of(f, (4, 3), (1, 3))
        for f in (
            ops.logaddexp,
            ops.logaddexp2,
            ops.hypot,
            ops.divide_no_nan,
            ops.fmod,
            ops.fmax,
            ops.fmin,
            ops.heaviside,
        )
    }
    wholes = {
        f.__name__: of(f, ("int", 4), ("int", 4))
        for f in (ops.bitwise_and, ops.bitwise_or, ops.bitwise_xor)
    }
    return (
        pairs
        | wholes
        | each(
            ops.cbrt,
            ops.deg2rad,
            ops.rad2deg,
            ops.sinc,
            ops.sparse_sigmoid,
            ops.erfc,
            ops.fabs,
            ops.copy,
            ops.real,
            ops.conj,
        )
        | {
            "erfinv": of(lambda x: ops.erfinv(ops.sin(x) * 0.9)),
            "isposinf": of(lambda x: ops.isposinf(1.0 / ops.relu(x))),
            "isneginf": of(lambda x: ops.isneginf(ops.log(ops.relu(x)))),
            "nan_to_num": of(
                lambda x: x * ops.nan_to_num(ops.stop_gradient(ops.log(ops.relu(x))), neginf=-7.0)
            ),
            "nan_to_num_of_roots": of(
                lambda x: x * ops.nan_to_num(ops.stop_gradient(ops.log(x)), nan=1.5)
            ),
            "isclose": of(lambda x, y: ops.isclose(x, x + y * 1e-5), (4, 3), (4, 3)),
            "full_like": of(lambda x: x + ops.full_like(x, 2.5)),
            "divide_by_number": of(lambda x: ops.divide_no_nan(x, 2.5)),
        }
    )


def axes():
    """What turns, joins, takes or multiplies along axes."""
    matrix = numpy.arange(15, dtype="float32").reshape(3, 5) / 7 - 1
    return {
        "outer": of(lambda x, y: ops.outer(x, y), (3,), (2,)),
        "inner": of(lambda x, y: ops.inner(x, y), (4, 3), (3,)),
        "vdot": of(lambda x, y: ops.vdot(x, y), (4, 3), (4, 3)),
        "tensordot": of(lambda x: ops.tensordot(x, matrix, 1), (4, 3)),
        "tensordot_axes": of(
            lambda x, y: ops.tensordot(x, y, axes=[[1, 2], [2, -2]]), (4, 3), (3, 4)
        ),
        "cross": of(lambda x, y: ops.cross(x, y), (4, 3), (1, 3)),
        "fliplr": of(ops.fliplr),
        "flipud": of(lambda x: ops.flipud(x)),
        "rot90": of(lambda x: ops.rot90(x, axes=(1, 2))),
        "rot90_2": of(lambda x: ops.rot90(x, k=2, axes=(1, 2)), (3, 3)),
        "rot90_2_oblong": of(lambda x: ops.rot90(x, k=2, axes=(1, 2))),
        "rot90_3": of(lambda x: ops.rot90(x, k=-1, axes=(-1, 1))),
        "diff": of(lambda x: ops.diff(x)),
        "diff_2": of(lambda x: ops.diff(x, n=2, axis=1)),
        "diagonal": of(lambda x: ops.diagonal(x, axis1=1, axis2=2)),
        "diagonal_above": of(lambda x: ops.diagonal(x, offset=1, axis1=2, axis2=1)),
        "trace": of(lambda x: ops.trace(x, offset=-1, axis1=1, axis2=2)),
        "ptp": of(lambda x: ops.ptp(x, axis=1)),
        "trapezoid": of(lambda x: ops.trapezoid(x, dx=0.5, axis=1)),
        "append": of(lambda x, y: ops.append(x, y, axis=1), (4, 3), (2, 3)),
        "dstack": of(lambda x, y: ops.dstack([x, y]), (4,), (4,)),
        "dstack_of_maps": of(lambda x, y: ops.dstack([x, y]), (4, 3), (4, 2)),
        "array_split": of(lambda x: ops.array_split(x, 3, axis=1)),
        "hsplit": of(lambda x: ops.hsplit(x, 2)),
        "vsplit": of(lambda x: ops.vsplit(ops.transpose(x, (1, 0, 2)), 2)),
        "dsplit": of(lambda x: ops.dsplit(x, [1])),
        "take_along": of(lambda x, i: ops.take_along_axis(x, i - 2, axis=1), (4, 3), ("int", 2, 3)),
        "take_along_last": of(
            lambda x, i: ops.take_along_axis(x, i, axis=-1), (4, 7), ("int", 4, 2)
        ),
        "take_by_tensor": of(lambda x, i: ops.take(x, i - 3, axis=2), (3, 7), ("int", 2)),
        "extract_sequences": of(lambda x: ops.extract_sequences(x, 4, 3), (2, 11)),
        "multi_hot": of(lambda x: ops.multi_hot(x, 6), ("int", 4)),
    }


def orders():
    bounds = numpy.float32([-0.6, 0.1, 0.5])
    return {
        "sort": of(lambda x: ops.sort(x)),
        "sort_1": of(lambda x: ops.sort(x, axis=1)),
        "argsort": of(lambda x: ops.argsort(x, axis=1)),
        "median": of(lambda x: ops.median(x, axis=1)),
        "quantile": of(lambda x: ops.quantile(x, 0.3, axis=1, keepdims=True)),
        "percentile": of(lambda x: ops.percentile(x, 60, axis=-1)),
        "searchsorted": of(lambda x: ops.searchsorted(bounds, ops.ravel(x))),
        "digitize": of(lambda x: ops.digitize(x, bounds)),
        "sparsemax": of(lambda x: ops.sparsemax(x)),
        "sparsemax_1": of(lambda x: ops.sparsemax(x * 0.4, axis=1)),
    }


def calls():
    """What layers compute, called with the weights."""
    random = numpy.random.default_rng(3)

    def constant(*shape):
        return random.uniform(0.5, 1.5, shape).astype("float32")

    statistics = [constant(3) for _ in range(4)]
    gamma, beta, first = constant(3), constant(3), constant(4)
    kernel, one, wide = constant(2, 3, 3, 5), constant(3, 3, 2), constant(1, 1, 6, 4)
    deep = constant(3, 2, 3, 2)
    seen = (4, 2, 3), (5, 2, 3), (5, 2, 6)

    def attend(**options):
        return lambda q, k, v: ops.dot_product_attention(q, k, v, **options)

    def biased(q, k, v, b, m):
        return ops.dot_product_attention(q, k, v, bias=b, mask=m > 2, scale=0.4)

    return {
        "batch": of(lambda x: ops.batch_normalization(x, *statistics[:2], -1), (5, 4, 3)),
        "batch_all": of(
            lambda x: ops.batch_normalization(x, *statistics[:2], 1, *statistics[2:], 0.01),
            (3, 5, 4),
        ),
        "layer": of(lambda x: ops.layer_normalization(x)),
        "layer_scaled": of(lambda x: ops.layer_normalization(x, gamma, beta, epsilon=0.01)),
        "layer_1": of(lambda x: ops.layer_normalization(x, first, None, axis=1)),
        "root": of(lambda x: ops.rms_normalization(x)),
        "root_scaled": of(lambda x: ops.rms_normalization(x, gamma, epsilon=0.01)),
        "attention": of(attend(), *seen),
        "attention_causal": of(attend(is_causal=True), *seen),
        "attention_scaled": of(attend(scale=0.3), *seen),
        "attention_causal_scaled": of(attend(is_causal=True, scale=0.3), *seen),
        "attention_shared": of(attend(), (4, 4, 3), (5, 2, 3), (5, 2, 3)),
        "attention_masked": of(biased, *seen, (2, 4, 5), ("int", 1, 4, 5)),
        "grey": of(lambda x: ops.image.rgb_to_grayscale(x), (4, 5, 3)),
        "grey_first": of(
            lambda x: ops.image.rgb_to_grayscale(x, data_format="channels_first"), (3, 4, 5)
        ),
        "conv": of(lambda x: ops.conv(x, kernel, 2, "same"), (7, 8, 3)),
        "conv_steps": of(lambda x: ops.conv(x, one, dilation_rate=2), (9, 3)),
        "depthwise": of(lambda x: ops.depthwise_conv(x, deep, padding="same"), (7, 8, 3)),
        "separable": of(lambda x: ops.separable_conv(x, deep, wide), (7, 8, 3)),
    }


def plain():
    """The most common ones."""
    compared = (ops.equal, ops.greater_equal, ops.less, ops.less_equal)
    return (
        each(ops.abs, ops.absolute, ops.cos, ops.tanh)
        | {f.__name__: of(f, ("int", 4), ("int", 1)) for f in compared}
        | {
            "divide": of(ops.divide, (4, 3), (1, 3)),
            "less_number": of(lambda x: x < 0.25),
            "min": of(lambda x: ops.min(x, axis=1)),
            "all": of(lambda x: ops.all(x > -0.9, axis=-1)),
        }
    )


FAMILIES = {
    f.__name__: f
    for f in (
        rectifiers,
        pointwise,
        reductions,
        rearrangements,
        plain,
        numbers,
        axes,
        orders,
        calls,
    )
}

if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    for family in sys.argv[1:] or FAMILIES:
        make(FAMILIES[family], False)
        print(family, flush=True)
