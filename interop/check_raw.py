"""Hold what `convert --raw` wrote against TensorFlow's own reader.

    python check_raw.py DIR CHECKPOINT_PREFIX
    python check_raw.py DIR STATE_DICT.pt

Reads DIR/model.safetensors with the safetensors library and every tensor of the source with
tf.train.load_checkpoint, or torch.load, under the key that conversion.json records. Exits with 1
where a tensor's bytes, dtype or shape differ, or where a variable is in neither the file nor
"dropped".
"""

import json
import pathlib
import sys

from safetensors import safe_open


def tensorflow(prefix):
    import numpy
    import tensorflow

    reader = tensorflow.train.load_checkpoint(prefix)
    names = set(reader.get_variable_to_shape_map())
    return names, lambda key: numpy.asarray(reader.get_tensor(key))


def pytorch(path):
    import torch

    state = torch.load(path, weights_only=True)
    return set(state), lambda key: state[key].contiguous().numpy()


def main():
    folder, source = pathlib.Path(sys.argv[1]), sys.argv[2]
    account = json.loads((folder / "conversion.json").read_text())
    names, read = pytorch(source) if source.endswith((".pt", ".pth")) else tensorflow(source)
    if not account["tensors"]:
        sys.exit("nothing was written")
    with safe_open(folder / "model.safetensors", "numpy") as written:
        if set(written.keys()) != {t["name"] for t in account["tensors"]}:
            sys.exit("model.safetensors and conversion.json name different tensors")
        for tensor in account["tensors"]:
            found, expected = written.get_tensor(tensor["name"]), read(tensor["key"])
            if found.dtype != expected.dtype or found.shape != expected.shape:
                sys.exit(f"{tensor['name']}: {found.dtype}{found.shape} is not {expected.dtype}{expected.shape}")
            if found.tobytes() != expected.tobytes():
                sys.exit(f"{tensor['name']}: other bytes than {tensor['key']}")
    accounted = {t["key"] for t in account["tensors"]} | {d["name"] for d in account["dropped"]}
    accounted |= {a for t in account["tensors"] for a in t.get("aliases", [])}
    accounted |= set(account["strings"]) | {"_CHECKPOINTABLE_OBJECT_GRAPH"}
    if names - accounted:
        sys.exit(f"neither written nor dropped: {sorted(names - accounted)}")
    print(f"{len(account['tensors'])} tensors are the same")


main()
