"""Record functional models that call TensorFlow, as the Keras of TensorFlow 2.4 to 2.15 stored them.

    python make_op_lambdas.py

Each function is a TFOpLambda, or a SlicingOpLambda, of `tensorflow.python.keras`, the Keras of TensorFlow 2.5
that TensorFlow 2.21 still carries. There the functions were wrapped when they were called; here the layers are
made by name. The answers are TensorFlow's.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy
import tensorflow as tf
from tensorflow.python import keras
from tensorflow.python.keras import layers
from tensorflow.python.keras.engine.training import Model
from tensorflow.python.keras.layers.core import SlicingOpLambda, TFOpLambda
from tensorflow.python.ops.tensor_getitem_override import _slice_helper

HERE = pathlib.Path(__file__).parent
MAPS, STEPS, FLAT = (5, 6, 3), (4, 3), (6,)


class Calls:
    """Calls of functions: as layers, or at once."""

    def __init__(self, case):
        self.case, self.count = case, 0

    def __call__(self, function, *arguments, **options):
        if self.case is None:
            return function(*arguments, **options)
        self.count += 1
        return TFOpLambda(function, name=f"{self.case}_{self.count}")(*arguments, **options)

    def at(self, x, *items):
        """x[items]; a slice as Keras puts one into the call that it stores."""
        if self.case is None:
            return x[tuple(slice(*i.values()) if isinstance(i, dict) else i for i in items)]
        self.count += 1
        return SlicingOpLambda(_slice_helper, name=f"{self.case}_{self.count}")(x, slice_spec=list(items))


def cut(start=None, stop=None, step=None):
    return {"start": start, "stop": stop, "step": step}


def flattened(f, x):
    return f(tf.reshape, x, shape=[f.at(f(tf.shape, x), 0), -1])


def halved(f, x):
    shape = f(tf.shape, x)
    rows = f(tf.math.floordiv, f(tf.multiply, f.at(shape, 1), y=f.at(shape, 2)), y=2)
    return f(tf.reshape, x, shape=[f.at(shape, 0), rows, f(tf.multiply, f.at(shape, 3), y=2)])


def parted(f, x):
    one, two = f(tf.split, x, num_or_size_splits=[2, 4], axis=1)
    three, four, five = f(tf.split, x, num_or_size_splits=3, axis=-1)
    return f(tf.concat, [five, two, three, one, four], axis=1)


def stacked(f, x):
    parts = f(tf.unstack, x, axis=1)
    return f(tf.stack, [parts[3], f(tf.exp, parts[0])], axis=2)


def chosen(f, x):
    return f(tf.where, f(tf.greater, x, y=0.25), x=x, y=-1.5)


CASES = {
    "softmax": (STEPS, lambda f, x: f(tf.nn.softmax, x, axis=1)),
    "log_softmax": (STEPS, lambda f, x: f(tf.nn.log_softmax, x)),
    "leaky": (FLAT, lambda f, x: f(tf.nn.leaky_relu, x, alpha=0.3)),
    "leaky_default": (FLAT, lambda f, x: f(tf.nn.leaky_relu, x)),
    "gelu": (FLAT, lambda f, x: f(tf.nn.gelu, x)),
    "gelu_tanh": (FLAT, lambda f, x: f(tf.nn.gelu, x, approximate=True)),
    "elu": (FLAT, lambda f, x: f(tf.nn.elu, f(tf.nn.selu, x))),
    "signs": (FLAT, lambda f, x: f(tf.add, f(tf.sin, x), y=f(tf.math.softplus, x))),
    "erf": (FLAT, lambda f, x: f(tf.math.erf, f(tf.math.negative, x))),
    "reversed": (FLAT, lambda f, x: f(tf.subtract, 1.0, y=f(tf.square, x))),
    "apart": (FLAT, lambda f, x: f(tf.math.squared_difference, x, y=f(tf.maximum, x, y=0.5))),
    "divided": (FLAT, lambda f, x: f(tf.math.divide, 2.0, y=f(tf.exp, x))),
    "normal": (STEPS, lambda f, x: f(tf.math.l2_normalize, x, axis=-1)),
    "product": (STEPS, lambda f, x: f(tf.matmul, x, b=x, transpose_b=True)),
    "turned_product": (STEPS, lambda f, x: f(tf.matmul, x, b=x, transpose_a=True)),
    "summed_up": (STEPS, lambda f, x: f(tf.cumsum, x, axis=1)),
    "variance": (MAPS, lambda f, x: f(tf.math.reduce_variance, x, axis=[1, 2])),
    "deviation": (MAPS, lambda f, x: f(tf.math.reduce_std, x, axis=-1, keepdims=True)),
    "sum": (MAPS, lambda f, x: f(tf.reduce_sum, x, axis=-1)),
    "flattened": (MAPS, flattened),
    "halved": (MAPS, halved),
    "parted": (FLAT, parted),
    "stacked": (STEPS, stacked),
    "turned": (MAPS, lambda f, x: f(tf.transpose, x, perm=[0, 3, 1, 2])),
    "expanded": (STEPS, lambda f, x: f(tf.squeeze, f(tf.expand_dims, x, axis=1), axis=[1])),
    "tiled": (STEPS, lambda f, x: f(tf.tile, x, multiples=[1, 2, 3])),
    "backwards": (STEPS, lambda f, x: f(tf.reverse, x, axis=[1])),
    "gathered": (STEPS, lambda f, x: f(tf.gather, x, indices=[2, 0, 2], axis=1)),
    "padded": (MAPS, lambda f, x: f(tf.pad, x, paddings=[[0, 0], [1, 2], [0, 1], [0, 0]], constant_values=0.5)),
    "mirrored": (MAPS, lambda f, x: f(tf.pad, x, paddings=[[0, 0], [1, 2], [2, 1], [0, 0]], mode="REFLECT")),
    "chosen": (FLAT, chosen),
    "cast": (FLAT, lambda f, x: f(tf.multiply, f(tf.cast, f(tf.greater, x, y=0.0), dtype="float32"), y=x)),
    "nearest": (MAPS, lambda f, x: f(tf.image.resize, x, size=[10, 9], method="nearest")),
    "depth": (MAPS, lambda f, x: f(tf.nn.space_to_depth, f(tf.tile, x, multiples=[1, 2, 1, 1]), block_size=2)),
    "stopped": (FLAT, lambda f, x: f(tf.multiply, x, y=f(tf.stop_gradient, f(tf.exp, x)))),
    "sliced": (MAPS, lambda f, x: f.at(x, cut(), cut(1, None, 2), -1)),
}


def weighted(y):
    """What the sum of outputs that is differentiated has each element times."""
    flat = tf.reshape(y, [-1])
    return tf.reduce_sum(flat * tf.cos(tf.range(1, tf.size(flat) + 1, dtype=tf.float32)))


def main():
    keras.__version__ = "2.5.0"
    random = numpy.random.default_rng(8)
    inputs, outputs, found = [], [], {}
    for case, (shape, function) in CASES.items():
        found[f"x/{case}_x"] = random.normal(0, 1, (2, *shape)).astype("float32")
        inputs.append(layers.Input(shape, name=case + "_x"))
        outputs.append(function(Calls(case), inputs[-1]))
    Model(inputs, outputs).save(HERE / "op_lambdas.h5", include_optimizer=False)
    for case, (_, function) in CASES.items():
        x = tf.constant(found[f"x/{case}_x"])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(Calls(None), x)
            total = weighted(y)
        found[f"y/{case}/0"] = y.numpy()
        found[f"d/{case}_x"] = tf.convert_to_tensor(tape.gradient(total, x)).numpy()
    numpy.savez_compressed(HERE / "op_lambdas.npz", **found)


if __name__ == "__main__":
    main()
