"""Train the post's network half way in TensorFlow, as a TF1 program does, and record how it goes on.

    python make_checkpoint.py DIR [--adam]          TensorFlow 2.21

Takes 15 steps of 16 digits each (digits.npz: MNIST's first 480), writes DIR/model.ckpt-15.*, takes 15
more, and writes their losses to DIR/losses.json.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf

HERE = pathlib.Path(__file__).parent
SHAPES = [(32, 1, 5, 5), (64, 32, 5, 5), (512, 3136), (10, 512)]  # as PyTorch holds them


def kernels():
    np.random.seed(1)
    for shape in SHAPES:
        bound = np.sqrt(6 / np.prod(shape[1:]))
        drawn = np.random.uniform(-bound, bound, shape).astype(np.float32)
        yield drawn.transpose(2, 3, 1, 0) if drawn.ndim == 4 else drawn.T


def batch_norm(x, is_training, name):
    with tf.variable_scope(name):
        n = x.shape[-1]
        gamma = tf.get_variable("gamma", initializer=tf.ones([n]))
        beta = tf.get_variable("beta", initializer=tf.zeros([n]))
        mean = tf.get_variable("moving_mean", initializer=tf.zeros([n]), trainable=False)
        variance = tf.get_variable("moving_variance", initializer=tf.ones([n]), trainable=False)

        def train():
            y, m, v = tf.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-5, is_training=True)
            moved = [mean.assign(mean * 0.9 + m * 0.1), variance.assign(variance * 0.9 + v * 0.1)]
            with tf.control_dependencies(moved):
                return tf.identity(y)

        def infer():
            return tf.nn.fused_batch_norm(
                x, gamma, beta, mean, variance, epsilon=1e-5, is_training=False
            )[0]

        return tf.cond(is_training, train, infer)


def build():
    x = tf.placeholder(tf.float32, [None, 28, 28, 1], "images")
    y = tf.placeholder(tf.int32, [None], "labels")
    is_training = tf.placeholder_with_default(False, [], "is_training")
    drawn, h = [], x

    def variable(value):
        held = tf.get_variable("kernel", shape=value.shape, initializer=tf.zeros_initializer())
        fed = tf.placeholder(tf.float32, value.shape)
        drawn.append((tf.assign(held, fed), {fed: value}))
        return held

    for i, kernel in enumerate(kernels(), 1):
        with tf.variable_scope(f"conv{i}" if i < 3 else f"fc{i - 2}"):
            if i < 3:
                h = tf.nn.conv2d(h, variable(kernel), 1, "SAME")
            else:
                bias = tf.get_variable("bias", initializer=tf.zeros([kernel.shape[-1]]))
                h = tf.matmul(h, variable(kernel)) + bias
        if i < 3:
            h = batch_norm(tf.nn.max_pool2d(tf.nn.relu(h), 2, 2, "SAME"), is_training, f"bn{i}")
        if i == 2:
            h = tf.reshape(h, [-1, 3136])
        if i == 3:
            h = tf.nn.relu(h)
    logits = tf.identity(h, "logits")
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    return x, y, is_training, tf.reduce_mean(each, name="loss"), drawn


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    tf.disable_eager_execution()
    digits = np.load(HERE / "digits.npz")
    x, y, is_training, loss, drawn = build()
    step = tf.train.get_or_create_global_step()
    optimizer = (
        tf.train.AdamOptimizer(1e-3)
        if "--adam" in sys.argv
        else tf.train.MomentumOptimizer(0.01, 0.9, use_nesterov=True)
    )
    train = optimizer.minimize(loss, step, name="train")
    saver, losses = tf.train.Saver(), []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for assign, feed in drawn:
            session.run(assign, feed)
        for i in range(30):
            rows = slice(16 * i, 16 * i + 16)
            images = digits["images"][rows].astype(np.float32) / 255
            feed = {x: images, y: digits["labels"][rows], is_training: True}
            losses.append(float(session.run([loss, train], feed)[0]))
            if i == 14:
                saver.save(session, str(folder / "model.ckpt"), step)
    (folder / "losses.json").write_text(json.dumps(losses[15:]))


main()
