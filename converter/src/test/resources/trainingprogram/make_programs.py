"""Writes the training graphs beside it, each with its checkpoint. Ran with TensorFlow 2.21.0:

    python make_programs.py .

Programs as people wrote them for TF1: no signature anywhere. values.json holds what TensorFlow says of each: the
variables, an input, and what it computes from it.
"""

import json
import os
import pathlib
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.framework import function

tf.disable_eager_execution()
folder = pathlib.Path(sys.argv[1])
expected = {}


def variable(name, shape, **more):
    """Drawn by numpy, so that the graph carries no values."""
    return tf.get_variable(name, shape, initializer=tf.zeros_initializer(), **more)


def fill(session, seed):
    numbers = np.random.RandomState(seed)
    for v in tf.global_variables():
        if v.dtype.base_dtype == tf.float32:
            v.load(numbers.uniform(0.05, 0.3, v.shape.as_list()).astype(np.float32), session)


def save(name, session, results, feed, step=None, version=tf.train.SaverDef.V2, as_text=False):
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    tf.add_to_collection("savers", saver := tf.train.Saver(write_version=version))
    saver.save(session, str(place / "model"), step, write_meta_graph=False, write_state=False)
    prefix = place / ("model" if step is None else f"model-{step}")
    saver.export_meta_graph(str(prefix) + ".meta", as_text=as_text, clear_devices=True)
    expected[name] = {
        "variables": {v.op.name: session.run(v).tolist() for v in tf.global_variables()},
        "trainable": [v.op.name for v in tf.trainable_variables()],
        "inputs": {k.op.name: np.asarray(v).tolist() for k, v in feed.items()},
        "outputs": {r.op.name: v.tolist() for r, v in zip(results, session.run(results, feed))},
    }


def adam():
    """Reference variables; a flag, a share to keep, batch normalization's averages and a decaying rate."""
    x = tf.placeholder(tf.float32, [None, 4], "x")
    y = tf.placeholder(tf.int64, [None], "y")
    keep = tf.placeholder(tf.float32, name="share")
    training = tf.placeholder(tf.bool, [], "training")
    h = tf.nn.relu(tf.nn.xw_plus_b(x, variable("fc1/w", [4, 3]), variable("fc1/b", [3]), name="fc1/out"))
    mean = variable("norm/mean", [3], trainable=False)
    h = tf.cond(training, lambda: h - tf.reduce_mean(h, 0), lambda: h - mean, name="norm/cond")
    with tf.name_scope("update"):
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_sub(mean, 0.1 * mean))
    kept = h / keep * tf.floor(keep + tf.random_uniform(tf.shape(h)))
    logits = tf.add(tf.matmul(kept, variable("fc2/w", [3, 2])), variable("fc2/b", [2]), name="scores")
    tf.nn.softmax(logits, name="probabilities")
    tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32), name="accuracy")
    entropy = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    tf.losses.add_loss(entropy)
    loss = entropy + 1e-3 * tf.nn.l2_loss(tf.trainable_variables()[0])
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.01, step, 100, 0.96, staircase=True)
    train = tf.train.AdamOptimizer(rate, beta1=0.8, epsilon=1e-6).minimize(loss, step, name="train")
    average = tf.train.ExponentialMovingAverage(0.99).apply(tf.trainable_variables())
    tf.add_to_collection("train_op", tf.group(train, average, name="train_and_average"))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 1)
        session.run(step.assign(250))
        save("adam", session, [logits], {x: [[1, 2, 3, 4], [4, 3, 2, 1]], keep: 1.0, training: False}, step=250)


def rmsprop():
    """A regression with a V1 checkpoint, its graph as text."""
    x = tf.placeholder(tf.float32, [None, 3], "x")
    y = tf.placeholder(tf.float32, [None, 2], "y")
    prediction = tf.matmul(x, variable("w", [3, 2]), name="prediction")
    loss = tf.reduce_mean(tf.square(prediction - y)) + tf.nn.l2_loss(tf.trainable_variables()[0])
    tf.train.RMSPropOptimizer(0.05, decay=0.8, momentum=0.7, epsilon=1e-4, centered=True).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 2)
        save("rmsprop", session, [prediction], {x: [[1, 2, 3]]}, version=tf.train.SaverDef.V1, as_text=True)


def loop():
    """A loop of TF1's frames, resource variables, two heads, each with a sigmoid, Ftrl and nesterov's momentum."""
    x = tf.placeholder(tf.float32, [2, 3], "x")
    labels = tf.placeholder(tf.float32, [2, 1], "labels")
    w = variable("cell/w", [3, 3], use_resource=True)
    h = tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.tanh(tf.matmul(h, w))), [0, x])[1]
    heads = [tf.matmul(h, variable(f"{n}/w", [3, 1], use_resource=True), name=f"{n}/logits") for n in ("left", "right")]
    losses = [tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=l)) for l in heads]
    tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01).minimize(losses[0], name="left_train")
    tf.train.MomentumOptimizer(0.2, 0.9, use_nesterov=True).minimize(losses[1], name="right_train")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 3)
        save("loop", session, heads, {x: [[1, 2, 3], [3, 2, 1]]})


def pipeline():
    """Data and labels come from a pipeline, as an Estimator's do; the cross entropy is written by hand."""
    data = tf.data.Dataset.from_tensors((np.ones([2, 3], np.float32), np.ones([2, 2], np.float32))).repeat()
    x, y = tf.data.make_one_shot_iterator(data).get_next()
    probabilities = tf.nn.softmax(tf.matmul(x, variable("w", [3, 2])), name="probabilities")
    loss = -tf.reduce_sum(y * tf.log(tf.clip_by_value(probabilities, 1e-8, 1.0)))
    tf.train.GradientDescentOptimizer(variable("rate", [], trainable=False)).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 4)
        save("pipeline", session, [probabilities], {x: [[1, 2, 3], [3, 2, 1]]})


def inference():
    """Trained elsewhere: no gradient, no loss; a function of the library is called."""
    x = tf.placeholder(tf.float32, [None, 2], "x")
    tf.placeholder(tf.float32, [], "unused")

    @function.Defun(tf.float32)
    def double(a):
        return a + a

    h = tf.tanh(tf.matmul(double(x), variable("w", [2, 2])), name="answer")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 5)
        save("inference", session, [h], {x: [[1, 2]]})


def adversarial():
    """A loss of one's own making: nothing shows where the model ends."""
    x = tf.placeholder(tf.float32, [None, 3], "x")
    doubt = tf.sigmoid(tf.matmul(x, variable("judge/w", [3, 1])), name="judge/answer")
    tf.train.GradientDescentOptimizer(0.1).minimize(-tf.reduce_mean(tf.log(doubt)))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        fill(session, 6)
        save("adversarial", session, [doubt], {x: [[1, 2, 3]]})


for make in (adam, rmsprop, loop, pipeline, inference, adversarial):
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        if make is not inference:
            tf.disable_resource_variables()
        tf.disable_control_flow_v2()
        make()
(folder / "values.json").write_text(json.dumps(expected) + "\n")
