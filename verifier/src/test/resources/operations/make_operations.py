"""Writes a frozen graph for each family of operations; every output of it is one case.

    python make_operations.py [FAMILY...]          TensorFlow 2.21.0

Extents differ along every axis, so that no transposition goes unseen. `x` is held as TensorFlow holds it, `c` comes from
a convolution and is held channels-first, `f` is `c` flattened, `v` a vector for each image.
"""
import os, pathlib, sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

v1 = tf.compat.v1
HERE = pathlib.Path(__file__).parent
FAMILIES = {}


class Graph:
    """The cases of a family while they are written."""

    def __init__(self):
        self.random = np.random.default_rng(1)
        self.outputs = []
        self.x = self.signed("images", 5, 7, 6)
        self.c = tf.nn.conv2d(self.x, self.weight(1, 1, 6, 6), 1, "VALID", name="held")
        self.f = tf.reshape(self.c, [-1, 210])
        self.v = self.signed("rows", 6)
        self.positive = tf.sigmoid(self.x)

    def signed(self, name, *shape, batch=None):
        return tf.subtract(v1.placeholder(tf.float32, [batch, *shape], name) * 4.0, 2.0, name=name + "/signed")

    def weight(self, *shape):
        return tf.constant(self.random.uniform(-1, 1, shape).astype("float32"))

    def case(self, name, value):
        self.outputs.append(tf.identity(value, name).op.name)

    def each(self, name, function, *held):
        """The case for tensors that are held in different ways."""
        for letter in held or ("x", "c"):
            self.case(f"{name}_{letter}", function(getattr(self, letter)))


def family(function):
    FAMILIES[function.__name__] = function
    return function


@family
def unary(g):
    for name in ("relu", "relu6", "sigmoid", "tanh", "elu", "selu", "softplus", "softsign", "silu", "leaky_relu"):
        g.each(name, getattr(tf.nn, name), "x", "c", "f")
    for name in ("exp", "expm1", "square", "negative", "abs", "sign", "floor", "ceil", "rint", "round", "sin", "cos", "tan",
                 "sinh", "cosh", "asinh", "atan", "erf", "erfc", "reciprocal", "softplus"):
        g.each(name, getattr(tf.math, name), "c")
    for name in ("log", "log1p", "sqrt", "rsqrt", "acos", "asin", "atanh", "lgamma", "digamma", "erfinv"):
        g.case(name, getattr(tf.math, name)(g.positive))
    g.case("acosh", tf.acosh(g.positive + 1.5))
    for name in ("is_nan", "is_inf", "is_finite"):
        g.each(name, lambda t: tf.cast(getattr(tf.math, name)(tf.math.log(t)), tf.float32), "c")
    g.each("ones_like", tf.ones_like, "x", "c")
    g.each("zeros_like", tf.zeros_like, "x", "c")
    g.each("logical_not", lambda t: tf.cast(~(t > 0.0), tf.float32), "c")
    g.each("leaky_relu_alpha", lambda t: tf.nn.leaky_relu(t, 0.3), "c")
    g.each("gelu", tf.nn.gelu, "x", "c")
    g.each("gelu_tanh", lambda t: tf.nn.gelu(t, approximate=True), "c")
    g.each("hard_sigmoid", lambda t: tf.nn.relu6(t + 3.0) / 6.0, "c")
    g.each("clip", lambda t: tf.clip_by_value(t, -0.5, 0.75), "x", "c", "f")


