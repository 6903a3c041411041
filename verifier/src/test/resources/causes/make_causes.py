"""Writes small Keras models of the layers that ports get wrong, every weight drawn, no bias zero and no gamma one.

    python make_causes.py                          keras 3.15.1, tensorflow 2.21.0
    python make_causes.py --application NAME FILE   an architecture of keras.applications instead, at its smallest
"""
import os, pathlib, sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np, tensorflow as tf
from keras import layers

HERE = pathlib.Path(__file__).parent


def drawn(model, seed=5):
    random = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed" in weight.name:
            continue
        positive = weight.name in ("gamma", "moving_variance")
        spread = 0.5 if len(weight.shape) < 2 else (3 / np.prod(weight.shape[:-1])) ** 0.5
        weight.assign(random.uniform(-spread, spread, weight.shape) + positive)
    return model


def recurrent():
    x = layers.Input((6, 5), name="steps")
    forward = layers.LSTM(4, return_sequences=True, name="forget")(x)
    y = layers.GRU(3, return_sequences=True, name="update")(forward)
    y = layers.SimpleRNN(4, return_sequences=True, name="plain")(y)
    y = layers.LayerNormalization(epsilon=1e-6, name="norm")(y)
    return keras.Model(x, layers.Dense(3, activation="softmax", name="head")(layers.Flatten()(y)))


def image():
    x = layers.Input((12, 12, 3), name="image")
    y = layers.Conv2D(6, 3, 2, "same", name="stem")(x)
    y = layers.BatchNormalization(epsilon=1e-3, name="stem_norm")(y)
    y = layers.Activation("gelu", name="stem_gelu")(y)
    y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="depth")(y)
    y = layers.LeakyReLU(negative_slope=0.3, name="leaky")(y)
    y = layers.AveragePooling2D(3, 2, "same", name="average")(y)
    y = layers.Activation("hard_sigmoid", name="hard")(y)
    y = layers.Conv2DTranspose(6, 3, 2, "same", name="up")(y)
    y = layers.Conv2D(6, 3, 1, "same", name="square")(y)
    y = layers.ELU(alpha=0.5, name="elu")(y)
    y = layers.UpSampling2D(2, interpolation="bilinear", name="resized")(y)
    y = layers.MaxPooling2D(3, 2, "same", name="largest")(y)
    y = layers.Dense(7, activation="tanh", name="hidden")(layers.Flatten(name="flat")(y))
    return keras.Model(x, layers.Dense(4, activation="softmax", name="head")(y))


def attention():
    x = layers.Input((5, 8), name="tokens")
    y = layers.LayerNormalization(epsilon=1e-12, name="before")(x)
    y = layers.Dense(16, activation="gelu", name="wide")(y)
    y = layers.Add(name="sum")([x, layers.Dense(8, name="narrow")(y)])
    y = layers.LayerNormalization(epsilon=1e-5, name="after")(y)
    weights = layers.Softmax(axis=1, name="share")(layers.Dense(8, name="score")(y))
    return keras.Model(x, layers.Multiply(name="shared")([y, weights]))


def island():
    """LRN has no float64 kernel: what lies behind it is known in float32 alone."""
    random = np.random.default_rng(9)
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (None, 8, 8, 4), "image")
        y = tf.nn.local_response_normalization(x, 2, 1.0, 0.1, 0.75, name="lrn")
        y = tf.nn.conv2d(y, random.uniform(-1, 1, (3, 3, 4, 6)).astype("float32"), 2, "SAME", name="conv")
        y = tf.nn.leaky_relu(y, 0.2, name="leaky")
        tf.nn.softmax(tf.reduce_mean(y, (1, 2), name="mean"), name="share")
    (HERE / "island.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))


if sys.argv[1:2] == ["--application"]:
    build = getattr(keras.applications, sys.argv[2])
    options = {"alpha": 0.35} if sys.argv[2] == "MobileNetV2" else {}
    model = build(weights=None, input_shape=(32, 32, 3), classes=5, **options)
    drawn(model).save(sys.argv[3])
else:
    for build in (recurrent, image, attention):
        drawn(build()).save(HERE / (build.__name__ + ".keras"))
    island()
