"""Makes resized.keras, ties.keras, pooled.keras, scaled.pb and summed.keras:
what correct ports have been reported for.

    python make_alarms.py         keras 3.15.1, tensorflow 2.21.0

resized.keras resizes by kernels that TensorFlow has in float32 alone, to sizes whose places between two pixels no
float32 holds; its optimizer has not been stepped. ties.keras pools volumes behind a ReLU and a normalization: zeros
are one number there, often the largest of their window. pooled.keras is the same without ties. scaled.pb divides by
what a graph computes of constants alone.
The gradients of summed.keras are sums over what many tanhs gave, which PyTorch rounds to one side.
"""

import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = pathlib.Path(__file__).parent


def drawn(model):
    keras.utils.set_random_seed(2)
    random = np.random.default_rng(2)
    for weight in model.weights:
        if "variance" in weight.path:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))
        else:
            weight.assign(weight + random.normal(0, 0.1, weight.shape))
    return model


def resized():
    x = inputs = keras.Input((19, 26, 3))
    x = layers.Resizing(37, 13)(x)
    x = layers.Conv2D(4, 3, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Resizing(17, 21, interpolation="bicubic")(x)
    x = layers.UpSampling2D(3, interpolation="bilinear")(x)
    x = layers.Conv2D(2, 5, strides=5)(x)
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)), name="resized")


def volumes(name, activation):
    x = inputs = keras.Input((6, 7, 8, 2))
    x = layers.Conv3D(3, 3, activation=activation)(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling3D(2, padding="same")(x)
    x = layers.AveragePooling3D(2, strides=1)(x)
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)), name=name)


def summed():
    x = inputs = keras.Input((4, 12, 12, 2))
    x = layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True)(x)
    x = layers.ConvLSTM2D(3, 3, padding="same")(x)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x), name="summed")


for model, optimizer in ((resized(), "ftrl"), (volumes("ties", "relu"), None), (volumes("pooled", "tanh"), "adagrad"), (summed(), None)):
    if optimizer:
        model.compile(optimizer, "mse")
    drawn(model).save(HERE / (model.name + ".keras"))

with tf.Graph().as_default() as graph:
    x = tf.compat.v1.placeholder(tf.float32, [None, 3], "x")
    deviation = tf.maximum(tf.sqrt(tf.constant([3.0, 0.7, 11.0])) * tf.constant(1.3), 1e-7)
    tf.tanh((x - tf.constant([0.1, 0.2, 0.3])) / deviation, name="y")
(HERE / "scaled.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))
