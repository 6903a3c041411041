"""Hold a converted folder against real PyTorch.

    python check_port.py DIR INPUT.npy OUTPUT.npy

Loads DIR/model.pt with torch.load(weights_only=True), builds the class of DIR/model.py, loads the
state_dict strictly, runs it and the TorchScript archive on INPUT (in TensorFlow's order) and
compares both with OUTPUT. Exits with 1 where the largest difference passes 1e-5 of OUTPUT's largest
value, or where a permute stands anywhere but at the edges.
"""

import importlib.util
import json
import pathlib
import sys
import warnings

import numpy as np
import torch
from safetensors.torch import load_file


def tensors_equal(left, right):
    return left.keys() == right.keys() and all(torch.equal(left[k], right[k]) for k in left)


def main():
    folder, input_file, output_file = map(pathlib.Path, sys.argv[1:4])
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()

    state_dict = torch.load(folder / "model.pt", weights_only=True, mmap=True)
    model.load_state_dict(state_dict, strict=True)
    model.eval()
    if not tensors_equal(dict(state_dict), load_file(folder / "model.safetensors")):
        sys.exit("model.pt and model.safetensors differ")
    if list(model.state_dict()) != list(state_dict):
        sys.exit("the order of the state_dict is not the model's own")

    image = np.transpose(np.load(input_file), account["inputs"][0]["axes"])
    image = torch.from_numpy(np.ascontiguousarray(image))
    expected = np.transpose(np.load(output_file), account["outputs"][0]["axes"])
    warnings.simplefilter("ignore", DeprecationWarning)
    scripted = torch.jit.load(folder / "model.torchscript.pt").eval()
    if list(scripted.state_dict()) != list(state_dict):
        sys.exit("the TorchScript archive has another state_dict")
    permutes = (folder / "model.py").read_text().count(".permute(")
    print("permutes", permutes)
    bound = 1e-5 * np.abs(expected).max()
    failed = permutes > 0
    for name, run in (("model.py", model), ("torchscript", scripted)):
        with torch.no_grad():
            answer = run(image)
        if isinstance(answer, dict):
            answer = next(iter(answer.values()))
        error = np.abs(answer.numpy() - expected).max()
        print(f"{name:12s} {error:.3g} of {np.abs(expected).max():.3g}, bound {bound:.3g}")
        failed |= not error <= bound
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
