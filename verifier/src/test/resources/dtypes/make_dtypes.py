"""Writes Keras models whose variables are not float32, one a file.

    python make_dtypes.py                          keras 3.15.1, tensorflow 2.21.0
"""
import os, pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).parent


def image(dtype):
    x = layers.Input((6, 5, 2), dtype=dtype, name="image")
    y = layers.Conv2D(3, 3, padding="same", dtype=dtype, name="conv")(x)
    y = layers.BatchNormalization(dtype=dtype, name="norm")(y)
    y = layers.LayerNormalization(dtype=dtype, name="layer_norm")(y)
    y = layers.GlobalAveragePooling2D(dtype=dtype, name="pool")(y)
    return keras.Model(x, layers.Dense(3, activation="softmax", dtype=dtype, name="head")(y))


def words(dtype):
    x = layers.Input((5,), dtype="int32", name="words")
    y = layers.Embedding(7, 4, dtype=dtype, name="embedding")(x)
    y = layers.LSTM(3, dtype=dtype, name="lstm")(y)
    return keras.Model(x, layers.Dense(2, dtype=dtype, name="head")(y))


def policies():
    """Layers that compute in other types than they are called with; a mask goes through the casts."""
    x = layers.Input((5, 3), name="steps")
    y = layers.Masking(name="masking")(x)
    ends = []
    for policy in ("float64", "float16", "mixed_float16"):
        z = layers.SimpleRNN(4, dtype=policy, name=f"rnn_{policy}")(y)
        ends.append(layers.Dense(2, dtype="float32", name=f"head_{policy}")(z))
    return keras.Model(x, ends)


def sums():
    """What keras.ops makes of two types is of the wider one, and the next layer casts it back."""
    x = layers.Input((3,), name="features")
    half = layers.Dense(3, dtype="float16", name="half")(x)
    behind = layers.Dense(2, dtype="float16", name="behind")(half + x)
    return keras.Model(x, layers.Dense(2, dtype="float32", name="head")(behind))


def recorded_sums():
    keras.utils.set_random_seed(5)
    model = sums()
    model.save(HERE / "sums.keras")
    features = np.random.default_rng(6).normal(size=(2, 3)).astype("float32")
    np.savez(HERE / "sums.npz", features=features, head=np.asarray(model(features)))


def recorded():
    keras.utils.set_random_seed(3)
    model = policies()
    model.save(HERE / "policies.keras")
    steps = np.random.default_rng(4).normal(size=(2, 5, 3)).astype("float32")
    steps[0, 3:] = 0
    values = {layer: np.asarray(y) for layer, y in zip(model.output_names, model(steps))}
    np.savez(HERE / "policies.npz", steps=steps, **values)


recorded()
recorded_sums()
for name, model in {"image": image, "words": words}.items():
    for dtype in ("float64", "float16"):
        keras.utils.set_random_seed(3)
        model(dtype).save(HERE / f"{name}_{dtype}.keras")
