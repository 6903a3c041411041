"""Write arrays.npz and the .npy files beside it.     python make_arrays.py      (NumPy 2.4.6)"""
import pathlib, numpy as np
from numpy.lib import format
here = pathlib.Path(__file__).parent
x = np.arange(24).reshape(2, 3, 4)
np.savez(here / "arrays.npz", **{str(np.dtype(t)): (x % 2 if t == "?" else x).astype(t) for t in ("f4", "f8", "f2", "i8", "i4", "i2", "i1", "u1", "u2", "u4", "u8", "?")},
         scalar=np.float32(2.5), empty=np.zeros((0, 3), "f4"), vector=np.arange(3, dtype="f4"))
for version in (1, 2, 3):
    with open(here / f"version_{version}.npy", "wb") as f: format.write_array(f, x[0].astype("f4"), (version, 0))
np.save(here / "fortran.npy", np.asfortranarray(x[0].astype("f4")))
np.save(here / "big_endian.npy", x[0].astype(">f4"))
