"""Files in the layouts of Keras before TensorFlow's, which no current Keras writes.

Written with h5py 3.14.0:  python make_old_files.py
Layouts as in keras/engine/topology.py and keras/models.py of the versions named, and as in files of
those versions that others have published.
"""
import gzip, hashlib, json, os

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(6)
expected = {}


def values(*shape):
    return rng.normal(size=shape).astype("float32")


def keep(name, write):
    path = os.path.join(HERE, name)
    with h5py.File(path, "w") as f:
        write(f)
    with h5py.File(path) as f:
        arrays = {}

        def visit(key, node):
            if isinstance(node, h5py.Dataset):
                raw = np.asarray(node[()])
                arrays[key] = [str(raw.dtype), list(raw.shape), hashlib.sha256(raw.tobytes()).hexdigest()[:16]]

        f.visititems(visit)
        expected[name] = {"arrays": arrays}
    with open(path, "rb") as f, open(path + ".gz", "wb") as out:
        out.write(gzip.compress(f.read(), 9, mtime=0))
    os.remove(path)


def layer(group, name, weights):
    g = group.create_group(name)
    g.attrs["weight_names"] = np.array([n.encode() for n, _ in weights]) if weights else []
    for weight, value in weights:
        g[weight] = value


DENSE = {"class_name": "Dense", "config": {"name": "zeta", "output_dim": 5, "trainable": True,
                                           "batch_input_shape": [None, 3], "activation": "relu"}}
BN = {"class_name": "BatchNormalization", "config": {"name": "alpha", "epsilon": 1e-05, "mode": 0}}
LAST = {"class_name": "Dense", "config": {"name": "mid", "output_dim": 2, "trainable": True}}


def sequential():
    return json.dumps({"class_name": "Sequential", "config": [DENSE, BN, LAST]})


WEIGHTS = {
    "zeta": [("zeta_W:0", (3, 5)), ("zeta_b:0", (5,))],
    "alpha": [("alpha_gamma:0", (5,)), ("alpha_beta:0", (5,)), ("alpha_running_mean:0", (5,)),
              ("alpha_running_std:0", (5,))],
    "mid": [("mid_W:0", (5, 2)), ("mid_b:0", (2,))],
}
TRAINED = ["zeta_W", "zeta_b", "alpha_gamma", "alpha_beta", "mid_W", "mid_b"]
SHAPES = {n.split(":")[0]: s for ws in WEIGHTS.values() for n, s in ws}


def model(f, version, optimizer, arrays):
    f.attrs["keras_version"] = version.encode()
    f.attrs["model_config"] = sequential().encode()
    f.attrs["training_config"] = json.dumps(
        {"optimizer_config": optimizer, "loss": "mse", "metrics": [], "sample_weight_mode": None,
         "loss_weights": float("nan")}).encode()
    g = f.create_group("model_weights")
    g.attrs["layer_names"] = [n.encode() for n in WEIGHTS]
    for name, weights in WEIGHTS.items():
        layer(g, name, [(n, values(*s)) for n, s in weights])
    o = f.create_group("optimizer_weights")
    o.attrs["weight_names"] = [n.encode() for n, _ in arrays]
    for name, value in arrays:
        o[name] = value


def named(shapes, prefix, start=0):
    return [(f"{prefix}Variable{'_%d' % (i + start) if i + start else ''}:0", values(*s))
            for i, s in enumerate(shapes)]


def keras_0_3(f):
    f.attrs["nb_layers"] = 3
    for i, shapes in enumerate([[(3, 5), (5,)], [], [(5, 2), (2,)]]):
        g = f.create_group(f"layer_{i}")
        g.attrs["nb_params"] = len(shapes)
        for j, shape in enumerate(shapes):
            g[f"param_{j}"] = values(*shape)


def keras_1_1(f):
    adam = {"class_name": "Adam", "config": {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-08}}
    ordered = sorted(TRAINED)
    model(f, "1.1.2", adam,
          [("iterations:0", np.float32(7))] + named([SHAPES[n] for n in ordered] * 2, ""))


def keras_1_theano(f):
    f.attrs["keras_version"] = b"1.2.2"
    f.attrs["backend"] = b"theano"
    conv = {"class_name": "Convolution2D", "config": {"name": "conv", "dim_ordering": "th", "nb_filter": 4,
            "nb_row": 3, "nb_col": 2, "batch_input_shape": [None, 5, 8, 7]}}
    f.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": [conv]}).encode()
    g = f.create_group("model_weights")
    g.attrs["layer_names"] = [b"conv"]
    layer(g, "conv", [("conv_W", values(4, 5, 3, 2)), ("conv_b", values(4))])


def keras_2_2(f):
    adam = {"class_name": "Adam", "config": {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999, "decay": 0.0,
                                             "epsilon": 1e-07, "amsgrad": False}}
    shapes = [SHAPES[n] for n in TRAINED] * 2 + [(1,)] * len(TRAINED)
    model(f, "2.2.4", adam,
          [("Adam/iterations:0", np.int64(9))] + named(shapes, "training/Adam/"))


def keras_2_1_rmsprop(f):
    rmsprop = {"class_name": "RMSprop", "config": {"lr": 0.001, "rho": 0.9, "decay": 0.0, "epsilon": 1e-07}}
    model(f, "2.1.3", rmsprop, named([SHAPES[n] for n in TRAINED], "training/RMSprop/"))


def split_attributes(f):
    names = [f"a_layer_with_a_name_that_fills_the_header_quickly_{chr(97 + i % 26) * 60}_{i:04d}" for i in range(650)]
    for part, some in enumerate(np.array_split(np.array([n.encode() for n in names]), 2)):
        f.attrs[f"layer_names{part}"] = some
    f.attrs["backend"] = b"tensorflow"
    f.attrs["keras_version"] = b"2.3.1"
    for name in names:
        layer(f, name, [(f"{name}/scale:0", values(2))] if name.endswith("77") else [])


keep("keras_0_3_weights.h5", keras_0_3)
keep("keras_1_1_2_adam.h5", keras_1_1)
keep("keras_2_2_4_adam.h5", keras_2_2)
keep("keras_2_1_3_rmsprop.h5", keras_2_1_rmsprop)
keep("split_attributes.h5", split_attributes)
keep("keras_1_2_2_theano.h5", keras_1_theano)
with open(os.path.join(HERE, "expected_old.json"), "w") as f:
    json.dump(expected, f, indent=0, sort_keys=True)
