"""Hold a checkpoint that `convert --back` wrote against the one it came from, by TensorFlow's own reader.

    python check_back.py BACK_PREFIX CHECKPOINT_PREFIX BACK.json

BACK.json is what `convert --back --json` printed. Every variable has the bytes, type and shape of the
original, and every variable of the original is in the new checkpoint or in "left". Exits with 1
where that is not so.
"""

import json
import pathlib
import sys

import numpy
import tensorflow

back, original = (tensorflow.train.load_checkpoint(p) for p in sys.argv[1:3])
account = json.loads(pathlib.Path(sys.argv[3]).read_text())
names = back.get_variable_to_shape_map()
if not names:
    sys.exit("the new checkpoint is empty")
for name in names:
    found, expected = (numpy.asarray(c.get_tensor(name)) for c in (back, original))
    if found.dtype != expected.dtype or found.shape != expected.shape:
        sys.exit(f"{name}: {found.dtype}{found.shape} is not {expected.dtype}{expected.shape}")
    same = found.tolist() == expected.tolist() if found.dtype == object else found.tobytes() == expected.tobytes()
    if not same:
        sys.exit(f"{name}: other bytes than the original")
left = {entry["name"] for entry in account["left"]}
missing = [
    n
    for n in original.get_variable_to_shape_map()
    if n not in names and n not in left and n.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE") not in left
]
print(f"{len(names)} variables are the same; left out {sorted(left)}; neither {sorted(missing)}")
