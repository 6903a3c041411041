"""Makes saturated.keras: functions so near to their limits that slopes are mostly rounding.

    python make_saturated.py

Made with Keras 3.15.1 on TensorFlow 2.21.0. A tanh near -1 and 1 in the middle, a sigmoid near one and a
softmax near one class at the ends; by how much is random.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
inputs = keras.Input((4,), name="x")
hidden = layers.Dense(6, activation="tanh", name="near_both")(inputs)
outputs = [
    layers.Dense(2, activation="sigmoid", name="near_one")(hidden),
    layers.Dense(3, activation="softmax", name="near_a_class")(hidden),
]
model = keras.Model(inputs, outputs)
model.get_layer("near_both").bias.assign(np.array([5, -5, 6, -6, 7, -7], "float32"))
model.get_layer("near_one").bias.assign(np.array([12, 13], "float32"))
model.get_layer("near_a_class").bias.assign(np.array([17, 0, 1], "float32"))
model.save(pathlib.Path(__file__).parent / "saturated.keras")
