"""Writes the SavedModels beside it. Ran with TensorFlow 2.21.0 and Keras 3.15.1:

    python make_savedmodels.py .

It prints the numbers that the tests expect and that do not stand here.
"""

import pathlib
import shutil
import sys

import keras
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
folder = pathlib.Path(sys.argv[1])


class Twins(tf.Module):
    """Unnamed variables of one shape, made in another order than their names'; one is not used."""

    def __init__(self):
        super().__init__()
        self.b = tf.Variable([1.0, 2.0, 3.0])
        self.a = tf.Variable([10.0, 20.0, 30.0])
        self.unused = tf.Variable([1.0, 2.0, 3.0])

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
    def __call__(self, x):
        return {"y": x * self.a - self.b}


class Branches(tf.Module):
    """Calls in calls, an If and a While that call too, a write before a read, a list of outputs."""

    def __init__(self):
        super().__init__()
        self.mean = tf.Variable([1.0, 2.0, 3.0], name="bn/moving_mean")
        self.gamma = tf.Variable([2.0, 1.0, 5.0], name="bn/gamma")
        self.steps = tf.Variable(0, name="steps")

    @tf.function
    def inner(self, x):
        return tf.nn.relu(x * self.gamma) + 1.0

    @tf.function(
        input_signature=[tf.TensorSpec([2, 3], tf.float32, name="x"), tf.TensorSpec([], tf.bool, name="t")]
    )
    def __call__(self, x, t):
        self.steps.assign_add(1)
        if t:
            mean = tf.reduce_mean(x, 0)
            self.mean.assign(self.mean * 0.9 + mean * 0.1)
            z = self.inner(x - mean)
        else:
            z = self.inner(x - self.mean)
        i = tf.constant(0)
        while i < 3:
            z = self.inner(z) * 0.5
            i += 1
        _, right = tf.split(z, [1, 2], axis=1)
        return {"z": z, "right": right, "steps": tf.cast(self.steps, tf.float32)}


def keras_export(target):
    """Every weight under two keys."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    )
    for i, variable in enumerate(model.variables):
        variable.assign(np.arange(variable.numpy().size).reshape(variable.shape) * 0.25 + i)
    model.export(str(target), verbose=False)


def tf1(target):
    """Reference and resource variables, an Adam, a saver that maps them to their averages' names, a loop and a cond."""
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 6], "x")
        is_training = v1.placeholder_with_default(False, [], "is_training")
        kernel = v1.get_variable("d/kernel", [6, 4], use_resource=False, initializer=v1.ones_initializer())
        bias = v1.get_variable("d/bias", [4], use_resource=True, initializer=v1.ones_initializer())
        y = tf.nn.relu(tf.matmul(x, kernel) + bias)
        average = tf.train.ExponentialMovingAverage(0.5)
        step = v1.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(y))
        with v1.control_dependencies([step]):
            train = average.apply([kernel, bias])
        y = v1.cond(is_training, lambda: y * 2.0, lambda: y + bias)
        _, y = v1.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, h * 1.5 + bias), [0, y])
        y = tf.identity(y, "y")
        session.run(v1.global_variables_initializer())
        for _ in range(2):
            session.run(train, {x: np.ones([1, 6])})
        signature = v1.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder = v1.saved_model.Builder(str(target))
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {"serving_default": signature, "score": signature},
            saver=v1.train.Saver(average.variables_to_restore()),
        )
        builder.save()
        print("tf1: bias, stored under its average's name:", session.run(bias))


for name, write in {
    "twins": lambda target: tf.saved_model.save(Twins(), str(target)),
    "branches": lambda target: tf.saved_model.save(Branches(), str(target)),
    "keras_export": keras_export,
    "tf1": None,
}.items():
    shutil.rmtree(folder / name, ignore_errors=True)
    if write:
        write(folder / name)
v1.disable_control_flow_v2()
tf1(folder / "tf1")
for unread in folder.glob("*/fingerprint.pb"):
    unread.unlink()
