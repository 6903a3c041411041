"""Write random.npz: what TensorFlow draws from a seed.     python make_random.py      (TensorFlow 2.21.0)

Names say how: eager/SEED/K is the K-th draw after tf.random.set_seed(SEED); graph/SEED/SEED2 the operation's
attributes; function/SEED/K the K-th draw within one tf.function; second is the second run of graph/1/0.
"""
import os, pathlib
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np, tensorflow as tf
record = {}
shape = (2, 3, 3, 1)
for seed in (1, 0, 42, 2**31 - 1, 2**40 + 7, -3):
    tf.random.set_seed(seed)
    for k in range(3):
        record[f"eager/{seed}/{k}"] = tf.random.uniform(shape).numpy()
tf.random.set_seed(9)
record["eager/9/float32"] = tf.random.uniform((3, 5), -2., 3.).numpy()
record["eager/9/float64"] = tf.random.uniform((3, 5), dtype=tf.float64).numpy()
record["eager/9/int32"] = tf.random.uniform((3, 5), 0, 1000, tf.int32).numpy()
record["eager/9/int64"] = tf.random.uniform((3, 5), 0, 10**12, tf.int64).numpy()
record["eager/9/large"] = tf.random.uniform((2, 33, 31, 3)).numpy()
@tf.function
def draw():
    return tf.random.uniform(shape), tf.random.uniform(shape)
tf.random.set_seed(1)
for k, value in enumerate(draw()):
    record[f"function/1/{k}"] = value.numpy()
for seed, seed2 in ((1, 0), (1, 1), (1, 2), (1, 3), (87654321, 5), (0, 2**31 - 1)):
    with tf.Graph().as_default(), tf.compat.v1.Session() as s:
        op = tf.raw_ops.RandomUniform(shape=shape, dtype=tf.float32, seed=seed, seed2=seed2)
        record[f"graph/{seed}/{seed2}"] = s.run(op)
        if seed2 == 0: record["second"] = s.run(op)
with tf.Graph().as_default(), tf.compat.v1.Session() as s:
    tf.compat.v1.set_random_seed(1)  # as the post does
    record["post"] = s.run(tf.compat.v1.random_uniform(shape, 0, 1))
np.savez(pathlib.Path(__file__).parent / "random.npz", **record)
print(record["eager/1/0"].ravel()[:4], record["post"].ravel()[:4], record["graph/1/3"].ravel()[:4])
