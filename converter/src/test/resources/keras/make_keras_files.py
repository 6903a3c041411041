"""Files as Keras writes them, and what h5py and Keras say is in them.

Written with Keras 3.15.1, TensorFlow 2.21.0 (whose tensorflow.python.keras still writes files of
tf.keras 2) and h5py 3.14.0:  python make_keras_files.py
Each file is gzip-compressed beside expected.json, which holds for every array its type, shape and
the start of the SHA-256 of its little-endian bytes, and for every optimizer which array is of which variable.
"""
import gzip, hashlib, io, json, os, sys, zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
from keras import layers as L

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = sys.argv[1] if len(sys.argv) > 1 else "/tmp/keras_files"
os.makedirs(WORK, exist_ok=True)
os.chdir(WORK)
expected = {}


def arrays(h5):
    found = {}

    def visit(name, node):
        if not isinstance(node, h5py.Dataset) or node.dtype.kind in "SO":
            return
        values = np.asarray(node[()])
        kind = "bfloat16" if node.dtype.kind == "V" else str(node.dtype.newbyteorder("="))
        raw = values.astype(values.dtype.newbyteorder("<")).tobytes()
        found[name] = [kind, list(node.shape), hashlib.sha256(raw).hexdigest()[:16]]

    h5.visititems(visit)
    return found


def keep(name, slots=None):
    with open(name, "rb") as f:
        content = f.read()
    with open(os.path.join(HERE, name + ".gz"), "wb") as f:
        f.write(gzip.compress(content, 9, mtime=0))
    if name.endswith(".keras"):
        inner = zipfile.ZipFile(io.BytesIO(content)).read("model.weights.h5")
        expected[name] = {"arrays": arrays(h5py.File(io.BytesIO(inner)))}
    elif name.endswith("h5"):
        expected[name] = {"arrays": arrays(h5py.File(io.BytesIO(content)))}
    if slots is not None:
        expected[name]["slots"] = slots


def slots_of(optimizer, trained):
    """[number of the array, attribute of the optimizer, path of the variable]"""
    numbers = {id(v): i for i, v in enumerate(optimizer.variables)}
    found = []
    for attribute, values in sorted(vars(optimizer).items()):
        if attribute in ("_variables", "_trainable_variables") or not isinstance(values, list):
            continue
        for variable, value in zip(trained, values):
            if id(value) in numbers:
                found.append([numbers[id(value)], attribute, variable.path])
    return sorted(found)


def deflated(name, target):
    with zipfile.ZipFile(name) as source, zipfile.ZipFile(
        target, "w", zipfile.ZIP_DEFLATED
    ) as out:
        for entry in source.namelist():
            info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, source.read(entry))


def net():
    """Every way to nest that changes a name: two models with a layer of the same name among them."""
    keras.utils.set_random_seed(1)
    image = keras.Input((8, 6, 3), name="image")
    x = L.Conv2D(4, (3, 2), name="conv1")(image)
    x = L.BatchNormalization(name="bn")(x)
    x = L.ReLU()(x)
    x = L.DepthwiseConv2D(2, name="dw")(x)
    x = L.SeparableConv2D(5, 2, name="sep")(x)
    x = L.Dropout(0.1, name="drop")(x)
    x = L.GlobalAveragePooling2D()(x)
    inner = keras.Sequential(
        [keras.Input((2,)), L.Dense(7, activation="relu", name="conv1"), L.Dense(3, name="out")],
        name="inner",
    )
    shared = L.Dense(2, name="shared")
    a = shared(x)
    other = keras.Input((5,), name="other")
    b = shared(other)
    y = L.Concatenate()([a, b])
    s = L.Bidirectional(L.LSTM(3, return_sequences=True), name="bi")(L.Reshape((4, 1))(y))
    s = L.TimeDistributed(L.Dense(2, name="td_d"), name="td")(s)
    s = L.MultiHeadAttention(2, 3, name="mha")(s, s)
    s = L.RNN([L.GRUCell(3, name="g1"), L.LSTMCell(2, name="g2")], name="rnn")(s)
    total = keras.ops.add(inner(a), inner(b))
    model = keras.Model([image, other], [total, L.Add()([s, a])], name="net")
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    model.compile(keras.optimizers.Adam(rate, amsgrad=True), loss=["mse", "mse"])
    rng = np.random.default_rng(2)
    model.fit(
        [rng.random((8, 8, 6, 3)), rng.random((8, 5))],
        [rng.random((8, 3)), rng.random((8, 2))],
        verbose=0,
    )
    for v in model.weights:  # nothing is one or zero
        if v.dtype == "float32":
            v.assign(v + rng.normal(0, 0.1, v.shape))
    slots = slots_of(model.optimizer, model.trainable_variables)
    for name in ("net.keras", "net.h5"):
        model.save(name)
        keep(name, slots)
    model.save_weights("net.weights.h5")
    keep("net.weights.h5", slots)
    model.save_weights("parts.weights.json", max_shard_size=4e-6)
    for name in sorted(os.listdir(".")):
        if name.startswith("parts"):
            keep(name)
    deflated("net.keras", "deflated.keras")
    keep("deflated.keras", slots)


