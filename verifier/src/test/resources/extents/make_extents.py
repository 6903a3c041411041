"""Writes a convolutional Keras model whose images are of any size, and its answers for several.

    python make_extents.py                         keras 3.15.1, tensorflow 2.21.0

Images and maps are recorded with their channels first. Padding of SAME before a stride, and what a
transposed convolution cuts off, depend on the size: odd and even ones, and sides that differ.
"""
import os, pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).parent
SIZES = (12, 16), (21, 9), (26, 31)


def model():
    image = layers.Input((None, None, 3), name="image")
    x = layers.Conv2D(4, 3, strides=2, padding="same", name="conv")(image)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.ReLU(6.0)(x)
    y = layers.DepthwiseConv2D(3, padding="same", strides=2, name="depthwise")(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.SeparableConv2D(5, 3, padding="same", name="separable")(layers.Add()([y, x]))
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="up")(layers.UpSampling2D(2)(x))
    scores = layers.Dense(3, name="scores")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, [layers.Conv2D(2, 1, name="mask")(x), scores])


def first(value):
    value = np.asarray(value)
    return np.ascontiguousarray(value.transpose(0, 3, 1, 2)) if value.ndim == 4 else value


keras.utils.set_random_seed(5)
net = model()
random = np.random.default_rng(6)
for variable in net.variables:
    low = 0.05 if "variance" in variable.path else -0.3
    variable.assign(variable.value + random.uniform(low, 0.5, variable.shape).astype("float32"))
values = {}
for height, width in SIZES:
    image = random.normal(size=(1, height, width, 3)).astype("float32")
    at = f"{height}x{width}"
    values[f"image/{at}"] = first(image)
    for name, value in zip(("mask", "scores"), net(image)):
        values[f"{name}/{at}"] = first(value)
np.savez(HERE / "convolutional.npz", **values)
net.save(HERE / "convolutional.keras")
net.export(HERE / "convolutional", verbose=False)
