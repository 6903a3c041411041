"""Write a network with batch statistics whose true mean is zero, and with dropouts of every kind.

    python make_zero_mean.py      Keras 3.15.1

A convolution without bias behind a normalization without beta: what it gives has the mean zero, and
what both frameworks have of it is rounding.
"""

import pathlib

import keras
from keras import layers

HERE = pathlib.Path(__file__).parent

if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    x = inputs = keras.Input((8, 8, 3))
    for i, filters in enumerate((4, 6, 5)):
        x = layers.Conv2D(filters, 1, use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(name=f"bn{i}")(x)
    x = layers.SpatialDropout2D(0.4)(x)
    x = layers.Dropout(0.3, noise_shape=(None, 1, 1, 1))(x)
    x = layers.GaussianNoise(0.5)(x)
    x = layers.Conv2D(4, 3, name="conv")(x)
    x = layers.BatchNormalization(name="bn")(x)
    keras.Model(inputs, layers.Flatten()(x), name="zero_mean").save(HERE / "zero_mean.keras")
