"""Hold a port of a model that calls others against what tf.keras 2 answered.

    python check_called.py DIR layouts.json

model.py and model.torchscript.pt in float32; exits with 1 where one differs.
"""

import importlib.util
import json
import pathlib
import sys

import torch


def main():
    folder, recorded = map(pathlib.Path, sys.argv[1:3])
    recorded = json.loads(recorded.read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.Model()
    written.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    given = [torch.tensor(recorded[key]) for key in ("a", "b")]
    for model in (written, torch.jit.load(folder / "model.torchscript.pt")):
        answers = list(model.eval()(*given).values())
        for answer, expected in zip(answers, map(torch.tensor, recorded["outputs"]), strict=True):
            error = ((answer - expected).abs().max() / expected.abs().max()).item()
            print(type(model).__name__, error)
            if not error <= 1e-6:
                sys.exit(1)


if __name__ == "__main__":
    main()
