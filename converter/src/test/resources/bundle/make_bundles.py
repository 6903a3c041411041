"""Makes the checkpoints of this folder with TensorFlow 2.21: two.index and its two data files.

half_plus_two.* is not made here: it is tensorflow_model_server's test model saved_model_half_plus_two_cpu
(github.com/tensorflow/serving, Apache-2.0), whose index block an older TensorFlow compressed with Snappy.
"""
import os
import sys

import numpy as np
import tensorflow as tf

folder = sys.argv[1]
first = {
    "dense/kernel": tf.constant(np.arange(6, dtype=np.float32).reshape(2, 3)),
    "dense/bias": tf.constant([0.5, -1.5, 3.0], tf.bfloat16),
    "empty": tf.zeros([0, 4], tf.float32),
    "step": tf.constant(2**40, tf.int64),
}
second = {
    "names": tf.constant([["a", ""], ["größe", "b\0c"]]),
    "mask": tf.constant([True, False]),
    "über/gamma": tf.constant(1.0, tf.float64),
}
parts = []
for i, tensors in enumerate((first, second)):
    parts.append(os.path.join(folder, f"part{i}"))
    tf.raw_ops.SaveV2(
        prefix=parts[-1], tensor_names=list(tensors), shape_and_slices=[""] * len(tensors), tensors=list(tensors.values())
    )
tf.raw_ops.MergeV2Checkpoints(
    checkpoint_prefixes=parts, destination_prefix=os.path.join(folder, "two"), delete_old_dirs=False
)
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    with tf.compat.v1.variable_scope("", partitioner=tf.compat.v1.fixed_size_partitioner(2)):
        tf.compat.v1.get_variable("part", shape=[4, 2])
    session.run(tf.compat.v1.global_variables_initializer())
    tf.compat.v1.train.Saver().save(session, os.path.join(folder, "partitioned"), write_meta_graph=False, write_state=False)
