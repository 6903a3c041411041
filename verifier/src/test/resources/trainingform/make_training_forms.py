"""Writes training graphs as TF1 programs wrote their layers, each with its checkpoint.

    python make_training_forms.py          TensorFlow 2.21.0

What tf.layers and slim of TensorFlow 1.15 did is written out here, since TensorFlow 2 has neither. values.json holds what
TensorFlow says of each: the answer to `x` before and in a step of training, what the moving statistics are after it, and
the answer then.
"""

import json
import os
import pathlib
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

HERE = pathlib.Path(__file__).parent
tf.disable_eager_execution()
numbers = np.random.RandomState(1)
EPSILON = 0.002
values = {}


def variable(name, shape, low=-1.0, **more):
    return tf.get_variable(name, initializer=numbers.uniform(low, 1, shape).astype("float32"), **more)


def statistics(channels):
    return (variable("gamma", [channels]), variable("beta", [channels]), variable("moving_mean", [channels], trainable=False),
            variable("moving_variance", [channels], 0.5, trainable=False))


def choose(flag, yes, no):
    """smart_cond: without a choice where the flag is Python's."""
    return (yes() if flag else no()) if isinstance(flag, bool) else tf.cond(flag, yes, no)


def assign_moving_average(average, batch, decay, name="AssignMovingAvg"):
    """tensorflow/python/training/moving_averages.py, without zero_debias."""
    with tf.name_scope(name):
        return tf.assign_sub(average, (average - batch) * tf.convert_to_tensor(1.0 - decay))


def fused(x, training, gamma, beta, mean, variance):
    return choose(training,
                  lambda: tuple(tf.nn.fused_batch_norm(x, gamma, beta, epsilon=EPSILON, is_training=True)),
                  lambda: tuple(tf.nn.fused_batch_norm(x, gamma, beta, mean, variance, epsilon=EPSILON, is_training=False)))


def layers_fused(x, training, momentum):
    """tf.layers.BatchNormalization(fused=True), updates in the collection."""
    gamma, beta, mean, variance = statistics(x.shape[-1])
    y, batch_mean, batch_variance = fused(x, training, gamma, beta, mean, variance)
    old = choose(training, lambda: tf.constant(momentum), lambda: tf.constant(1.0))
    for average, batch in ((mean, batch_mean), (variance, batch_variance)):
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, assign_moving_average(average, batch, old))
    return y


def layers_plain(x, training, momentum, center=True):
    """tf.layers.BatchNormalization on rows, by moments."""
    gamma, beta, mean, variance = statistics(x.shape[-1])
    axes = list(range(x.shape.rank - 1))
    batch_mean, batch_variance = tf.nn.moments(x, axes)
    now = [choose(training, lambda b=b: b, lambda a=a: tf.identity(a)) for b, a in ((batch_mean, mean), (batch_variance, variance))]
    old = choose(training, lambda: tf.constant(momentum), lambda: tf.constant(1.0))
    for average, batch in ((mean, now[0]), (variance, now[1])):
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, assign_moving_average(average, batch, old))
    return tf.nn.batch_normalization(x, now[0], now[1], beta if center else None, gamma, EPSILON)


def slim_fused(x, training, decay):
    """contrib.layers.batch_norm(fused=True, updates_collections=None): the updates run within the output."""
    gamma, beta, mean, variance = statistics(x.shape[-1])
    y, batch_mean, batch_variance = fused(x, training, gamma, beta, mean, variance)
    def updated():
        with tf.control_dependencies([assign_moving_average(mean, batch_mean, decay), assign_moving_average(variance, batch_variance, decay)]):
            return tf.identity(y)
    return choose(training, updated, lambda: y)


def slim_plain(x, training, decay):
    """contrib.layers.batch_norm(fused=False, updates_collections=None)."""
    gamma, beta, mean, variance = statistics(x.shape[-1])
    batch_mean, batch_variance = tf.nn.moments(x, list(range(x.shape.rank - 1)))
    def updated():
        updates = [assign_moving_average(mean, batch_mean, decay), assign_moving_average(variance, batch_variance, decay)]
        with tf.control_dependencies(updates):
            return tf.identity(batch_mean), tf.identity(batch_variance)
    now = choose(training, updated, lambda: (tf.identity(mean), tf.identity(variance)))
    return tf.nn.batch_normalization(x, now[0], now[1], beta, gamma, EPSILON)


