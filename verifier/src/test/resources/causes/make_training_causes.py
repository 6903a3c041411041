"""Writes small classifiers trained three steps, graph and checkpoint: decoupled, rmsprop and adam.

    python make_training_causes.py          TensorFlow 2.21.0

decoupled: momentum with decoupled weight decay as extend_with_decoupled_weight_decay of tf.contrib.opt in TensorFlow 1.15
builds it: weights decay by assign_sub, of the step alone, before the optimizer applies its gradients; the decay is the rate
times 0.01. The others have an epsilon of 0.1, so that its place is seen.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf

HERE = pathlib.Path(__file__).parent
RATE, DECAY = 0.05, 0.01


def write(name, optimizer, decays):
    tf.reset_default_graph()
    numbers = np.random.RandomState(3)
    (HERE / name).mkdir(exist_ok=True)
    x = tf.placeholder(tf.float32, [None, 4], "x")
    labels = tf.placeholder(tf.int32, [None], "labels")
    h = x
    for layer, width, activation in (("hidden", 5, tf.nn.relu), ("logits", 3, tf.identity)):
        with tf.variable_scope(layer):
            kernel = tf.get_variable("kernel", initializer=numbers.normal(0, 0.5, (h.shape[1], width)).astype("float32"))
            bias = tf.get_variable("bias", initializer=numbers.normal(0, 0.1, width).astype("float32"))
            h = activation(tf.nn.bias_add(tf.matmul(h, kernel), bias), name="out")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=h), name="loss")
    pairs = optimizer.compute_gradients(loss)
    with tf.control_dependencies([gradient for gradient, _ in pairs]):
        decayed = [v.assign_sub(v * DECAY * RATE) for _, v in pairs if decays]
    with tf.control_dependencies(decayed):
        train = optimizer.apply_gradients(pairs, tf.train.get_or_create_global_step())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(train, {x: numbers.normal(size=(8, 4)), labels: numbers.randint(0, 3, 8)})
        tf.train.Saver().save(session, str(HERE / name / "model.ckpt"), write_state=False)


tf.disable_eager_execution()
write("decoupled", tf.train.MomentumOptimizer(RATE, 0.9), True)
write("rmsprop", tf.train.RMSPropOptimizer(RATE, 0.9, 0.5, 0.1), False)
write("adam", tf.train.AdamOptimizer(RATE, epsilon=0.1), False)
