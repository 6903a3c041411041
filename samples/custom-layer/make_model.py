"""Write the Keras model of this sample: two Dense layers around a layer that Keras does not have.

    python make_model.py

Gate scales each feature by what a linear map of all of them says: x * sigmoid(x @ kernel + bias) * scale.
Writes model.keras, and what Keras answers: input.npy (5, 6) and output.npy (5, 4). Keras 3.15.1.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


@keras.saving.register_keras_serializable(package="sample")
class Gate(keras.layers.Layer):
    def __init__(self, scale=1.0, **settings):
        super().__init__(**settings)
        self.scale = scale

    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], shape[-1]))
        self.bias = self.add_weight(name="bias", shape=(shape[-1],))

    def call(self, x):
        return x * keras.ops.sigmoid(keras.ops.matmul(x, self.kernel) + self.bias) * self.scale

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


def main():
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(7, activation="relu", name="features"),
            Gate(scale=1.5, name="gate"),
            keras.layers.Dense(4, name="scores"),
        ])
    rng = np.random.default_rng(3)
    for variable in model.weights:
        variable.assign(rng.normal(0, 0.5, variable.shape).astype("float32"))
    x = rng.normal(0, 1, (5, 6)).astype("float32")
    model.save(HERE / "model.keras")
    np.save(HERE / "input.npy", x)
    np.save(HERE / "output.npy", model.predict(x, verbose=0))


if __name__ == "__main__":
    main()
