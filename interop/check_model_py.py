"""Hold each converted folder's model.py to what a person would keep.

    python check_model_py.py DIR [DIR ...]

black --check and ruff check are clean; load_state_dict(strict=True) takes model.pt, whose order and dtypes
are the module's own; on seeded inputs it answers what model.torchscript.pt does, in eval() and, drawing
from the same seed, in train(). Where an input's extent is not known, two are tried. Prints a line for each
folder, and exits with 1 where one fails.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import warnings

import torch


def formatted(folders):
    files = [str(folder / "model.py") for folder in folders]
    for tool in (["black", "--check", "-q"], ["ruff", "check", "--isolated", "-q", "--select", "E4,E7,E9,F,I"]):
        run = subprocess.run(
            [sys.executable, "-m", *tool, *files], capture_output=True, text=True, check=False)
        if run.returncode:
            yield f"{tool[0]}: {run.stdout}{run.stderr}"
            for file in files if tool[0] == "black" else []:
                shown = subprocess.run(
                    [sys.executable, "-m", "black", "--diff", "-q", file], capture_output=True, text=True, check=False)
                yield shown.stdout


def inputs(account, unknown):
    made = []
    for entry in account["inputs"]:
        shape = [2 if axis == 0 and extent < 0 else unknown if extent < 0 else extent
                 for axis, extent in enumerate(entry["shape"])]
        integer = not entry["dtype"].startswith(("float", "bfloat"))
        made.append(
            torch.randint(0, 2, shape, dtype=getattr(torch, entry["dtype"]))
            if integer else torch.rand(shape, dtype=getattr(torch, entry["dtype"])))
    return made


def same(left, right):
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return torch.allclose(left, right, rtol=1e-5, atol=1e-5, equal_nan=True)


def check(folder):
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    state = torch.load(folder / "model.pt", weights_only=True)
    model.load_state_dict(state, strict=True)
    if list(model.state_dict()) != list(state):
        return "the order of the state_dict is not the model's own"
    for name, tensor in model.state_dict().items():
        if tensor.dtype != state[name].dtype:
            return f"{name} is {tensor.dtype}, in model.pt {state[name].dtype}"
    scripted = torch.jit.load(folder / "model.torchscript.pt").eval()
    model.eval()
    for unknown in (7, 12):
        torch.manual_seed(1)
        given = inputs(account, unknown)
        with torch.no_grad():
            if not same(model(*given), scripted(*given)):
                return "answers other than model.torchscript.pt"
        trained = []
        for each in (model, scripted):
            torch.manual_seed(2)
            trained.append(each.train()(*given))
            each.eval()
        if not same(*trained):
            return "answers other than model.torchscript.pt in training"
        if all(e >= 0 for i in account["inputs"] for e in i["shape"][1:]):
            break
    return "ok"


def main():
    warnings.simplefilter("ignore")
    folders = [pathlib.Path(name) for name in sys.argv[1:]]
    failed = False
    for complaint in formatted(folders):
        print(complaint)
        failed = True
    for folder in folders:
        try:
            answer = check(folder)
        except Exception as error:  # told with the folder's name, and the others go on
            answer = f"{type(error).__name__}: {error}"
        print(f"{folder.name}: {answer}", flush=True)
        failed |= answer != "ok"
    sys.exit(failed)


if __name__ == "__main__":
    main()
