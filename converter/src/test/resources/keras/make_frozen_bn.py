"""Write frozen_bn.keras: a BatchNormalization with trainable=False between two convolutions.

    python make_frozen_bn.py

frozen_bn_input.npy (3, 4, 5, 2), and what Keras answers with training=True: frozen_bn_output.npy. The
moving statistics are as before after it (asserted). Keras 3.15.1.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


def main():
    model = keras.Sequential(
        [
            keras.Input((4, 5, 2)),
            keras.layers.Conv2D(3, 3, padding="same", name="conv"),
            keras.layers.BatchNormalization(trainable=False, momentum=0.5, name="bn"),
            keras.layers.Conv2D(2, 1, name="head"),
        ])
    rng = np.random.default_rng(5)
    for variable in model.weights:
        low, high = (0.5, 1.5) if "variance" in variable.path or "gamma" in variable.path else (-1, 1)
        variable.assign(rng.uniform(low, high, variable.shape).astype("float32"))
    x = rng.normal(0, 2, (3, 4, 5, 2)).astype("float32")
    before = [v.numpy() for v in model.weights]
    y = np.asarray(model(x, training=True))
    assert all((b == v.numpy()).all() for b, v in zip(before, model.weights))
    assert np.array_equal(y, np.asarray(model(x, training=False)))
    model.save(HERE / "frozen_bn.keras")
    np.save(HERE / "frozen_bn_input.npy", x)
    np.save(HERE / "frozen_bn_output.npy", y)


if __name__ == "__main__":
    main()
