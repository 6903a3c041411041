"""Write tiny.pb and tiny.npz: a small TF1 graph with branches, a loop and every batch norm, and what TensorFlow answers.

    TF_ENABLE_ONEDNN_OPTS=0 python make_tiny_graph.py      (TensorFlow 2.21.0)

tiny.npz holds the variables (var/NAME), the feed (image), and the answers in float32 (f32/NAME) and in
float64 (f64/NAME), where the same network is built in float64 with the batch norms written out.
"""
import os, pathlib
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np, tensorflow.compat.v1 as tf
tf.disable_eager_execution()
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(5)
shapes = {"conv/kernel": (3, 3, 3, 5), "bn/gamma": (5,), "bn/beta": (5,), "bn/moving_mean": (5,), "bn/moving_variance": (5,),
          "dense/kernel": (5, 4), "old/bias": (4,)}
values = {n: (rng.uniform(.5, 1.5, s) if n.endswith("variance") else rng.normal(0, .5, s)).astype(np.float32) for n, s in shapes.items()}
image = rng.uniform(0, 1, (2, 6, 7, 3)).astype(np.float32)
EPSILON, FACTOR = 1e-3, .1

def fused(x, v, training, layout):
    if x.dtype == tf.float32:
        return tf.raw_ops.FusedBatchNormV3(x=x, scale=v["bn/gamma"], offset=v["bn/beta"], mean=v["bn/moving_mean"], variance=v["bn/moving_variance"],
            epsilon=EPSILON, exponential_avg_factor=FACTOR if training else 1., data_format=layout, is_training=training)[:3]
    eps, factor = float(np.float32(EPSILON)), float(np.float32(FACTOR))
    h = tf.transpose(x, (0, 2, 3, 1)) if layout == "NCHW" else x
    mean, variance = v["bn/moving_mean"], v["bn/moving_variance"]
    n = 2 * 6 * 7
    use = tf.nn.moments(h, [0, 1, 2]) if training else (mean, variance)
    y = (h - use[0]) * tf.math.rsqrt(use[1] + eps) * v["bn/gamma"] + v["bn/beta"]
    if training:
        mean, variance = mean * (1 - factor) + factor * use[0], variance * (1 - factor) + factor * use[1] * n / (n - 1)
    return (tf.transpose(y, (0, 3, 1, 2)) if layout == "NCHW" else y), mean, variance

def build(dtype):
    v = {}
    for name, value in values.items():
        v[name] = tf.get_variable(name, shape=value.shape, dtype=dtype, use_resource=not name.startswith("old"))
    x = tf.placeholder(dtype, [None, 6, 7, 3], "image")
    training = tf.placeholder_with_default(False, [], "is_training")
    read = {n: tf.convert_to_tensor(t) for n, t in v.items()}
    h = tf.nn.relu(tf.nn.conv2d(x, read["conv/kernel"], 1, "SAME"), name="relu")
    y, mean, variance = tf.cond(training, lambda: fused(h, read, True, "NHWC"), lambda: fused(h, read, False, "NHWC"))
    tf.identity(y, "normed"); tf.identity(mean, "mean"); tf.identity(variance, "variance")
    c = fused(tf.transpose(h, (0, 3, 1, 2)), read, True, "NCHW")
    tf.identity(c[0], "channels_first"); tf.identity(c[2], "channels_first_variance")
    pooled = tf.reduce_mean(tf.nn.max_pool2d(y, 2, 2, "SAME"), [1, 2])
    loop = tf.while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, tf.tanh(t) * float(np.float32(1.1)) + float(np.float32(.1))), (tf.constant(0), pooled))[1]
    logits = tf.add(tf.matmul(loop, read["dense/kernel"]), v["old/bias"], name="logits")
    if dtype == tf.float32:
        local = tf.nn.lrn(y, depth_radius=2, name="lrn")
        tf.reduce_sum(local, [1, 2, 3], name="after_lrn")
        choice = tf.cond(training, lambda: tf.nn.lrn(y), lambda: tf.image.resize(y, (4, 5)), name="choice")
        tf.identity(choice, "islands_in_branches"); tf.identity(tf.random.uniform([5], seed=3), "drawn")
        tf.train.Saver()
    return v, x, training

names = ["relu", "normed", "mean", "variance", "channels_first", "channels_first_variance", "logits"]
record = {f"var/{n}": t for n, t in values.items()} | {"image": image}
for dtype in (tf.float32, tf.float64):
    with tf.Graph().as_default() as g, tf.Session() as s:
        v, x, training = build(dtype)
        s.run([v[n].initializer for n in v], {v[n].initializer.inputs[1]: values[n] for n in v})
        for mode in (False, True):
            for name, out in zip(names, s.run([f"{n}:0" for n in names], {x: image, training: mode})):
                record[f"f{dtype.size * 8}/{'train' if mode else 'eval'}/{name}"] = out
        if dtype == tf.float32:
            record["f32/eval/after_lrn"], record["drawn"] = s.run(["after_lrn:0", "drawn:0"], {x: image})
            for mode in (False, True): record[f"f32/{'train' if mode else 'eval'}/islands_in_branches"] = s.run("islands_in_branches:0", {x: image, training: mode})
            (here / "tiny.pb").write_bytes(g.as_graph_def().SerializeToString(deterministic=True))
np.savez(here / "tiny.npz", **record)
for n in names: print(n, record[f"f32/eval/{n}"].shape, abs(record[f"f32/train/{n}"] - record[f"f64/train/{n}"]).max())
