"""Write one keras.applications model, with seeded random weights, as Keras 3 exports it.

    python make_keras_model.py NAME DIR [--size N]

Nothing is downloaded: weights come from seed 7, BatchNorm statistics included, so that no layer is
an identity. DIR then holds saved_model/, and what TensorFlow answers: input.npy (N, H, W, C) and
output.npy.
"""

import argparse
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

DRAWS = {
    "gamma": lambda rng, shape: rng.uniform(0.6, 1.4, shape),
    "beta": lambda rng, shape: rng.normal(0, 0.1, shape),
    "moving_mean": lambda rng, shape: rng.normal(0, 0.1, shape),
    "moving_variance": lambda rng, shape: rng.uniform(0.5, 1.5, shape),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("name")
    arguments.add_argument("dir", type=pathlib.Path)
    arguments.add_argument("--size", type=int, default=96)
    options = arguments.parse_args()
    keras.utils.set_random_seed(7)
    build = getattr(keras.applications, options.name)
    model = build(weights=None, classes=10, input_shape=(options.size, options.size, 3))
    rng = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            for variable in layer.weights:
                draw = DRAWS[variable.path.rsplit("/", 1)[-1]]
                variable.assign(draw(rng, variable.shape).astype("float32"))
    shape = (2, options.size, options.size, 3)
    image = np.random.default_rng(1).uniform(0, 1, shape).astype("float32")
    options.dir.mkdir(parents=True, exist_ok=True)
    model.export(options.dir / "saved_model", verbose=False)
    np.save(options.dir / "input.npy", image)
    np.save(options.dir / "output.npy", model.predict(image, verbose=0))


if __name__ == "__main__":
    main()
