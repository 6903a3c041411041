"""Write Keras models that no rule can port: classes that a user wrote. Keras 3.15.1.

    python make_refused.py

refused_layers.keras has four of them on two branches, one behind another and one in a nested model;
refused_namesake.keras a user's Attention, which is not Keras's; refused_cells.keras a user's cells and
recurrent layer, in a wrapper each, where Keras has others of their names; refused_model.keras is a subclassed model.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import keras
import numpy as np

HERE = pathlib.Path(__file__).parent
register = keras.saving.register_keras_serializable


class Scaling(keras.layers.Layer):
    def __init__(self, scale=1.0, **settings):
        super().__init__(**settings)
        self.scale = scale

    def call(self, x):
        return x * self.scale

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


Gate = register(package="sample")(type("Gate", (Scaling,), {}))
Warp = register(package="sample")(type("Warp", (Scaling,), {}))
Attention = register()(type("Attention", (Scaling,), {}))


GRUCell = register(package="my")(type("GRUCell", (keras.layers.GRUCell,), {}))
LSTM = register(package="my")(type("LSTM", (keras.layers.LSTM,), {}))


class Net(keras.Model):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.dense = keras.layers.Dense(2)

    def call(self, x):
        return self.dense(x)


def layers():
    x = keras.Input((3,), name="x")
    z = keras.Input((3,), name="z")
    inner = keras.Model(z, Warp(4.0, name="warp")(z), name="inner")
    left = Warp(2.0, name="behind")(keras.layers.Dense(3, name="dense")(Gate(1.5, name="left")(x)))
    right = Gate(2.5, name="right")(x)
    return keras.Model(x, [keras.layers.Add(name="sum")([left, right]), inner(x)])


def namesake():
    x = keras.Input((3,), name="x")
    return keras.Model(x, Attention(1.5, name="attention")(x))


def cells():
    x = keras.Input((4, 3), name="x")
    layers = keras.layers
    return keras.Model(x, [
        layers.RNN(GRUCell(2), name="cell")(x),
        layers.RNN([layers.LSTMCell(2), GRUCell(2)], name="stack")(x),
        layers.Bidirectional(layers.RNN(GRUCell(2)), name="both")(x),
        layers.Bidirectional(LSTM(2), name="ways")(x),
    ])


def no_weights():
    """What a program wrote that saved the configuration of a model and forgot its weights."""
    net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    net.save(HERE / "no_weights.h5")
    with h5py.File(HERE / "no_weights.h5") as whole:
        attributes = dict(whole.attrs)
    with h5py.File(HERE / "no_weights.h5", "w") as file:
        file.attrs.update(attributes)


def main():
    no_weights()
    keras.utils.set_random_seed(3)
    layers().save(HERE / "refused_layers.keras")
    namesake().save(HERE / "refused_namesake.keras")
    cells().save(HERE / "refused_cells.keras")
    net = Net(name="net")
    net(np.zeros((1, 3), "float32"))
    net.save(HERE / "refused_model.keras")


if __name__ == "__main__":
    main()
