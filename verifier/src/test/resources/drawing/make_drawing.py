"""Models whose layers draw in training, and what Keras 3.15.1 on TensorFlow 2.21.0 makes of them.

    python make_drawing.py [NAME ..]

NAME.keras is a model; NAME.npz holds x, the output y of the first call in training after the file is
loaded, when every generator of a layer with a seed stands where the file has it, and the gradient d of the
sum of y * cos(1, 2, ..) by x.
"""

import io
import os
import pathlib
import sys
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import h5py
import keras
import numpy
import tensorflow as tf
from keras import layers as L

HERE = pathlib.Path(__file__).parent


def maps():
    x = keras.Input((4, 5, 3), name="x")
    y = L.Conv2D(6, 2, name="conv")(x)
    y = L.SpatialDropout2D(0.4, seed=1, name="spatial")(y)
    y = L.BatchNormalization(name="norm")(y)
    y = L.Dropout(0.3, noise_shape=(None, 1, 4, 1), seed=2, name="rows")(y)
    y = L.Flatten(name="flat")(L.Dropout(0.2, seed=3, name="single")(y))
    y = L.Dropout(0.25, seed=4, name="flattened")(y)
    return keras.Model(x, L.Dense(3, name="head")(y))


def noise():
    x = keras.Input((4, 3), name="x")
    y = L.GaussianNoise(0.4, seed=5, name="added")(x)
    y = L.GaussianDropout(0.3, seed=6, name="multiplied")(L.Dense(5, name="first")(y))
    y = L.AlphaDropout(0.4, seed=7, name="alpha")(y)
    return keras.Model(x, L.Dense(2, name="last")(y))


def attention():
    x = keras.Input((5, 4), name="x")
    y = L.MultiHeadAttention(2, 3, dropout=0.3, seed=8, name="heads")(x, x)
    y = L.Attention(dropout=0.2, seed=9, name="dot")([y, x])
    return keras.Model(x, L.AdditiveAttention(dropout=0.4, seed=10, name="additive")([y, x]))


def shared():
    inner = keras.Input((4,), name="inner_x")
    block = L.Dropout(0.3, seed=11, name="inside")(L.Dense(4, activation="tanh", name="dense")(inner))
    block = keras.Model(inner, block, name="block")
    drop = L.Dropout(0.5, seed=12, name="both")
    x = keras.Input((4,), name="x")
    y = L.Add(name="sum")([drop(block(x)), drop(block(drop(x)))])
    return keras.Model(x, L.Dropout(0.1, seed=13, name="end")(y))


def recurrent():
    both = {"dropout": 0.4, "recurrent_dropout": 0.3}
    x = keras.Input((3, 4), name="x")
    y = L.LSTM(3, return_sequences=True, seed=14, name="lstm", **both)(x)
    y = L.TimeDistributed(L.Dropout(0.3, seed=15), name="steps")(y)
    y = L.GRU(2, dropout=0.3, return_sequences=True, seed=16, name="gru")(y)
    return keras.Model(x, L.GRU(2, seed=17, name="last", **both)(y))


def states():
    """Of the layer behind both dropouts, nothing but the states is read."""
    x = keras.Input((3, 4), name="x")
    encoder = L.LSTM(3, dropout=0.4, return_state=True, seed=26, name="encoder")
    _, h, c, back_h, back_c = L.Bidirectional(encoder, name="both")(x)
    state = [L.Concatenate(name="h")([h, back_h]), L.Concatenate(name="c")([c, back_c])]
    y = L.LSTM(6, dropout=0.3, return_sequences=True, seed=27, name="decoder")(x, initial_state=state)
    return keras.Model(x, L.Dense(2, name="last")(y))


def distributed():
    """Cells in each step of another axis draw anew in it, for every gate."""
    both = {"dropout": 0.4, "recurrent_dropout": 0.3}
    x = keras.Input((2, 3, 4, 2), name="x")
    rows = L.ConvLSTM1D(2, 2, padding="same", return_sequences=True, seed=18, **both)
    y = L.TimeDistributed(rows, name="rows")(x)
    y = L.Reshape((2, 3, 8), name="flat")(y)
    y = L.TimeDistributed(L.LSTM(3, return_sequences=True, seed=19, **both), name="lstm")(y)
    y = L.TimeDistributed(L.GRU(2, return_sequences=True, seed=20, **both), name="gru")(y)
    return keras.Model(x, L.TimeDistributed(L.Dropout(0.3, seed=22), name="drop")(y))


def counted():
    """With the states of generators that have drawn, as Keras 3.0 has them in its files."""
    x = keras.Input((3, 4), name="x")
    y = L.Dropout(0.3, seed=23, name="first")(x)
    y = L.GRU(2, dropout=0.4, return_sequences=True, seed=24, name="gru")(y)
    return keras.Model(x, L.GaussianDropout(0.2, seed=25, name="noise")(y))


STATES = {"dropout": (23, 3), "gru/cell": (24, 9), "gaussian_dropout": (25, 1)}


def with_states(path):
    """Keras 3.15 stores no state of a generator and reads none."""
    with zipfile.ZipFile(path) as stored:
        parts = {name: stored.read(name) for name in stored.namelist()}
    weights = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(weights, "a") as file:
        for layer, state in STATES.items():
            file[f"layers/{layer}/seed_generator/vars/0"] = numpy.array(state, numpy.uint32)
    parts["model.weights.h5"] = weights.getvalue()
    with zipfile.ZipFile(path, "w") as changed:
        for name, part in parts.items():
            changed.writestr(zipfile.ZipInfo(name), part)


def set_states(model):
    for name, state in zip(("first", "gru", "noise"), STATES.values(), strict=True):
        layer = model.get_layer(name)
        getattr(layer, "cell", layer).seed_generator.state.assign(state)


def main():
    names = sys.argv[1:] or "maps noise attention shared recurrent states distributed counted".split()
    for build in (globals()[name] for name in names):
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        random = numpy.random.default_rng(1)
        model = build()
        for variable in model.weights:
            value = random.normal(0, 0.6, variable.shape)
            variable.assign(abs(value) + 0.5 if "variance" in variable.path else value)
        name = build.__name__
        model.save(HERE / f"{name}.keras")
        loaded = keras.models.load_model(HERE / f"{name}.keras")
        if name == "counted":
            with_states(HERE / f"{name}.keras")
            set_states(loaded)
        x = tf.constant(random.normal(0, 1, (2, *model.input_shape[1:])), tf.float32)
        for layer in loaded.layers:
            if isinstance(layer, L.BatchNormalization):
                layer.trainable = False  # draws apart, all is as at inference
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = loaded(x, training=True)
            weights = tf.cos(tf.range(1, tf.size(y) + 1, dtype=tf.float32))
            total = tf.reduce_sum(tf.reshape(y, [-1]) * weights)
        numpy.savez_compressed(HERE / f"{name}.npz", x=x, y=y, d=tape.gradient(total, x))


if __name__ == "__main__":
    main()
