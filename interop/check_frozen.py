"""Hold a port whose BatchNorm is frozen, in training mode, against what Keras answers with training=True.

    python check_frozen.py DIR INPUT.npy OUTPUT.npy

model.py and model.torchscript.pt, after train(): the same output, and no buffer that has moved but the
counters of batches. Exits with 1 where one differs.
"""

import importlib.util
import json
import pathlib
import sys
import warnings

import numpy as np
import torch


def main():
    warnings.simplefilter("ignore")
    folder, input_file, output_file = map(pathlib.Path, sys.argv[1:4])
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = getattr(module, account["model"]["class"])()
    written.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    image = np.transpose(np.load(input_file), account["inputs"][0]["axes"])
    image = torch.from_numpy(np.ascontiguousarray(image))
    expected = np.transpose(np.load(output_file), account["outputs"][0]["axes"])
    for model in (written, torch.jit.load(folder / "model.torchscript.pt")):
        model.train()
        before = {name: b.clone() for name, b in model.named_buffers()}
        answer = model(image).detach().numpy()
        error = np.abs(answer - expected).max() / np.abs(expected).max()
        moved = [n for n, b in model.named_buffers()
                 if not n.endswith("num_batches_tracked") and not torch.equal(b, before[n])]
        print(type(model).__name__, error, moved)
        if not error <= 1e-6 or moved or not before:
            sys.exit(1)


if __name__ == "__main__":
    main()
