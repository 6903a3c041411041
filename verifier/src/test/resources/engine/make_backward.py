"""Writes doubles.pb, a graph of float64 weights beside a float32 one, channels_first.pb, a convolution that TensorFlow has no CPU kernel for, and backward.pb, a graph of one input with an operation an output, and backward.npz: tape.gradient of each output's sum.

python make_backward.py          TensorFlow 2.21.0
"""

import os, pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

v1 = tf.compat.v1
HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(7)
x = random.uniform(0.2, 2, (2, 5, 4, 3)).astype("float32")
kernel = random.uniform(-1, 1, (3, 2, 3, 4)).astype("float32")
weight = random.uniform(-1, 1, (2, 5, 4, 3)).astype("float32")
gamma, beta = random.uniform(0.5, 2, (2, 3)).astype("float32")


def cases(x):
    bias = tf.cast(tf.constant(beta), tf.float64)
    normed = tf.raw_ops.FusedBatchNormV3(
        x=x, scale=gamma, offset=beta, mean=np.zeros(0, "float32"), variance=np.zeros(0, "float32"), is_training=True
    )
    return {
        "batch_norm": normed.y * weight,
        "batch_norm_mean": normed.y * weight + 3.0 * tf.stop_gradient(normed.batch_mean),
        "explicit_padding": tf.nn.conv2d(x, kernel, (2, 1), [[0, 0], [2, 0], [1, 1], [0, 0]]),
        "transposed": tf.nn.conv2d_transpose(
            x, kernel.transpose(0, 1, 3, 2)[:, :, :, :3], (2, 9, 8, 4), (2, 2), "SAME"
        ),
        "digamma": tf.math.digamma(x),
        "euclidean_norm": tf.math.reduce_euclidean_norm(x, (1, 3)) * weight[:, 0, :, 0],
        "gather_from_the_end": tf.gather(x * x, [2, 0, 0], axis=-1),
        "logsumexp": tf.reduce_logsumexp(x, 2) * weight[:, :, 0],
        "double_bias": tf.cast(tf.nn.bias_add(tf.cast(x * x, tf.float64), bias), tf.float64),
        "column": tf.reshape(x * x, (2, 60))[:, 0],
        "softmax": tf.nn.softmax(x) * weight,
        "broadcast": (x - x[0, 0]) * (x[:, :1] + weight),
        "selected": tf.where(x[:, :, :1] > 1.0, x[:, :1] * 3.0, x[0] * x),
    }


recorded = {"x": x}
with tf.GradientTape(persistent=True) as tape:
    held = tf.constant(x)
    tape.watch(held)
    outputs = cases(held)
for name, y in outputs.items():
    recorded["dx/" + name] = tape.gradient(y, held).numpy()
np.savez(HERE / "backward.npz", **recorded)
with tf.Graph().as_default() as graph:
    place = v1.placeholder(tf.float32, x.shape, "x")
    for name, y in cases(place).items():
        tf.identity(y, "y/" + name)
(HERE / "backward.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))

with tf.Graph().as_default() as graph:
    rows = v1.placeholder(tf.float64, (None, 5), "rows")
    hidden = tf.tanh(tf.matmul(rows, tf.constant(random.uniform(-1, 1, (5, 3)), name="weight")))
    scores = tf.nn.bias_add(hidden, tf.cast(tf.constant(beta, name="bias"), tf.float64), name="scores")
(HERE / "doubles.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))

with tf.Graph().as_default() as graph:
    image = v1.placeholder(tf.float32, (2, 3, 5, 4), "image")
    tf.nn.relu(tf.nn.conv2d(image, tf.constant(kernel, name="kernel"), 1, "VALID", data_format="NCHW"), name="y")
(HERE / "channels_first.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))
