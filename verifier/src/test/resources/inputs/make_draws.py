"""Write draws.npz: what TensorFlow, Keras and PyTorch draw from a seed.
python make_draws.py      (TensorFlow 2.21.0, Keras 3.15.1, torch 2.13.0)

Names say how: stateless/A/B/WHAT is tf.random.stateless_*(seed=[A, B]); normal/SEED/SEED2 an operation with these
attributes; dropout/*, keras/* and torch/* as below.
"""
import os, pathlib
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras, numpy as np, tensorflow as tf, torch
import torch.nn.functional as F
record = {}
for a, b in ((3, 4), (0, 0), (-5, 2**40 + 1)):
    seed = tf.constant([a, b], tf.int64)
    for dtype in (tf.float32, tf.float64, tf.float16, tf.bfloat16):
        value = tf.random.stateless_uniform((57,), seed, dtype=dtype)
        record[f"stateless/{a}/{b}/uniform/{dtype.name}"] = tf.cast(value, tf.float32).numpy() if dtype == tf.bfloat16 else value.numpy()
    for dtype in (tf.float32, tf.float64):
        record[f"stateless/{a}/{b}/normal/{dtype.name}"] = tf.random.stateless_normal((1001,), seed, dtype=dtype).numpy()
        record[f"stateless/{a}/{b}/truncated/{dtype.name}"] = tf.random.stateless_truncated_normal((1001,), seed, dtype=dtype).numpy()
for seed, seed2 in ((1, 0), (87654321, 5)):
    with tf.Graph().as_default(), tf.compat.v1.Session() as s:
        record[f"normal/{seed}/{seed2}"] = s.run(tf.raw_ops.RandomStandardNormal(shape=(1001,), dtype=tf.float32, seed=seed, seed2=seed2))
        record[f"truncated/{seed}/{seed2}"] = s.run(tf.raw_ops.TruncatedNormal(shape=(1001,), dtype=tf.float32, seed=seed, seed2=seed2))
ones = np.ones((6, 9, 4), np.float32)
tf.random.set_seed(1); record["dropout/nn"] = tf.nn.dropout(ones, .3).numpy() != 0
tf.random.set_seed(1); record["dropout/keep_prob"] = tf.compat.v1.nn.dropout(ones, keep_prob=.7).numpy() != 0
tf.random.set_seed(1); record["dropout/noise_shape"] = (tf.nn.dropout(ones, .3, noise_shape=(6, 1, 4)).numpy() != 0)[:, :1]
tf.random.set_seed(1); record["dropout/float64"] = tf.nn.dropout(ones.astype(np.float64), .3).numpy() != 0
tf.random.set_seed(1); record["dropout/float16"] = tf.nn.dropout(ones.astype(np.float16), .3).numpy() != 0
record["dropout/stateless"] = tf.nn.experimental.stateless_dropout(ones, .3, seed=[3, 4]).numpy() != 0
layer = keras.layers.Dropout(.3, seed=11)
for n in range(3):
    record[f"keras/dropout/{n}"] = np.asarray(layer(ones, training=True)) != 0
record["keras/spatial1d"] = (np.asarray(keras.layers.SpatialDropout1D(.3, seed=9)(ones, training=True)) != 0)[:, :1]
generator = keras.random.SeedGenerator(11)
for n in range(3):
    record[f"keras/uniform/{n}"] = np.asarray(keras.random.uniform((50,), seed=generator))
keras.utils.set_random_seed(3)
record["keras/seeds/3"] = np.array([keras.random.SeedGenerator().state.numpy()[0] for _ in range(5)], np.int64)
for seed in (0, 1, 42, 2**31 + 5, 2**32 + 7):
    torch.manual_seed(seed); record[f"torch/{seed}/rand/float32"] = torch.rand(1000).numpy()
    torch.manual_seed(seed); record[f"torch/{seed}/rand/float64"] = torch.rand(700, dtype=torch.float64).numpy()
    torch.manual_seed(seed); record[f"torch/{seed}/uniform"] = torch.empty(100).uniform_(-2, 3).numpy()
    torch.manual_seed(seed); record[f"torch/{seed}/randint"] = torch.randint(-3, 1000, (100,)).numpy()
    torch.manual_seed(seed); record[f"torch/{seed}/randperm"] = torch.randperm(1000).numpy()
    for n in (1, 2, 5, 15, 16, 17, 31, 100):
        torch.manual_seed(seed); record[f"torch/{seed}/randn/{n}/float32"] = torch.randn(n).numpy()
        torch.manual_seed(seed); record[f"torch/{seed}/randn/{n}/float64"] = torch.randn(n, dtype=torch.float64).numpy()
torch.manual_seed(3); record["torch/3/twice"] = torch.cat([torch.randn(3), torch.randn(4), torch.rand(2)]).numpy()
torch.manual_seed(7); record["torch/7/dropout"] = F.dropout(torch.ones(1000), .3, True).numpy() != 0  # no MKL generator: an AMD processor
np.savez_compressed(pathlib.Path(__file__).parent / "draws.npz", **record)
