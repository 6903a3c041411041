"""The same arrays in .keras files as other versions of Keras and Windows lay them out, and models of
tf.keras 2 that are called inside of others, or that don't say what they take.

Written with Keras 3.15.1, TensorFlow 2.21.0 (whose tensorflow.python.keras still writes files of
tf.keras 2) and h5py 3.14.0:  python make_layout_files.py
Each file is gzip-compressed; layouts.json holds what the model of called.h5 answers, in float32.
"""
import gzip, io, json, os, re, tempfile, zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import h5py
import keras
import numpy as np
from keras import layers as L

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = tempfile.mkdtemp()
RANDOM = np.random.default_rng(5)


def keep(name, content):
    with open(os.path.join(HERE, name + ".gz"), "wb") as f:
        f.write(gzip.compress(content, 9, mtime=0))


def filled(model):
    model.set_weights([RANDOM.standard_normal(w.shape).astype("float32") for w in model.get_weights()])
    return model


def laid_out_again(archive, place):
    """The file with its groups at other places."""
    source = zipfile.ZipFile(io.BytesIO(archive))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        metadata = {**json.loads(source.read("metadata.json")), "date_saved": "2026-11-28@00:00:00"}
        target.writestr(zipfile.ZipInfo("metadata.json"), json.dumps(metadata))
        target.writestr(zipfile.ZipInfo("config.json"), re.sub(rb', "shared_object_id": \d+', b"", source.read("config.json")))
        old = h5py.File(io.BytesIO(source.read("model.weights.h5")), "r")
        new_bytes = io.BytesIO()
        with h5py.File(new_bytes, "w") as new:
            def copy(name, node):
                if isinstance(node, h5py.Dataset):
                    new.create_dataset(place(name), data=node[()])
                elif name.endswith("vars"):
                    new.require_group(place(name))
            old.visititems(copy)
        target.writestr(zipfile.ZipInfo("model.weights.h5"), new_bytes.getvalue())
    return written.getvalue()


def on_windows(name):
    """Keras 2.13 to 2.15 there: layers\\\\functional\\\\layers\\\\dense/vars/0."""
    path, slash, rest = name.rpartition("/vars")
    return path.replace("/", "\\") + slash + rest


def of_keras_2_13(model):
    """A functional model's layers lie below _layer_checkpoint_dependencies, whose values name those with
    variables twice (layer_with_weights-0, layer-1), and each gets a number (saving_lib.py of 2.13)."""
    used, names = {}, {}
    now = {}
    for layer in model.layers:
        kind = keras.src.utils.naming.to_snake_case(type(layer).__name__)
        plain = kind if kind not in now else f"{kind}_{now[kind]}"
        now[kind] = now.get(kind, 0) + 1
        for _ in range(2 if layer.weights else 1):
            unique = kind
            if kind in used:
                used[kind] += 1
                unique = f"{kind}_{used[kind]}"
            else:
                used[kind] = 0
            names.setdefault(plain, unique)

    def place(name):
        parts = name.split("/")
        if parts[0] == "layers":
            parts[:2] = ["_layer_checkpoint_dependencies", names[parts[1]]]
        return "/".join(parts)

    return place


x = keras.Input((6, 5, 3), name="x")
inner_in = keras.Input((6, 5, 4), name="inner_in")
inner = keras.Model(inner_in, L.Conv2D(2, 3, name="c4")(L.Conv2D(4, 1, name="c3")(inner_in)), name="inner")
y = L.Conv2D(4, 2, padding="same", name="c0")(x)
y = L.Conv2D(4, 2, padding="same", name="c1")(L.ReLU(name="r0")(y))
y = L.BatchNormalization(name="b0")(L.Conv2D(4, 2, padding="same", name="c2")(L.ReLU(name="r1")(y)))
y = L.Dense(3, name="d1")(L.Dense(3, name="d0")(L.Flatten(name="f")(inner(y))))
plain = filled(keras.Model(x, y, name="plain"))
plain.save(os.path.join(FOLDER, "plain.keras"))
archive = open(os.path.join(FOLDER, "plain.keras"), "rb").read()
keep("plain.keras", laid_out_again(archive, lambda name: name))
keep("plain_windows.keras", laid_out_again(archive, on_windows))
keep("plain_2_13.keras", laid_out_again(archive, of_keras_2_13(plain)))

from tensorflow.python import keras as keras2  # noqa: E402

keras2.__version__ = "2.6.0"  # which this is; the saving asks for it
from tensorflow.python.keras import layers as L2  # noqa: E402
from tensorflow.python.keras.saving import hdf5_format  # noqa: E402

a, b = keras2.Input((3,), name="a"), keras2.Input((3,), name="b")
e_in = keras2.Input((3,), name="e_in")
encoder = keras2.Model(e_in, L2.Dense(4, activation="tanh", name="e")(e_in), name="encoder")
given = keras2.Sequential([keras2.Input((4,)), L2.Dense(2, name="g")], name="given")
late = keras2.Sequential([L2.Dense(2, activation="relu", name="l")], name="late")
first, second = encoder(a), encoder(b)
joined = L2.Concatenate(name="joined")([given(first), late(second), L2.Subtract(name="less")([first, second])])
deep_in = keras2.Input((8,), name="deep_in")
deep = keras2.Model(deep_in, keras2.Model(deep_in, L2.Dense(3, name="q")(deep_in), name="deepest")(deep_in), name="deep")
called = filled(keras2.Model([a, b], [deep(joined), encoder(b)], name="called"))
path = os.path.join(FOLDER, "called.h5")
hdf5_format.save_model_to_hdf5(called, path, include_optimizer=False)
keep("called.h5", open(path, "rb").read())
given_a, given_b = (RANDOM.standard_normal((2, 3)).astype("float32") for _ in range(2))
answers = called([given_a, given_b])
with open(os.path.join(HERE, "layouts.json"), "w") as f:
    json.dump({"a": given_a.tolist(), "b": given_b.tolist(), "outputs": [o.numpy().tolist() for o in answers]}, f, indent=1)

# TensorFlow up to 2.1 did not write the shape that a Sequential was built for
unshaped = keras2.Sequential([L2.Conv1D(2, 2, name="c"), L2.Flatten(name="f"), L2.Dense(1, name="d")], name="unshaped")
unshaped(RANDOM.standard_normal((1, 5, 3)).astype("float32"))
path = os.path.join(FOLDER, "unshaped.h5")
hdf5_format.save_model_to_hdf5(filled(unshaped), path, include_optimizer=False)
with h5py.File(path, "r+") as f:
    config = json.loads(f.attrs["model_config"])
    config["config"].pop("build_input_shape", None)
    config["config"]["layers"] = [l for l in config["config"]["layers"] if l["class_name"] != "InputLayer"]
    config["config"]["layers"][0]["config"].pop("batch_input_shape", None)
    f.attrs["model_config"] = json.dumps(config)
keep("unshaped.h5", open(path, "rb").read())
