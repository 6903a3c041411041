"""Networks that Keras 2 trains by the optimizers it has since TensorFlow 2.11, and by LossScaleOptimizer.

Needs the package tf_keras beside TensorFlow, or the folder of that name in a copy of
github.com/keras-team/tf-keras on PYTHONPATH, whose protobuf/*_pb2.py are those of TensorFlow
(tensorflow/python/keras/protobuf). Without either there are no such cases.
"""

import importlib
import importlib.util

import tensorflow as tf

from optimizer_steps import STEPS, data


def part(name):
    """A module of tf_keras, whether installed or as its repository has it."""
    packaged = importlib.util.find_spec("tf_keras.src") is not None
    return importlib.import_module(("tf_keras.src." if packaged else "tf_keras.") + name)


def keras2_11(make, start, ended, kind="keras"):
    """Trains with what make gives; kind is how the source is saved."""

    def train(folder, dtype):
        x, y = data(dtype)
        layers, models = part("layers"), part("models")
        part("backend").set_floatx(dtype)
        inputs = layers.Input((5,))
        hidden = layers.Dense(4, activation="tanh", name="dense")(inputs)
        model = models.Model(inputs, layers.Dense(3, name="out")(hidden))
        model.set_weights(list(start(dtype).values()))
        model.compile(optimizer=make(), loss="mse")
        optimizer = model.optimizer
        is_scaled = hasattr(optimizer, "get_scaled_loss")

        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(model(x) - y))
                loss = optimizer.get_scaled_loss(loss) if is_scaled else loss
            gradients = tape.gradient(loss, model.trainable_variables)
            if is_scaled:
                gradients = optimizer.get_unscaled_gradients(gradients)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))

        def saved(place):
            if kind == "checkpoint":
                model.save_weights(str(place / "model"))
                return place / "model"
            path = place / ("model" + {"keras": ".keras", "h5": ".h5", "saved": ""}[kind])
            model.save(path, **({"save_format": "tf"} if kind == "saved" else {}))
            return path

        for _ in range(STEPS):
            step()
        model.evaluate(x, y, verbose=0)  # so that there are metrics to save
        source = saved(folder)
        for _ in range(STEPS):
            step()
        names = [v.name.split(":")[0] for v in model.weights]
        return source, saved(ended(folder)), dict(zip(names, model.get_weights()))

    return train


def cases(start, ended):
    if importlib.util.find_spec("tf_keras") is None:
        return {}

    def new(module, name, **arguments):
        return lambda: getattr(part("optimizers." + module), name)(**arguments)

    def scaled(make, **options):  # a checkpoint says neither option
        around = part("mixed_precision.loss_scale_optimizer").BaseLossScaleOptimizer
        return lambda: around(make(), initial_scale=8.0, **options)

    adam = new("adam", "Adam", learning_rate=0.01)
    legacy = new("legacy.adam", "Adam", learning_rate=0.01)
    momentum = {"learning_rate": 0.1, "momentum": 0.9}
    average = {"use_ema": True, "ema_momentum": 0.9}
    found = {
        "Adam": (adam, "keras"),
        "Adam, amsgrad": (new("adam", "Adam", learning_rate=0.01, amsgrad=True), "h5"),
        "Adam, in a checkpoint": (adam, "checkpoint"),
        "Adam, in a SavedModel": (adam, "saved"),
        "AdamW": (new("adamw", "AdamW", learning_rate=0.01), "keras"),
        "SGD": (new("sgd", "SGD", learning_rate=0.1), "keras"),
        "momentum": (new("sgd", "SGD", **momentum), "h5"),
        "Nesterov, average": (new("sgd", "SGD", nesterov=True, **momentum, **average), "keras"),
        "RMSprop": (new("rmsprop", "RMSprop", learning_rate=0.01), "keras"),
        "RMSprop centered": (
            new("rmsprop", "RMSprop", learning_rate=0.01, momentum=0.9, centered=True),
            "keras",
        ),
        "Adagrad": (new("adagrad", "Adagrad", learning_rate=0.1, epsilon=1e-3), "keras"),
        "Adadelta": (new("adadelta", "Adadelta", learning_rate=1.0), "keras"),
        "Adamax": (new("adamax", "Adamax", learning_rate=0.01, epsilon=1e-3), "keras"),
        "Nadam": (new("nadam", "Nadam", learning_rate=0.01), "keras"),
        "Ftrl": (new("ftrl", "Ftrl", learning_rate=0.1), "keras"),
        "Lion": (new("lion", "Lion", learning_rate=0.01), "keras"),
        "Adafactor": (new("adafactor", "Adafactor", learning_rate=0.01), "keras"),
        "LossScaleOptimizer, in a .keras": (scaled(adam), "keras"),
        "LossScaleOptimizer, in a checkpoint": (scaled(adam), "checkpoint"),
        "LossScaleOptimizer, in a SavedModel": (scaled(adam, dynamic_growth_steps=4), "saved"),
    }
    made = {"keras2.11 " + n: keras2_11(m, start, ended, k) for n, (m, k) in found.items()}
    made["keras2 LossScaleOptimizer, in a .h5"] = keras2_11(scaled(legacy), start, ended, "h5")
    made["keras2 LossScaleOptimizer, in a checkpoint"] = keras2_11(
        scaled(legacy), start, ended, "checkpoint"
    )
    made["keras2 LossScaleOptimizer, in a SavedModel"] = keras2_11(
        scaled(legacy, dynamic_growth_steps=4), start, ended, "saved"
    )
    return made
