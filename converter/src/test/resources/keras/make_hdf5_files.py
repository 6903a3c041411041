"""HDF5 files of every version, layout, filter and type that h5py writes and the reader knows.

Written with h5py 3.14.0 (HDF5 1.14.6):  python make_hdf5_files.py
"""
import gzip, hashlib, json, os

import h5py
import ml_dtypes
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = ["f2", ">f2", "f4", ">f4", "f8", ">f8", "i1", "u1", "i2", ">i2", "u2", "i4", "u4", ">u4",
         "i8", ">i8", "u8", "?", "c8", ">c8", "c16"]
expected = {}


def write(f, version):
    rng = np.random.default_rng(1)
    for t in TYPES:
        name = "types/" + t.replace(">", "big_").replace("?", "bool")
        values = rng.normal(size=(3, 5)) * 50
        f[name] = values > 0 if t == "?" else values.astype(t)
    f["types/bfloat16"] = rng.normal(size=(3, 4)).astype(ml_dtypes.bfloat16)
    f["types/scalar"] = np.float32(3)
    f["types/none"] = np.zeros((0, 4), "f4")
    a = (rng.normal(size=(19, 13, 5)) * 8).round().astype("f4")
    c = f.create_group("chunked")
    c.create_dataset("plain", data=a, chunks=(8, 7, 5))
    c.create_dataset("gzip", data=a, chunks=(8, 7, 5), compression="gzip")
    c.create_dataset("all", data=a, chunks=(8, 7, 2), compression="gzip", shuffle=True, fletcher32=True)
    c.create_dataset("fletcher", data=rng.integers(0, 256, (7, 9), dtype="u1"), chunks=(3, 3), fletcher32=True)
    c.create_dataset("one", data=a, chunks=a.shape, compression="gzip")
    c.create_dataset("one_plain", data=a, chunks=a.shape)
    c.create_dataset("many", data=rng.integers(0, 3, (2500, 2)).astype(">f4"), chunks=(2, 2), compression="gzip")
    c.create_dataset("grows", data=a, chunks=(8, 7, 5), maxshape=(None, None, 5), compression="gzip")
    c.create_dataset("grows_plain", data=a, chunks=(8, 7, 5), maxshape=(None, None, 5))
    d = c.create_dataset("sparse", shape=(100, 10), dtype="f4", chunks=(10, 10), fillvalue=2.5)
    d[20:33] = 1
    f.create_dataset("unwritten", shape=(100, 10), dtype=">f4", fillvalue=2.5)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    compact = h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((4, 3)), plist)
    compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(12, dtype="f4").reshape(4, 3))
    for i in range(150):
        f[f"many/größe_{i}"] = np.int16(i)
    ordered = f.create_group("ordered", track_order=True)
    for i in range(20):
        ordered[f"z{20 - i}"] = i
        ordered.attrs[f"z{20 - i}"] = f"x{i}"
    f["named_type"] = np.dtype("f4")
    f.create_dataset("of_named_type", data=np.arange(3, dtype="f4"), dtype=f["named_type"])
    f["soft"] = h5py.SoftLink("/types/f4")
    f["external"] = h5py.ExternalLink("/etc/passwd", "/")
    g = f.create_group("attributes")
    for i in range(40):
        g.attrs[f"a{i}"] = "v" * i
    if version != "earliest":
        g.attrs["large"] = np.array([b"x%d" % i for i in range(12000)])
    g.attrs["variable"] = ["häh", "", "c" * 1000]
    g.attrs["fixed"] = np.array([b"ab", b"c", b""], "S4")
    g.attrs["empty"] = []


def record(f):
    arrays, attributes = {}, {}

    def visit(name, node):
        if isinstance(node, h5py.Dataset):
            v = np.asarray(node[()])
            kind = "bfloat16" if v.dtype.kind == "V" else str(v.dtype.newbyteorder("="))
            raw = v.astype(v.dtype.newbyteorder("<")).tobytes()
            arrays[name] = [kind, list(v.shape), hashlib.sha256(raw).hexdigest()[:16]]
        for key, value in node.attrs.items():
            texts = [value] if isinstance(value, str) else list(np.ravel(value))
            texts = [t.decode() if isinstance(t, bytes) else t for t in texts]
            joined = "\0".join(str(t) for t in texts).encode()
            attributes[f"{name}@{key}"] = [len(texts), hashlib.sha256(joined).hexdigest()[:16]]

    f.visititems(visit)
    return {"arrays": arrays, "attributes": attributes}


for version in ("earliest", "v108", "v110", "latest"):
    path = os.path.join(HERE, f"hdf5_{version}.h5")
    block = 1024 if version == "v108" else 0
    libver = version if version in ("earliest", "latest") else (version, version)
    with h5py.File(path, "w", libver=libver, userblock_size=block) as f:
        write(f, version)
    with h5py.File(path) as f:
        expected[f"hdf5_{version}.h5"] = record(f)
    with open(path, "rb") as f, open(path + ".gz", "wb") as out:
        out.write(gzip.compress(f.read(), 9, mtime=0))
    os.remove(path)
with open(os.path.join(HERE, "expected_hdf5.json"), "w") as f:
    json.dump(expected, f, indent=0, sort_keys=True)
