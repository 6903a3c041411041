"""Writes residual/: a network of three residual blocks as a graph with its training step, after two of Adam's.

    python make_residual.py                        tensorflow 2.21.0

Layers are named as keras.applications names them, a block's and its own: the graph has no scope of a block.
"""
import os, pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

HERE = pathlib.Path(__file__).parent
tf1 = tf.compat.v1


def conv(x, channels, name):
    with tf1.variable_scope(name):
        kernel = tf1.get_variable("kernel", (3, 3, x.shape[-1], channels))
        bias = tf1.get_variable("bias", (channels,))
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias)


def network():
    image = tf1.placeholder(tf.float32, (None, 7, 6, 3), "image")
    x = conv(image, 5, "stem")
    for block in ("block1", "block2", "block3"):
        y = tf.nn.relu(conv(x, 5, block + "_conv1"), block + "_relu")
        y = conv(y, 5, block + "_conv2")
        x = tf.nn.relu(tf.add(x, y, block + "_add"), block + "_out")
    x = tf.reduce_mean(x, (1, 2), name="mean")
    with tf1.variable_scope("head"):
        logits = tf.matmul(x, tf1.get_variable("kernel", (5, 4))) + tf1.get_variable("bias", (4,))
    label = tf1.placeholder(tf.int64, (None,), "label")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=label, logits=logits), name="loss")
    return image, label, tf1.train.AdamOptimizer(0.01).minimize(loss)


with tf.Graph().as_default() as graph, tf1.Session() as session:
    image, label, step = network()
    random = np.random.default_rng(4)
    session.run(tf1.global_variables_initializer())
    for variable in tf1.trainable_variables():
        variable.load(random.uniform(-0.4, 0.4, variable.shape).astype("float32"), session)
    for _ in range(2):
        session.run(step, {image: random.uniform(size=(4, 7, 6, 3)), label: random.integers(0, 4, 4)})
    (HERE / "residual").mkdir(exist_ok=True)
    tf1.train.Saver().save(session, str(HERE / "residual" / "model"), write_state=False)
