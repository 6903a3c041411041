"""Writes keep_all.pb: a dropout without seeds that keeps all, as TensorFlow 1 programs leave it in at inference.

    python make_keep_all.py          TensorFlow 2.21.0
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
graph = tf.Graph()
with graph.as_default():
    x = v1.placeholder(tf.float32, (None, 4), "x")
    keep_prob = v1.placeholder_with_default(1.0, (), "keep_prob")
    weight = tf.constant(np.random.default_rng(3).normal(size=(4, 3)).astype("float32"), name="weight")
    dropped = v1.nn.dropout(tf.matmul(x, weight), rate=1 - keep_prob, name="dropped")
    tf.tanh(dropped, "y")
definition = graph.as_graph_def()
(pathlib.Path(__file__).parent / "keep_all.pb").write_bytes(definition.SerializeToString(deterministic=True))
