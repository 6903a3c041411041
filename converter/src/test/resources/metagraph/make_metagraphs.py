"""Writes the training graphs of MetaGraphTest with TensorFlow 2.21 in graph mode.

    python make_metagraphs.py    writes beside itself and prints nothing

A net of one convolution and two dense layers is trained two steps: Nesterov momentum whose rate
decays, dropout by keep_prob, BatchNorm under a training placeholder. logits.json holds what it
answers at inference.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent
v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_resource_variables()


def variable(name, shape, seed, trainable=True):
    value = np.random.default_rng(seed).standard_normal(shape).astype(np.float32) * 0.3
    return v1.get_variable(name, initializer=value, trainable=trainable)


def net(with_dropout):
    x = v1.placeholder(tf.float32, [None, 6, 6, 2], name="images")
    labels = v1.placeholder(tf.int32, [None], name="labels")
    training = v1.placeholder(tf.bool, [], name="is_training")
    keep = v1.placeholder(tf.float32, name="keep_prob")
    y = tf.nn.conv2d(x, variable("conv/kernel", (3, 3, 2, 4), 1), 1, "SAME")
    gamma, beta = variable("bn/gamma", (4,), 2), variable("bn/beta", (4,), 3)
    mean = variable("bn/moving_mean", (4,), 4, trainable=False)
    var = v1.get_variable("bn/moving_variance", initializer=np.full(4, 1.5, np.float32), trainable=False)

    def train():
        out, m, v = v1.nn.fused_batch_norm(y, gamma, beta, epsilon=1e-3, is_training=True)
        return out, m, v

    def infer():
        out, m, v = v1.nn.fused_batch_norm(y, gamma, beta, mean, var, epsilon=1e-3, is_training=False)
        return out, m, v

    out, m, v = v1.cond(training, train, infer)
    for old, new in ((mean, m), (var, v)):
        step = v1.cond(training, lambda o=old, n=new: (o - n) * 0.1, lambda o=old: tf.zeros_like(o))
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, v1.assign_sub(old, step))
    h = tf.nn.relu(out)
    h = tf.reshape(h, [tf.shape(h)[0], -1])  # as tf.layers.flatten writes it
    h = tf.nn.relu(tf.matmul(h, variable("fc1/kernel", (144, 5), 5)) + variable("fc1/bias", (5,), 6))
    if with_dropout:
        h = v1.nn.dropout(h, keep_prob=keep, seed=1)
    logits = tf.matmul(h, variable("fc2/kernel", (5, 3), 7)) + variable("fc2/bias", (3,), 8)
    logits = tf.identity(logits, "logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    v1.losses.add_loss(loss)
    return x, labels, training, keep, logits, loss


def write(name, optimizer, control_flow_v2, write_version, as_text=False):
    v1.reset_default_graph()
    (v1.enable_control_flow_v2 if control_flow_v2 else v1.disable_control_flow_v2)()
    x, labels, training, keep, logits, loss = net(True)
    step = v1.train.get_or_create_global_step()
    updates = v1.get_collection(v1.GraphKeys.UPDATE_OPS)
    with tf.control_dependencies(updates):
        train_op = optimizer(step).minimize(loss, global_step=step)
    saver = v1.train.Saver(write_version=write_version)
    r = np.random.default_rng(9)
    images = r.standard_normal((3, 6, 6, 2)).astype(np.float32)
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        for _ in range(2):
            session.run(train_op, {x: images, labels: [0, 1, 2], training: True, keep: 0.8})
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        saver.save(session, str(folder / "model.ckpt"), write_state=False)
        if as_text:
            saver.export_meta_graph(str(folder / "model.ckpt.meta"), as_text=True, strip_default_attrs=True)
        got = session.run(logits, {x: images, training: False, keep: 1.0})
    return {"images": images.ravel().tolist(), "logits": got.ravel().tolist()}


V1, V2 = v1.train.SaverDef.V1, v1.train.SaverDef.V2
answers = {
    "momentum": write(
        "momentum",
        lambda step: v1.train.MomentumOptimizer(
            v1.train.exponential_decay(0.1, step, 10, 0.5), 0.9, use_nesterov=True
        ),
        True,
        V2,
    ),
    "adam": write("adam", lambda step: v1.train.AdamOptimizer(0.01, beta2=0.99), False, V1),
    "rmsprop": write(
        "rmsprop", lambda step: v1.train.RMSPropOptimizer(0.01, 0.8, 0.5, centered=True), False, V2, True
    ),
}
(HERE / "logits.json").write_text(json.dumps(answers) + "\n")
