"""Write a network that normalizes channels-first what it has convolved channels-last.

    python make_turned.py      Keras 3.15.1

Both transposes are none in PyTorch, so that the input of a normalization there is TensorFlow's in
another order of axes.
"""

import pathlib

import keras
from keras import layers

HERE = pathlib.Path(__file__).parent

if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    inputs = keras.Input((3, 7, 6))
    x = layers.Permute((2, 3, 1))(inputs)
    x = layers.Conv2D(4, 2, name="conv")(x)
    x = layers.Permute((3, 1, 2))(x)
    x = layers.BatchNormalization(axis=1, name="bn")(x)
    x = layers.LayerNormalization(axis=[1, 2, 3], name="ln")(x)
    keras.Model(inputs, x, name="turned").save(HERE / "turned.keras")
