"""Small HDF5 files that claim to be large.

Written with h5py 3.14.0:  python make_bombs.py
"""
import gzip, json, os

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def keep(name, write):
    path = os.path.join(HERE, name)
    with h5py.File(path, "w") as f:
        write(f)
    with open(path, "rb") as f, open(path + ".gz", "wb") as out:
        out.write(gzip.compress(f.read(), 9, mtime=0))
    os.remove(path)


def unwritten(f):
    f.create_dataset("a", shape=(1 << 20, 1 << 20), dtype="f8")
    f["b"] = np.float32(1)


def sparse(f):
    d = f.create_dataset("a", shape=(1 << 40,), dtype="f4", chunks=(1 << 16,), compression="gzip")
    d[:10] = 1
    f["b"] = np.float32(1)


def zeros(f):
    f.create_dataset("a", data=np.zeros((1 << 21,), "f4"), chunks=(1 << 21,), compression="gzip",
                     compression_opts=9)


def nested(f):
    g = f
    for _ in range(300):
        g = g.create_group("g")
    g["a"] = np.float32(1)
    f.create_group("h")["loop"] = f["g"]
    f["g/g"]["up"] = f["/"]
    f.attrs["model_config"] = "[" * 20000
    del f.attrs["model_config"]


keep("unwritten.h5", unwritten)
keep("sparse.h5", sparse)
keep("zeros.h5", zeros)
keep("nested.h5", nested)
