"""Write files whose configuration and weights are of different models. Keras 3.15.1, h5py.

    python make_misfitting.py

One model of Keras, saved as .keras and .h5; in misfit_units one Dense has other units in its
configuration, in misfit_gone it has no weights, in misfit_fewer no bias, in misfit_more a third
variable; in misfit_rows the first kernel is of another input, and in misfit_steps that of an LSTM which
runs both ways. Keras refuses to load each.
"""

import json
import os
import pathlib
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import keras

HERE = pathlib.Path(__file__).parent
L = keras.layers
keras.utils.set_random_seed(1)


def model():
    layers = [
        L.Dense(12, name="first"),
        L.BatchNormalization(name="norm"),
        L.Dense(10, name="last"),
    ]
    return keras.Sequential([keras.Input((8,)), *layers])


def steps():
    return keras.Sequential([keras.Input((5, 4)), L.Bidirectional(L.LSTM(3), name="both")])


def other_units(config):
    config["config"]["layers"][-1]["config"]["units"] = 7
    return config


def same(content):
    return content


def archive(name, configured=same, stored=same, build=model):
    whole = HERE / "whole.keras"
    build().save(whole)
    weights = HERE / "whole.h5"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(
        HERE / name, "w", zipfile.ZIP_DEFLATED
    ) as new:
        weights.write_bytes(old.read("model.weights.h5"))
        with h5py.File(weights, "a") as file:
            stored(file)
        new.writestr("metadata.json", old.read("metadata.json"))
        new.writestr("config.json", json.dumps(configured(json.loads(old.read("config.json")))))
        new.write(weights, "model.weights.h5")
    whole.unlink()
    weights.unlink()
    refused(name)


def legacy(name, configured=same, stored=same):
    model().save(HERE / name)
    with h5py.File(HERE / name, "a") as file:
        file.attrs["model_config"] = json.dumps(configured(json.loads(file.attrs["model_config"])))
        stored(file["model_weights"])
    refused(name)


def refused(name):
    try:
        keras.models.load_model(HERE / name)
    except (ValueError, KeyError) as error:
        print(name, type(error).__name__)
    else:
        raise AssertionError(name)


def gone(file):
    del file["layers/dense_1"]


def more(file):
    file["layers/dense_1/vars/2"] = file["layers/dense_1/vars/1"][()]


def fewer_rows(file, path):
    kernel = file[path][()]
    del file[path]
    file[path] = kernel[:-1]


def rows(file):
    fewer_rows(file, "layers/dense/vars/0")


def rows_of_steps(file):
    fewer_rows(file, "layers/bidirectional/backward_layer/cell/vars/0")


def fewer(weights):
    weights["last"].attrs["weight_names"] = weights["last"].attrs["weight_names"][:1]


archive("misfit_units.keras", configured=other_units)
archive("misfit_gone.keras", stored=gone)
archive("misfit_more.keras", stored=more)
archive("misfit_rows.keras", stored=rows)
archive("misfit_steps.keras", stored=rows_of_steps, build=steps)
legacy("misfit_units.h5", configured=other_units)
legacy("misfit_fewer.h5", stored=fewer)
