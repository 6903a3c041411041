"""Writes column.pb, f = softmax of a small network of logits, and column.npz: the gradients of the post's first heading,
tape.gradient(f[:, 0], logits) of TensorFlow and autograd.grad(f[:, 0], logits, ones) of PyTorch.
And untrained.pb, whose bias is zero, as before the first step of a training.

    python make_column.py          TensorFlow 2.21.0, PyTorch 2.13.0
"""

import os, pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf, torch

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(3)
logits = random.uniform(-2, 2, (4, 6)).astype("float32")
weight = random.uniform(-1, 1, (6, 5)).astype("float32")


def network(logits):
    hidden = tf.tanh(tf.matmul(logits, tf.constant(weight, name="weight")))
    return tf.nn.softmax(hidden, name="f"), tf.square(hidden, name="g")


with tf.GradientTape() as tape:
    held = tf.constant(logits)
    tape.watch(held)
    column = network(held)[0][:, 0]
tensorflow = tape.gradient(column, held).numpy()

held = torch.tensor(logits, requires_grad=True)
column = torch.softmax(torch.tanh(held @ torch.tensor(weight)), 1)[:, 0]
(pytorch,) = torch.autograd.grad(column, held, grad_outputs=torch.ones_like(column))

np.savez(HERE / "column.npz", logits=logits, tensorflow=tensorflow, pytorch=pytorch.numpy())
with tf.Graph().as_default() as graph:
    network(tf.compat.v1.placeholder(tf.float32, (None, 6), "logits"))
(HERE / "column.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))

with tf.Graph().as_default() as graph:
    rows = tf.compat.v1.placeholder(tf.float32, (None, 6), "rows")
    tf.nn.relu(
        tf.nn.bias_add(
            tf.matmul(rows, tf.constant(weight, name="weight")), tf.constant(np.zeros(5, "float32"), name="bias")
        ),
        name="y",
    )
(HERE / "untrained.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))
