"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of TimeDistributed around what has statistics.

    python make_distributed.py

In the manner of make_reference.py: each step is a batch of its own, and the moving averages go through the
steps one after another.
"""

import keras
from keras import layers as L
from make_reference import inputs, make


def distributed():
    def of(shape, **options):
        def build(name):
            x = inputs(name, shape)
            norm = L.BatchNormalization(name=name + "_inner", **options)
            return x, L.TimeDistributed(norm, name=name)(x[0])

        return build

    def nested(name):
        x = inputs(name, (3, 5, 4, 2))
        parts = [
            L.Conv2D(3, 2, name=name + "_conv"),
            L.BatchNormalization(momentum=0.8, name=name + "_norm"),
            L.ReLU(name=name + "_relu"),
            L.Flatten(name=name + "_flat"),
            L.Dense(2, name=name + "_dense"),
            L.BatchNormalization(name=name + "_last"),
        ]
        return x, L.TimeDistributed(keras.Sequential(parts, name=name + "_part"), name=name)(x[0])

    def twice(name):
        x = inputs(name, (3, 4, 2))
        inner = L.TimeDistributed(L.BatchNormalization(momentum=0.7, name=name + "_norm"), name=name + "_in")
        return x, L.TimeDistributed(inner, name=name)(x[0])

    return {
        "vectors": of((3, 4), momentum=0.8),
        "steps": of((3, 4, 2), momentum=0.9, epsilon=0.01),
        "images": of((3, 4, 5, 2), scale=False),
        "first_axis": of((3, 2, 4, 5), axis=1, center=False),
        "one_step": of((1, 4), momentum=0.6),
        "frozen": of((3, 4), trainable=False),
        "nested": nested,
        "twice": twice,
    }


if __name__ == "__main__":
    make(distributed, True, 7)
