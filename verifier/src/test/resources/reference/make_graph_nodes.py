"""Record functional models that call TensorFlow, as the Keras of TensorFlow 2.3 stored them.

    python make_graph_nodes.py

Each op is a TensorFlowOpLayer of its own, which holds its NodeDef and its constant inputs. The class is that of
`tensorflow.python.keras`, the Keras of TensorFlow 2.5 that TensorFlow 2.21 still carries and that stores it as
2.3 did; 2.3 made the layers by itself, here they are made of a graph's nodes. The answers are TensorFlow's.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy
import tensorflow as tf
from tensorflow.python import keras
from tensorflow.python.keras import layers
from tensorflow.python.keras.engine.base_layer import TensorFlowOpLayer
from tensorflow.python.keras.engine.training import Model

HERE = pathlib.Path(__file__).parent
ROW = numpy.array([[0.5, -1.25, 2.0]], "float32")
MAPS, STEPS, FLAT = (5, 6, 3), (4, 3), (6,)


def resized(x):
    return tf.image.resize(x, (7, 9))


def flattened(x):
    return tf.reshape(x, [tf.shape(x)[0], -1])


def halved(x):
    """Extents computed from extents."""
    shape = tf.shape(x)
    return tf.reshape(x, tf.stack([shape[0], shape[1] * shape[2] // 2, 2 * shape[3]]))


def variance(x):
    return tf.reduce_mean(tf.math.squared_difference(x, tf.reduce_mean(x, 1, keepdims=True)), [1])


CASES = {
    "scaled": (MAPS, lambda x: x / 127.5 - 1.0),
    "rowed": (STEPS, lambda x: 2.0 * (x + ROW) - x * x),
    "reversed": (FLAT, lambda x: 1.0 - x),
    "squeezed": (MAPS, lambda x: tf.squeeze(tf.expand_dims(tf.nn.relu6(x), 1), [1])),
    "pooled": (MAPS, lambda x: tf.reduce_mean(x, [1, 2])),
    "largest": (MAPS, lambda x: tf.reduce_max(x, axis=-1, keepdims=True)),
    "variance": (STEPS, variance),
    "flattened": (MAPS, flattened),
    "halved": (MAPS, halved),
    "turned": (MAPS, lambda x: tf.transpose(x, [0, 3, 1, 2])),
    "sliced": (MAPS, lambda x: x[:, 1:, ::2, -1]),
    "channel": (MAPS, lambda x: x[..., 1:2]),
    "split": (FLAT, lambda x: tf.concat(tf.split(x, 3, axis=1)[::-1], axis=1)),
    "unstacked": (STEPS, lambda x: tf.stack([tf.exp(part) for part in tf.unstack(x, axis=1)], axis=2)),
    "clipped": (FLAT, lambda x: tf.clip_by_value(x, -0.5, 0.75)),
    "powered": (FLAT, lambda x: tf.sqrt(tf.abs(x) + 0.1) + tf.pow(x, 2.0) + tf.math.log1p(tf.square(x))),
    "swish": (FLAT, lambda x: x * tf.sigmoid(x) + tf.nn.softplus(x) + tf.tanh(x)),
    "leaky": (FLAT, lambda x: tf.nn.leaky_relu(x, 0.1) + tf.nn.elu(x)),
    "softmax": (STEPS, lambda x: tf.nn.softmax(x) + tf.nn.softmax(x, axis=1)),
    "normal": (FLAT, lambda x: tf.math.l2_normalize(x, axis=1)),
    "product": (STEPS, lambda x: tf.matmul(x, x, transpose_b=True)),
    "padded": (MAPS, lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]])),
    "mirrored": (MAPS, lambda x: tf.pad(x, [[0, 0], [1, 2], [2, 1], [0, 0]], "REFLECT")),
    "tiled": (STEPS, lambda x: tf.tile(x, [1, 2, 3])),
    "gathered": (STEPS, lambda x: tf.gather(x, [2, 0, 2], axis=1)),
    "chosen": (FLAT, lambda x: tf.where(tf.greater(x, 0.25), x, tf.zeros_like(x))),
    "resized": (MAPS, resized),
    "depth": (MAPS, lambda x: tf.nn.depth_to_space(tf.tile(x, [1, 1, 1, 4]), 2)),
    "max_pool": (MAPS, lambda x: tf.nn.max_pool2d(x, 2, 2, "SAME")),
    "average": (MAPS, lambda x: tf.nn.avg_pool2d(x, 3, 1, "VALID")),
    "best": (FLAT, lambda x: tf.floor(8.0 * tf.math.top_k(x, 3).values)),  # without a gradient
    "cast": (FLAT, lambda x: tf.cast(tf.greater_equal(x, 0.0), tf.float32) * x),
    "stopped": (FLAT, lambda x: x * tf.stop_gradient(tf.exp(x))),
}


def weighted(y):
    """What the sum of outputs that is differentiated has each element times."""
    flat = tf.reshape(y, [-1])
    return tf.reduce_sum(flat * tf.cos(tf.range(1, tf.size(flat) + 1, dtype=tf.float32)))


def as_layers(case, function, given):
    """The function as layers, one for each node of its graph that something not constant goes into."""
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, *given.shape[1:]])
        end = function(x)
        nodes = x.graph.get_operations()
    values = {x.name: given}
    for node in nodes[1:]:
        tensors = [t for t in node.inputs if t.name in values]
        if not tensors:
            continue  # a constant
        constants = {i: constant(t) for i, t in enumerate(node.inputs) if t.name not in values}
        layer = TensorFlowOpLayer(node.node_def.SerializeToString(), f"{case}_{node.name.replace('/', '_')}", constants)
        results = layer([values[t.name] for t in tensors] if len(tensors) > 1 else values[tensors[0].name])
        results = results if isinstance(results, (list, tuple)) else [results]
        values.update({t.name: y for t, y in zip(node.outputs, results, strict=True)})
    return values[end.name]


def constant(tensor):
    with tf.compat.v1.Session(graph=tensor.graph) as session:
        return session.run(tensor)


def main():
    keras.__version__ = "2.4.0"
    random = numpy.random.default_rng(7)
    inputs, outputs, found = [], [], {}
    for case, (shape, function) in CASES.items():
        found[f"x/{case}_x"] = random.normal(0, 1, (2, *shape)).astype("float32")
        inputs.append(layers.Input(shape, name=case + "_x"))
        outputs.append(as_layers(case, function, inputs[-1]))
    model = Model(inputs, outputs)
    model.save(HERE / "graph_nodes.h5", include_optimizer=False)
    for case, (_, function) in CASES.items():
        x = tf.constant(found[f"x/{case}_x"])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
            total = weighted(y)
        found[f"y/{case}/0"] = y.numpy()
        gradient = tape.gradient(total, x)
        if gradient is not None:
            found[f"d/{case}_x"] = tf.convert_to_tensor(gradient).numpy()
    numpy.savez_compressed(HERE / "graph_nodes.npz", **found)


if __name__ == "__main__":
    main()