def net(norm, norm_rows, drop=lambda h, training: h):
    def build(training):
        x = tf.placeholder(tf.float32, [None, 5, 4, 2], "x")
        h = tf.nn.conv2d(x, variable("conv/kernel", [3, 3, 2, 3]), 1, "SAME")
        with tf.variable_scope("norm"):
            h = tf.nn.relu(norm(h, training, 0.9))
        h = drop(tf.reshape(h, [-1, 60]), training)
        h = tf.matmul(h, variable("rows/kernel", [60, 4])) + variable("rows/bias", [4])
        with tf.variable_scope("rows_norm"):
            h = tf.nn.tanh(norm_rows(h, training, 0.75))
        return x, tf.add(tf.matmul(h, variable("last/kernel", [4, 3])), variable("last/bias", [3]), name="logits")
    return build


def dropped(h, training):
    """As TF 1.0 to 1.12, TF 1.13 to 1.15 and TF 2 wrote it, each with a rate in Python."""
    with tf.name_scope("first"):
        keep = tf.constant(0.75, name="keep_prob")
        h = h / keep * tf.floor(keep + tf.random_uniform(tf.shape(h)))
    with tf.name_scope("second"):
        rate = tf.constant(0.4, name="rate")
        h = h * (1.0 / (1.0 - rate)) * tf.cast(tf.random_uniform(tf.shape(h)) >= rate, tf.float32)
    return tf.nn.dropout(h, rate=0.3, name="third")


def dropped_in_training(h, training):
    """With seeds, which say what is drawn inside of the branch."""
    return choose(training, lambda: tf.nn.dropout(h, rate=0.3, seed=5), lambda: tf.identity(h))


def write(name, build, flagged=True, v2=False, twin=None):
    numbers.seed(sum(map(ord, name)))
    tf.reset_default_graph()
    (tf.enable_control_flow_v2 if v2 else tf.disable_control_flow_v2)()
    (tf.enable_resource_variables if v2 else tf.disable_resource_variables)()
    flag = tf.placeholder(tf.bool, [], "is_training") if flagged else True
    x, logits = build(flag)
    labels = tf.placeholder(tf.float32, [None, 3], "labels")
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    saver, images = tf.train.Saver(), numbers.standard_normal([6, 5, 4, 2]).astype("float32")
    state = lambda session: {v.op.name: session.run(v).tolist() for v in tf.global_variables() if "moving" in v.op.name}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        shutil.rmtree(HERE / name, ignore_errors=True)
        (HERE / name).mkdir()
        saver.save(session, str(HERE / name / "model"), write_state=False, strip_default_attrs=True)
        if flagged:
            before = session.run(logits, {x: images, flag: False})
        kept = [session.run(v) for v in tf.global_variables()]
        trained = session.run([logits, updates], {x: images, flag: True} if flagged else {x: images})[0]
        moved, statistic = [session.run(v) for v in tf.global_variables()], state(session)
        if flagged:
            after = session.run(logits, {x: images, flag: False})
    if not flagged:  # the same net once more, which only answers
        tf.reset_default_graph()
        x, logits = (twin or build)(False)
        with tf.Session() as session:
            before, after = ([v.load(value, session) for v, value in zip(tf.global_variables(), all)] and session.run(logits, {x: images})
                             for all in (kept, moved))
    values[name] = {"x": images.tolist(), "before": before.tolist(), "trained": trained.tolist(), "state": statistic, "after": after.tolist()}


write("layers", net(layers_fused, layers_plain))
write("layers_v2", net(layers_fused, layers_plain), v2=True)
write("slim", net(slim_fused, slim_plain))
write("plain", net(layers_plain, lambda *a: layers_plain(*a, center=False)))
write("always", net(layers_fused, layers_plain), flagged=False)
write("always_v2", net(layers_plain, layers_plain), flagged=False, v2=True)
write("drops", net(layers_fused, layers_plain, dropped), flagged=False, twin=net(layers_fused, layers_plain))  # "trained" is random
write("cond", net(layers_fused, layers_plain, dropped_in_training))  # "trained" is random, here too
write("cond_v2", net(layers_fused, layers_plain, dropped_in_training), v2=True)
(HERE / "values.json").write_text(json.dumps(values) + "\n")