def optimizers():
    o = keras.optimizers
    kinds = {
        "adam": o.Adam(0.02),
        "adam_amsgrad": o.Adam(amsgrad=True),
        "adamw_ema_accumulating": o.AdamW(use_ema=True, gradient_accumulation_steps=2),
        "sgd": o.SGD(),
        "sgd_momentum": o.SGD(momentum=0.9, nesterov=True),
        "rmsprop": o.RMSprop(),
        "rmsprop_centered": o.RMSprop(momentum=0.1, centered=True),
        "nadam": o.Nadam(),
        "adamax": o.Adamax(),
        "adagrad": o.Adagrad(),
        "adadelta": o.Adadelta(),
        "adafactor": o.Adafactor(),
        "ftrl": o.Ftrl(),
        "lion": o.Lion(),
        "lamb": o.Lamb(),
        "muon": o.Muon(),
        "loss_scale": o.LossScaleOptimizer(o.Adam()),
    }
    rng = np.random.default_rng(3)
    x, y = rng.random((8, 3)), rng.random((8, 2))
    for name, optimizer in kinds.items():
        keras.utils.set_random_seed(1)
        frozen = L.Dense(4, name="frozen", trainable=False)
        model = keras.Sequential(
            [keras.Input((3,)), L.Dense(5, name="a"), L.BatchNormalization(name="b"), frozen,
             L.Dense(2, use_bias=False, name="c")],
            name="s",
        )
        model.compile(optimizer, "mse", metrics=["mae"])
        model.fit(x, y, verbose=0)
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        slots = slots_of(inner, model.trainable_variables)
        model.save("plain.keras")
        deflated("plain.keras", f"optimizer_{name}.keras")
        keep(f"optimizer_{name}.keras", slots)
        if name not in ("adafactor", "loss_scale"):  # their names in a .h5 would not be unique
            model.save(f"optimizer_{name}.h5")
            keep(f"optimizer_{name}.h5", slots)


def types():
    for dtype in ("float16", "bfloat16", "float64"):
        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [keras.Input((3,)), L.Dense(5, name="a", dtype=dtype), L.Dense(2, name="b")], name="s")
        model.save(f"{dtype}.keras")
        keep(f"{dtype}.keras")
        model.save(f"{dtype}.h5")
        keep(f"{dtype}.h5")


def tensorflow_keras_2():
    import tensorflow as tf
    import tensorflow.python.keras as legacy
    from tensorflow.python.keras import layers as T
    from tensorflow.python.keras.engine.input_layer import Input
    from tensorflow.python.keras.engine.training import Model
    from tensorflow.python.keras.optimizer_v2 import adam, gradient_descent, rmsprop

    legacy.__version__ = "2.6.0"  # its last release; TensorFlow has dropped the constant
    kinds = {
        "adam": adam.Adam(0.01, amsgrad=True),
        "rmsprop": rmsprop.RMSprop(0.01, momentum=0.2, centered=True),
        "sgd": gradient_descent.SGD(0.01, momentum=0.5),
    }
    for name, optimizer in kinds.items():
        tf.keras.utils.set_random_seed(4)
        image = Input((5, 4, 3), name="image")
        x = T.Conv2D(4, (3, 2), name="conv1")(image)
        x = T.SeparableConv2D(2, 2, name="sep")(x)
        side = Input((6,), name="side")
        dense = T.Dense(3, name="dense")
        inner = Model(side, T.Dense(6, name="again")(dense(side)), name="inner")
        y = T.Concatenate(name="both")([T.Flatten()(x), inner(side), inner(inner(side))])
        cells = T.RNN([T.SimpleRNNCell(3, name="c1"), T.SimpleRNNCell(2, name="c2")], name="rnn")
        model = Model([image, side], [T.Dense(2, name="out")(y), cells(T.Reshape((3, 2))(side))],
                      name="net")
        model.compile(optimizer, "mse")
        rng = np.random.default_rng(5)
        for v in model.weights:
            v.assign(rng.normal(size=v.shape))
        variables = model.trainable_variables
        optimizer.apply_gradients([(tf.constant(rng.normal(size=v.shape), v.dtype), v) for v in variables])
        model.save(f"tf_keras_2_{name}.h5")
        weights = [w.ref() for w in optimizer.weights]
        slots = [
            [weights.index(optimizer.get_slot(v, s).ref()), s, v.name.split(":")[0]]
            for s in optimizer.get_slot_names()
            for v in variables
        ]
        keep(f"tf_keras_2_{name}.h5", sorted(slots))


net()
optimizers()
types()
tensorflow_keras_2()
with open(os.path.join(HERE, "expected.json"), "w") as f:
    json.dump(expected, f, indent=0, sort_keys=True)
