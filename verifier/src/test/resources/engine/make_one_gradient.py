"""Writes one_gradient, a SavedModel in which one gradient reaches two variables as it is.

python make_one_gradient.py          TensorFlow 2.21.0
"""

import os, pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(1)


class OneGradient(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(rng.standard_normal((4, 3)), dtype=tf.float32, name="kernel")
        self.first = tf.Variable(rng.standard_normal(3), dtype=tf.float32, name="first")
        self.second = tf.Variable(rng.standard_normal(3), dtype=tf.float32, name="second")

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
    def __call__(self, x):
        row = self.first[None] + self.second[None]
        return {"y": tf.concat([x @ self.kernel, tf.tile(row, [tf.shape(x)[0], 1])], 1)}


model = OneGradient()
tf.saved_model.save(model, str(HERE / "one_gradient"), signatures=model.__call__)
os.remove(HERE / "one_gradient" / "fingerprint.pb")