@family
def binary(g):
    channels, one = g.weight(6), g.weight(1)
    for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "squared_difference", "atan2", "floordiv", "floormod",
                 "divide_no_nan"):
        op = getattr(tf.math, name)
        g.each(name + "_vector", lambda t: op(t, channels), "x", "c", "v")
        g.each(name + "_number", lambda t: op(t, 0.7), "c", "f")
        g.each("number_" + name, lambda t: op(0.7, t), "c")
        g.case(name + "_both", op(g.x, g.c))
        g.case(name + "_both_reversed", op(g.c, g.x))
    g.each("pow", lambda t: tf.sigmoid(t) ** 2.5, "x", "c")
    g.each("number_pow", lambda t: tf.pow(0.7, t), "c")
    g.case("pow_both", tf.sigmoid(g.x) ** g.c)
    g.each("xlogy", lambda t: tf.math.xlogy(t, g.positive), "x", "c")
    g.each("xdivy", lambda t: tf.math.xdivy(t, g.positive), "x", "c")
    g.each("xlog1py", lambda t: tf.math.xlog1py(t, g.positive), "c")
    g.each("truncated_quotient", lambda t: tf.cast(tf.truncatediv(tf.cast(t * 9.0, tf.int32), 2), tf.float32), "c")
    g.each("whole_floor", lambda t: tf.cast(tf.cast(t * 9.0, tf.int32) // 4 + tf.cast(t * 9.0, tf.int32) % 4, tf.float32), "c")
    for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"):
        g.each(name, lambda t: tf.cast(getattr(tf.math, name)(t, 0.25), tf.float32), "x", "c")
        g.case(name + "_both", tf.cast(getattr(tf.math, name)(g.x, tf.round(g.c)), tf.float32))
    g.case("logic", tf.cast(((g.x > 0.1) & (g.c < 0.5)) | (g.c > 1.0), tf.float32))
    g.case("exclusive", tf.cast(tf.math.logical_xor(g.x > 0.1, g.c < 0.5), tf.float32))
    g.case("along_height", g.c + g.weight(5, 1, 1))
    g.case("along_width", g.c * g.weight(7, 1))
    g.case("by_one", g.c * one)
    g.case("computed_channels", g.c * tf.reduce_mean(g.c, [0, 1, 2]))
    g.case("computed_rows", tf.reduce_mean(g.c, [1, 2]) * g.v)
    g.case("squeeze_and_excite", g.c * tf.sigmoid(tf.reduce_mean(g.c, [1, 2], keepdims=True)))
    g.case("add_n", tf.add_n([g.x, g.c, g.x]))
    g.case("computed_image", g.c - tf.reduce_mean(g.c, 0))
    g.case("flat_by_vector", g.f * g.weight(210))


@family
def normalization(g):
    scale, offset = g.weight(6), g.weight(6)
    none = tf.zeros([0])
    fused = tf.raw_ops.FusedBatchNormV3
    def trained(x, **more):
        return fused(x=x, scale=scale, offset=offset, mean=none, variance=none, epsilon=0.01, **more)
    g.each("by_batch", lambda t: trained(t)[0], "x", "c")
    g.each("mean_of_batch", lambda t: trained(t)[1], "x", "c")
    g.each("variance_of_batch", lambda t: trained(t)[2], "x", "c")
    g.each("averages", lambda t: tf.stack(fused(
        x=t, scale=scale, offset=offset, mean=tf.abs(g.weight(6)), variance=tf.abs(g.weight(6)), exponential_avg_factor=0.3)[1:3]), "c")
    inferred = fused(x=g.c, scale=scale, offset=offset, mean=offset, variance=tf.abs(g.weight(6)), is_training=False)
    g.case("inferred", inferred[0])
    g.case("mean_inferred", inferred[1] * 2.0)
    volume = tf.reshape(g.c, [-1, 5, 7, 2, 3])
    g.case("volume_by_batch", fused(x=volume, scale=scale[:3], offset=offset[:3], mean=none, variance=none, data_format="NDHWC")[0])


@family
def selection(g):
    positive = lambda t: t > 0.0
    g.each("where", lambda t: tf.where(positive(t), t, t * 0.1), "x", "c", "f")
    g.each("where_number", lambda t: tf.where(positive(t), t, 0.5), "x", "c")
    g.each("where_mixed", lambda t: tf.where(positive(g.x), t, g.x), "c")
    g.each("where_channels", lambda t: tf.where(tf.constant([True, False, True, True, False, False]), t, -t), "x", "c")
    g.each("select", lambda t: v1.where(positive(t), t, -t), "x", "c")
    g.each("select_images", lambda t: v1.where(g.v[:, 0] > 0.0, t, -t), "x", "c")
    g.each("clip_between", lambda t: tf.clip_by_value(t, g.weight(6) - 1, g.weight(6) + 1), "x", "c")


@family
def reduction(g):
    for name in ("mean", "sum", "max", "min", "prod", "euclidean_norm", "logsumexp"):
        op = getattr(tf.math, "reduce_" + name)
        g.each(name + "_space", lambda t: op(t, [1, 2]), "x", "c")
        g.each(name + "_channels", lambda t: op(t, -1), "x", "c", "f")
        g.each(name + "_height_kept", lambda t: op(t, 1, keepdims=True), "x", "c")
        g.each(name + "_width", lambda t: op(t, [2]), "c")
        g.each(name + "_all", op, "x", "c")
    for name in ("all", "any"):
        op = getattr(tf.math, "reduce_" + name)
        g.each(name, lambda t: tf.cast(op(t > -1.5 if name == "all" else t > 1.5, [1, 3]), tf.float32), "x", "c")
    g.each("variance", lambda t: tf.math.reduce_variance(t, [1, 2]), "c")
    g.each("moments", lambda t: tf.nn.moments(t, [1, 2])[1], "x", "c")
    g.each("normalized", lambda t: tf.nn.l2_normalize(t, -1), "x", "c", "f")
    g.each("l2_loss", tf.nn.l2_loss, "x", "c", "f")
    g.each("softmax", tf.nn.softmax, "x", "c", "f", "v")
    g.each("log_softmax", tf.nn.log_softmax, "c", "v")
    g.each("softmax_height", lambda t: tf.nn.softmax(t, 1), "c")
    g.each("cumsum", lambda t: tf.cumsum(t, 1), "x", "c")
    g.each("cumsum_last", lambda t: tf.cumsum(t, -1), "c", "f")
    g.each("cumsum_reverse", lambda t: tf.cumsum(t, 2, reverse=True), "c")
    g.each("cumsum_exclusive", lambda t: tf.cumsum(t, 2, exclusive=True), "c")
    g.each("cumprod", lambda t: tf.math.cumprod(t, 3), "c")
    g.each("top_k", lambda t: tf.math.top_k(t, 3).values, "x", "c", "f")
    g.each("top_k_places", lambda t: tf.math.top_k(t, 3).indices, "x", "c")
    g.each("argmax", lambda t: tf.argmax(t, -1), "x", "c", "f")
    g.each("argmin_height", lambda t: tf.argmin(t, 1, tf.int32), "x", "c")


@family
def arrangement(g):
    g.each("transpose", lambda t: tf.transpose(t, [0, 3, 1, 2]), "x", "c")
    g.each("transpose_then_add", lambda t: tf.transpose(t, [0, 2, 3, 1]) + g.weight(5), "x", "c")
    g.each("swap", lambda t: tf.transpose(t, [2, 0, 1, 3]), "c")
    g.each("reshape", lambda t: tf.reshape(t, [-1, 35, 6]), "x", "c")
    g.each("reshape_across", lambda t: tf.reshape(t, [-1, 5, 42]), "x", "c")
    g.each("reshape_batch", lambda t: tf.reshape(t, [-1, 6]), "x", "c", "f")
    g.each("reshape_by_shape", lambda t: tf.reshape(t, [tf.shape(t)[0], 7, 30]), "x", "c")
    g.each("unflatten", lambda t: tf.reshape(t, [-1, 5, 7, 6]), "f")
    g.each("expand", lambda t: tf.expand_dims(t, 2), "x", "c", "v")
    g.each("expand_last", lambda t: tf.expand_dims(t, -1), "c", "f")
    g.each("squeeze", lambda t: tf.squeeze(tf.reduce_mean(t, [1, 2], keepdims=True), [1, 2]), "x", "c")
    g.each("tile", lambda t: tf.tile(t, [1, 2, 1, 3]), "x", "c")
    g.each("tile_rows", lambda t: tf.tile(t, [2, 3]), "v", "f")
    g.each("reverse", lambda t: tf.reverse(t, [1]), "x", "c")
    g.each("reverse_two", lambda t: tf.reverse(t, [2, -1]), "c")
    g.each("broadcast", lambda t: tf.broadcast_to(t[:, :, :1, :], [3, 5, 4, 6]), "x", "c")
    g.each("roll", lambda t: tf.roll(t, 2, 1), "x", "c")
    g.each("depth_to_space", lambda t: tf.nn.depth_to_space(tf.concat([t, t], -1), 2), "x", "c")
    g.each("space_to_depth", lambda t: tf.nn.space_to_depth(t[:, :4, :6, :], 2), "x", "c")
    g.each("batches_of_space", lambda t: tf.space_to_batch_nd(t, [2, 3], [[1, 0], [1, 1]]), "x", "c")
    g.each("space_of_batches", lambda t: tf.batch_to_space(tf.space_to_batch_nd(t, [2, 3], [[1, 0], [1, 1]]), [2, 3], [[1, 0], [1, 1]]), "x", "c")
    g.each("band", lambda t: tf.linalg.band_part(t, 1, 2), "x")
    g.each("pad", lambda t: tf.pad(t, [[0, 0], [1, 2], [0, 3], [0, 0]]), "x", "c")
    g.each("pad_channels", lambda t: tf.pad(t, [[0, 0], [0, 0], [0, 0], [2, 1]], constant_values=0.5), "x", "c")
    g.each("pad_rows", lambda t: tf.pad(t, [[0, 0], [1, 2]]), "v", "f")
    g.each("pad_reflect", lambda t: tf.pad(t, [[0, 0], [1, 2], [2, 1], [0, 0]], "REFLECT"), "x", "c")
    g.each("pad_symmetric", lambda t: tf.pad(t, [[0, 0], [1, 2], [2, 1], [0, 0]], "SYMMETRIC"), "x", "c")


@family
def diagonals(g):
    g.each("part", lambda t: tf.linalg.diag_part(t[..., :4, :]), "x", "c")
    g.each("part_of_images", tf.linalg.diag_part, "x", "c")
    g.case("matrices", tf.linalg.diag(g.v))
    g.case("matrices_of_old", tf.raw_ops.MatrixDiag(diagonal=g.x))
    g.case("matrix", tf.matmul(g.v, tf.raw_ops.Diag(diagonal=tf.reduce_mean(g.v, 0))))
    g.case("part_of_matrix", tf.raw_ops.DiagPart(input=tf.matmul(g.v, g.v, transpose_a=True)))
    g.case("part_of_old", tf.raw_ops.MatrixDiagPart(input=tf.matmul(g.x, g.x, transpose_b=True)))


@family
def slicing(g):
    g.each("range", lambda t: t[:, 1:4, 2:, :], "x", "c")
    g.each("element", lambda t: t[:, 2], "x", "c")
    g.each("last", lambda t: t[..., -1], "x", "c")
    g.each("channel_range", lambda t: t[..., 1:-1], "x", "c")
    g.each("strided", lambda t: t[:, ::2, 1::3, :], "x", "c")
    g.each("backwards", lambda t: t[:, ::-1, :, ::-1], "x", "c")
    g.each("backwards_part", lambda t: t[:, 3:0:-1, :, 4::-2], "x", "c")
    g.each("new_axis", lambda t: t[:, tf.newaxis, 1:, 0], "x", "c")
    g.each("batch_element", lambda t: t[0], "x", "c")
    g.each("batch_range", lambda t: t[1:], "c", "f")
    g.each("slice", lambda t: tf.slice(t, [0, 1, 2, 3], [-1, 3, 4, 2]), "x", "c")
    g.each("split", lambda t: tf.split(t, 3, -1)[1], "x", "c", "f")
    g.each("split_height", lambda t: tf.split(t, 5, 1)[3], "x", "c")
    g.each("split_sizes", lambda t: tf.split(t, [1, 3, 2], -1)[1], "x", "c")
    g.each("unstack", lambda t: tf.unstack(t, axis=2)[4], "x", "c")
    g.each("unstack_last", lambda t: tf.unstack(t, axis=-1)[4], "c")
    g.each("stack", lambda t: tf.stack([t, t * 2.0], 1), "x", "c")
    g.each("stack_last", lambda t: tf.stack([t, t * 2.0], -1), "x", "c", "f")
    g.each("concat_channels", lambda t: tf.concat([t, t * 2.0, g.x], -1), "x", "c")
    g.each("concat_height", lambda t: tf.concat([t, g.x], 1), "x", "c")
    g.each("concat_flat", lambda t: tf.concat([t, g.v], 1), "f", "v")
    g.each("concat_constant", lambda t: tf.concat([t, tf.tile(g.weight(1, 1, 7, 6), [3, 1, 1, 1])], 1), "x", "c")
    g.each("gather_channels", lambda t: tf.gather(t, [4, 0, 4], axis=-1), "x", "c", "f")
    g.each("gather_height", lambda t: tf.gather(t, [[3, 1], [0, 2]], axis=1), "x", "c")
    g.each("gather_one", lambda t: tf.gather(t, 3, axis=2), "x", "c")
    g.each("gather_batches", lambda t: tf.gather(t, tf.argmax(t, -1)[:, :3, 0] % 5, axis=1, batch_dims=1), "x", "c")
    places = tf.argmax(g.v, -1)
    g.case("embedding", tf.gather(g.weight(9, 4), places))
    g.case("embedding_of_images", tf.gather(g.weight(9, 4), tf.argmax(g.c, -1)))
    g.case("gather_nd", tf.gather_nd(g.weight(6, 7, 4), tf.stack([places, places], -1)))
    g.case("gather_nd_rows", tf.gather_nd(g.weight(6, 4), places[:, tf.newaxis]))
    g.case("one_hot", tf.one_hot(places, 6))
    g.case("one_hot_values", tf.one_hot(tf.argmax(g.c, -1), 4, 2.5, -1.0))
    g.case("one_hot_axis", tf.one_hot(tf.argmax(g.c, -1), 8, axis=1))


@family
def extents(g):
    n = tf.shape(g.c)[0]
    g.case("fill", tf.fill([n, 3, 2], 1.5) + tf.reshape(g.v, [n, 3, 2]))
    g.case("zeros", tf.concat([g.v, tf.zeros([n, 4])], 1))
    g.case("ones", tf.ones(tf.shape(g.c)) + g.c)
    g.case("range", tf.cast(tf.range(n), tf.float32))
    g.case("range_of_floats", tf.range(0.0, 3.0, 0.5) * g.v)
    g.case("tile_by_shape", tf.tile(g.weight(1, 6), tf.stack([n, 1])) * g.v)
    g.case("broadcast_by_shape", tf.broadcast_to(g.weight(1, 6), tf.stack([n, 6])) * g.v)
    g.case("mean_by_size", tf.reduce_sum(g.c) / tf.cast(tf.size(g.c), tf.float32))
    g.case("extent_as_float", g.c * tf.cast(tf.shape(g.c)[1], tf.float32))
    g.case("extent_of_batch_as_float", g.c / tf.cast(n, tf.float32))
    g.case("flatten", tf.reshape(g.c, [n, -1]))
    g.case("product_of_extents", tf.reshape(g.c, [-1, tf.reduce_prod(tf.shape(g.c)[1:])]))
    g.case("keras_flatten", tf.reshape(g.c, tf.stack([n, tf.reduce_prod(tf.shape(g.c)[1:3]), 6])))
    column = tf.shape(g.v[:, tf.newaxis])
    g.case("broadcast_shapes", tf.broadcast_to(g.v[:, tf.newaxis], tf.raw_ops.BroadcastArgs(s0=column, s1=[4, 1])))
    g.case("broadcast_by_none", tf.broadcast_to(g.v, tf.raw_ops.BroadcastArgs(s0=tf.zeros([0], tf.int32), s1=tf.shape(g.v))))
    g.case("slice_by_shape", g.c[:, :tf.shape(g.v)[1] - 2])
    g.case("shape", tf.shape(g.c))
    g.case("double_size", tf.image.resize(g.c, tf.shape(g.c)[1:3] * 2))


@family
def matrix(g):
    rows = tf.reshape(g.c, [-1, 35, 6])
    g.each("matmul", lambda t: tf.matmul(t, g.weight(6, 4)), "v")
    g.case("matmul_flat", tf.matmul(g.f, g.weight(210, 4)))
    g.case("matmul_transposed", tf.matmul(g.v, g.weight(4, 6), transpose_b=True))
    g.case("matmul_left", tf.matmul(g.weight(4, 6), g.v, transpose_b=True))
    g.case("gram", tf.matmul(g.v, g.v, transpose_b=True))
    g.case("gram_columns", tf.matmul(g.v, g.v, transpose_a=True))
    g.case("batches", tf.matmul(rows, rows, transpose_b=True))
    g.case("batches_other", tf.matmul(rows, rows, transpose_a=True))
    g.case("batches_of_four", tf.matmul(g.c, tf.transpose(g.x, [0, 1, 3, 2])))
    g.case("batches_by_weight", tf.matmul(g.c, g.weight(6, 4)))
    g.case("tensordot", tf.tensordot(g.c, g.weight(6, 4), 1))
    g.case("tensordot_space", tf.tensordot(g.x, g.weight(7, 6, 4), 2))
    g.case("einsum_weight", tf.einsum("nhwc,cd->nhwd", g.c, g.weight(6, 4)))
    g.case("einsum_two_axes", tf.einsum("nhwc,wcd->nhd", g.c, g.weight(7, 6, 4)))
    g.case("einsum_attention", tf.einsum("nhwc,nhvc->nhwv", g.c, g.x))
    g.case("einsum_ellipsis", tf.einsum("...c,cd->...d", g.c, g.weight(6, 4)))
    g.case("einsum_transposes", tf.einsum("nhwc->nchw", g.c))
    g.case("outer", tf.einsum("ni,nj->nij", g.v, g.v))


@family
def convolution(g):
    for size, stride, padding, dilation in ((3, 1, "SAME", 1), (3, 2, "SAME", 1), (2, 2, "SAME", 1), (4, 3, "SAME", 1), (3, 2, "VALID", 1),
                                            (2, 1, "SAME", 2), (3, 1, "VALID", 2)):
        name = f"{size}_{stride}_{padding}_{dilation}"
        g.case("conv_" + name, tf.nn.conv2d(g.x, g.weight(size, size, 6, 4), stride, padding, dilations=dilation))
        g.case("depthwise_" + name, tf.nn.depthwise_conv2d(g.x, g.weight(size, size, 6, 2), [1, stride, stride, 1], padding, dilations=[dilation] * 2))
    g.case("conv_oblong", tf.nn.conv2d(g.x, g.weight(2, 3, 6, 4), [1, 2, 1, 1], "SAME"))
    g.case("conv_explicit", tf.nn.conv2d(g.x, g.weight(2, 3, 6, 4), 1, [[0, 0], [1, 2], [0, 3], [0, 0]]))
    g.case("conv_grouped", tf.nn.conv2d(g.x, g.weight(3, 3, 2, 9), 1, "SAME"))
    g.case("conv_atrous", tf.nn.atrous_conv2d(g.x, g.weight(3, 3, 6, 4), 2, "SAME"))
    g.case("conv_atrous_valid", tf.nn.atrous_conv2d(g.x, g.weight(2, 2, 6, 4), 2, "VALID"))
    g.case("separable", tf.nn.separable_conv2d(g.x, g.weight(3, 3, 6, 2), g.weight(1, 1, 12, 4), [1, 1, 1, 1], "SAME"))
    line = tf.reshape(g.c, [-1, 35, 6])
    g.case("conv1d", tf.nn.conv1d(line, g.weight(3, 6, 4), 1, "SAME"))
    g.case("conv1d_stride", tf.nn.conv1d(line, g.weight(4, 6, 4), 3, "SAME"))
    g.case("conv1d_dilated", tf.nn.conv1d(line, g.weight(3, 6, 4), 1, "VALID", dilations=2))
    g.case("conv1d_chain", tf.nn.conv1d(tf.nn.relu(tf.nn.conv1d(line, g.weight(3, 6, 4), 1, "SAME")), g.weight(3, 4, 5), 2, "SAME"))
    n = tf.shape(g.x)[0]
    for size, stride, padding, h, w in ((3, 2, "SAME", 10, 14), (3, 2, "SAME", 9, 13), (2, 2, "SAME", 10, 13), (4, 2, "SAME", 10, 14),
                                        (3, 1, "SAME", 5, 7), (3, 2, "VALID", 11, 15), (3, 2, "VALID", 12, 16), (2, 3, "SAME", 14, 20),
                                        (2, 3, "VALID", 15, 21), (5, 3, "SAME", 13, 19)):
        g.case(f"transposed_{size}_{stride}_{padding}_{h}_{w}",
               tf.nn.conv2d_transpose(g.x, g.weight(size, size, 4, 6), [n, h, w, 4], stride, padding))
    g.case("transposed_atrous", tf.nn.atrous_conv2d_transpose(g.x, g.weight(3, 3, 4, 6), [3, 5, 7, 4], 2, "SAME"))
    g.case("transposed_oblong", tf.nn.conv2d_transpose(g.x, g.weight(2, 3, 4, 6), [n, 5, 14, 4], [1, 1, 2, 1], "SAME"))
    volume = tf.reshape(g.c, [-1, 5, 7, 2, 3])
    g.case("conv3d", tf.nn.conv3d(volume, g.weight(3, 2, 1, 3, 4), [1, 1, 1, 1, 1], "SAME"))
    g.case("conv3d_stride", tf.nn.conv3d(volume, g.weight(3, 2, 2, 3, 4), [1, 2, 2, 1, 1], "SAME") + g.weight(4))
    g.case("conv3d_valid", tf.nn.conv3d(volume, g.weight(3, 3, 2, 3, 4), [1, 2, 1, 1, 1], "VALID"))
    g.case("transposed3d", tf.nn.conv3d_transpose(volume, g.weight(3, 3, 2, 4, 3), [n, 10, 14, 2, 4], [1, 2, 2, 1, 1], "SAME"))


@family
def pooling(g):
    for size, stride, padding in ((2, 2, "VALID"), (2, 2, "SAME"), (3, 2, "SAME"), (3, 1, "SAME"), (2, 1, "SAME"), (3, 3, "SAME"), (4, 3, "SAME")):
        name = f"{size}_{stride}_{padding}"
        g.each("max_" + name, lambda t: tf.nn.max_pool2d(t, size, stride, padding), "x")
        g.each("mean_" + name, lambda t: tf.nn.avg_pool2d(t, size, stride, padding), "x")
    g.case("max_oblong", tf.nn.max_pool2d(g.c, [2, 3], [1, 2], "SAME"))
    g.case("mean_oblong", tf.nn.avg_pool2d(g.c, [2, 3], [1, 2], "SAME"))
    g.case("max_explicit", tf.nn.max_pool2d(g.c, 3, 2, [[0, 0], [1, 1], [0, 1], [0, 0]]))
    line = tf.reshape(g.c, [-1, 35, 6])
    g.case("max1d", tf.nn.max_pool1d(line, 3, 2, "SAME"))
    g.case("mean1d", tf.nn.avg_pool1d(line, 3, 2, "SAME"))
    volume = tf.reshape(g.c, [-1, 5, 7, 2, 3])
    for size, stride, padding in (([2, 3, 1], [2, 2, 1], "SAME"), ([2, 2, 2], [1, 2, 2], "VALID"), ([3, 3, 2], [1, 2, 1], "SAME")):
        name = "_".join(map(str, size)) + "_" + padding
        g.case("max3d_" + name, tf.nn.max_pool3d(volume, size, stride, padding))
        g.case("mean3d_" + name, tf.nn.avg_pool3d(volume, size, stride, padding))
    g.each("local_response", lambda t: tf.nn.local_response_normalization(t, 2, 1.5, 0.3, 0.6), "x", "c")
    g.each("local_response_default", tf.nn.local_response_normalization, "c")


@family
def resizing(g):
    for name, size in (("up", (10, 14)), ("odd", (8, 9)), ("down", (3, 4)), ("same", (5, 7))):
        for corners, centers in ((False, False), (True, False), (False, True)):
            tail = f"{name}_{'corners' if corners else 'centers' if centers else 'plain'}"
            g.case("bilinear_" + tail, tf.raw_ops.ResizeBilinear(images=g.c, size=size, align_corners=corners, half_pixel_centers=centers))
            g.case("nearest_" + tail, tf.raw_ops.ResizeNearestNeighbor(images=g.c, size=size, align_corners=corners, half_pixel_centers=centers))
    g.case("bilinear_of_input", tf.raw_ops.ResizeBilinear(images=g.x, size=[10, 14], align_corners=False, half_pixel_centers=True))
    g.case("repeated", tf.repeat(g.c, 2, axis=1))


@family
def numbering(g):
    """Numbers put into buckets, rows added where an index says, and constants that a graph computes from constants."""
    bounds = [-1.5, -0.25, 0.5, 1.25]
    for letter in ("x", "c", "v"):
        bins = tf.raw_ops.Bucketize(input=getattr(g, letter), boundaries=bounds)
        g.case(f"buckets_{letter}", tf.cast(bins, tf.float32) + 0.5)
    g.case("buckets_of_whole", tf.cast(tf.raw_ops.Bucketize(input=tf.argmax(g.v, -1, tf.int32), boundaries=[1.0, 2.5, 4.0]), tf.float32))
    segments = tf.constant([2, 0, 2, 4, 0])
    for letter in ("x", "c"):
        rows = tf.transpose(getattr(g, letter), [1, 0, 2, 3])
        g.case(f"segments_{letter}", tf.math.unsorted_segment_sum(rows, segments, 6))
    computed = tf.argmax(tf.transpose(g.x[:, 0, :5, 0]), -1, tf.int32) * 0 + segments
    g.case("segments_computed", tf.math.unsorted_segment_sum(tf.transpose(g.x[:, :, 0, 0]), computed, 5))
    g.case("linspace", g.v * tf.linspace(-1.0, 2.5, 6))
    g.case("linspace_of_log", g.v * tf.exp(tf.linspace(tf.math.log(1.5), tf.math.log(30.0), 6)))
    g.case("tiled_once", tf.tile(g.c, [1, 1, 1, 1]))
    g.case("broadcast_to_itself", tf.broadcast_to(tf.constant(2.5), []) * g.v)


@family
def first_years(g):
    """What TensorFlow 1 wrote at first, and no function of Python's writes any more."""
    raw = tf.raw_ops
    places = tf.argmax(g.v, -1)
    g.case("embedding", raw.Gather(params=g.weight(9, 4), indices=places))
    g.each("gather", lambda t: tf.transpose(raw.Gather(params=tf.transpose(tf.tanh(t)), indices=[1, 0, 1])), "x", "c", "f")
    g.each("concat_channels", lambda t: raw.Concat(concat_dim=3, values=[t, t * 2.0, g.x]), "x", "c")
    g.each("concat_height", lambda t: raw.Concat(concat_dim=1, values=[t, g.x]), "x", "c")
    g.each("concat_flat", lambda t: raw.Concat(concat_dim=1, values=[t, g.v]), "f", "v")
    g.case("bias", raw.BiasAddV1(value=tf.matmul(g.v, g.weight(6, 4)), bias=g.weight(4)))
    g.each("bias_of_image", lambda t: raw.BiasAddV1(value=tf.nn.conv2d(t, g.weight(3, 3, 6, 4), 2, "SAME"), bias=g.weight(4)), "x", "c")
    g.each("squeeze", lambda t: raw.Squeeze(input=tf.reduce_mean(t, [1, 2], keepdims=True)), "x", "c")
    # of tensordot
    axes = raw.Range(start=0, limit=raw.Rank(input=g.c), delta=1)
    free = raw.ListDiff(x=axes, y=[1, 3]).out
    bound = raw.Gather(params=raw.Shape(input=g.c), indices=[1, 3])
    rows = raw.Reshape(tensor=raw.Transpose(x=g.c, perm=raw.Concat(concat_dim=0, values=[free, [1, 3]])),
                       shape=raw.Pack(values=[-1, raw.Prod(input=bound, axis=[0])]))
    g.case("tensordot", tf.matmul(rows, g.weight(30, 4)))
    g.case("places_of_axes", tf.cast(raw.ListDiff(x=axes, y=[1, 3]).idx, tf.float32) * g.v[:, :2])
    # axes counted from the end, as tensordot of TensorFlow 1 turns them round; the graph keeps each step
    rank = raw.Rank(input=g.c)
    back = tf.constant([-3, -1])
    turned = raw.Mul(x=raw.Cast(x=raw.GreaterEqual(x=back, y=0), DstT=tf.int32), y=back) + raw.Mul(
        x=raw.Cast(x=raw.Less(x=back, y=0), DstT=tf.int32), y=back + rank)
    left = raw.ListDiff(x=axes, y=turned).out
    g.case("from_the_end", raw.Transpose(x=g.c, perm=raw.ConcatV2(values=[turned, left], axis=0)))
    g.case("split_of_batch", tf.split(tf.reshape(g.c, [-1, 7, 6]), 5)[3])
    # of moments
    g.each("first", lambda t: t - raw.Slice(input=t, begin=raw.ZerosLike(x=[1, 1, 1, 6]), size=[1, 1, 1, 6]), "x", "c")


def write(name):
    with tf.Graph().as_default() as graph:
        cases = Graph()
        FAMILIES[name](cases)
        definition = v1.graph_util.extract_sub_graph(graph.as_graph_def(), cases.outputs)
        for node in definition.node:
            node.attr.pop("_output_shapes", None)
        (HERE / f"{name}.pb").write_bytes(definition.SerializeToString(deterministic=True))
        print(name, len(cases.outputs))


if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        write(name)
