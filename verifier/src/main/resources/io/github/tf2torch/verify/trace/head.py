"""Record what a TensorFlow model does, for tf2torch verify --trace.

Needs numpy and the framework of your model, nothing else. {usage}
"""

import json
import os
import struct
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

LEARNING_RATE = 0.01
MOMENTUM = 0.9
TYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}


class Trace(object):
    """Named arrays and what is to be said of them, written as a safetensors file."""

    def __init__(self, framework, seed):
        self.arrays = []
        self.names = set()
        self.random = np.random.RandomState(seed)
        self.said = {"format": "tf2torch-trace 1", "framework": framework, "seed": str(seed)}
        self.said["python"] = sys.version.split()[0]
        self.said["numpy"] = np.__version__

    def keep(self, kind, name, value):
        value = np.asarray(value, order="C")
        key = kind + ":" + name
        if kind == "output" and value.dtype.name not in TYPES:
            raise TypeError("output %s is of %s, which a trace does not hold" % (name, value.dtype))
        if value.dtype.name in TYPES and value.size and key not in self.names:
            self.names.add(key)
            self.arrays.append((key, value))

    def layer(self, place, name, value):
        value = np.asarray(value)
        if value.dtype.kind == "f":
            self.keep("layer", "%06d:%s" % (place, name), value)

    def draw(self, name, shape, dtype, batch, size):
        """An input: numbers in [0, 1), or whole numbers 0 and 1."""
        dims = []
        for axis, extent in enumerate(shape):
            dims.append(int(extent) if extent is not None else batch if axis == 0 else size)
        if np.dtype(dtype).kind == "f":
            return self.random.uniform(size=dims).astype(dtype)
        if np.dtype(dtype).kind == "b":
            return np.zeros(dims, dtype)
        return self.random.randint(0, 2, size=dims).astype(dtype)

    def weights(self, outputs):
        """What comes to each output from outside: the gradient of a plain sum may vanish."""
        weights = {}
        for name, value in outputs.items():
            if np.asarray(value).dtype.kind == "f":
                weights[name] = self.random.standard_normal(np.shape(value)).astype(np.float32)
                self.keep("weight", name, weights[name])
        return weights

    def mean_weights(self, weights):
        """The same for a mean instead of a sum."""
        return {
            name: (value.astype(np.float64) / max(1, value.size)).astype(np.float32)
            for name, value in weights.items()
        }

    def trained(self, losses, names):
        self.keep("loss", "training", np.asarray(losses, np.float64))
        self.said["trained"] = json.dumps(names)
        self.said["learning_rate"] = repr(LEARNING_RATE)
        self.said["momentum"] = repr(MOMENTUM)

    def write(self, path):
        header, offset = {"__metadata__": self.said}, 0
        for name, value in self.arrays:
            header[name] = {
                "dtype": TYPES[value.dtype.name],
                "shape": list(value.shape),
                "data_offsets": [offset, offset + value.nbytes],
            }
            offset += value.nbytes
        text = json.dumps(header, sort_keys=False).encode("utf-8")
        text += b" " * (-len(text) % 8)
        with open(path + ".part", "wb") as file:
            file.write(struct.pack("<Q", len(text)))
            file.write(text)
            for _, value in self.arrays:
                file.write(value.astype(value.dtype.newbyteorder("<")).tobytes())
        os.rename(path + ".part", path)
        print("%s: %d arrays" % (path, len(self.arrays)))


def load_inputs(path):
    """Arrays of a .npz by name, or the one of a .npy."""
    found = np.load(path)
    return dict(found) if hasattr(found, "files") else {"": found}


def unique(names):
    """The same names, those that come again with a number."""
    seen, found = {}, []
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        found.append(name if seen[name] == 0 else "%s_%d" % (name, seen[name]))
    return found


def flat(structure, prefix=""):
    """Tensors of a nested structure by name: keys, else 0, 1, ..."""
    if isinstance(structure, dict):
        items = [(str(key), structure[key]) for key in structure]
    elif isinstance(structure, (list, tuple)):
        items = [(str(key), value) for key, value in enumerate(structure)]
    else:
        return {prefix or "0": structure}
    named = {}
    for key, value in items:
        named.update(flat(value, prefix + "." + key if prefix else key))
    return named

