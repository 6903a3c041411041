"""Hold converted recurrent layers of graphs against what TensorFlow answered.

    python check_loops.py RECORDED.npz FOLDER

FOLDER has a conversion of each case that RECORDED.npz holds, under its name; a case without one fails.
model.py, whose load_state_dict is strict, model.torchscript.pt and, where it was written, model.pt2
have to answer within 1e-5 of the largest. Prints a line for each case, and exits with 1 where one differs.
"""

import importlib.util
import json
import pathlib
import sys

import numpy
import torch

TOLERANCE = 1e-5


def runs(folder, account):
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    yield "model.py", model.eval()
    yield "torchscript", torch.jit.load(folder / "model.torchscript.pt").eval()
    if (folder / "model.pt2").exists():
        yield "pt2", torch.export.load(folder / "model.pt2").module()


def errors(folder, xs, ys):
    account = json.loads((folder / "conversion.json").read_text())
    inputs = [torch.from_numpy(numpy.ascontiguousarray(x.transpose(e["axes"]))) for x, e in zip(xs, account["inputs"], strict=True)]
    found = {}
    for name, run in runs(folder, account):
        with torch.no_grad():
            answer = run(*inputs)
        answers = list(answer.values()) if isinstance(answer, dict) else answer
        answers = list(answers) if isinstance(answers, (list, tuple)) else [answers]
        found[name] = max(
            numpy.abs(a.numpy() - y.transpose(e["axes"])).max() / numpy.abs(y).max()
            for a, y, e in zip(answers, ys, account["outputs"], strict=True))
    return found


def main():
    recorded, folder = numpy.load(sys.argv[1]), pathlib.Path(sys.argv[2])
    failed = False
    for case in sorted({name.split("/")[0] for name in recorded} - set(sys.argv[3:])):
        xs, ys = ([recorded[n] for n in sorted(recorded) if n.startswith(f"{case}/{kind}.")] for kind in "xy")
        try:
            found = errors(folder / case, xs, ys)
        except Exception as e:
            print(f"{case:20} {type(e).__name__}: {e}")
            failed = True
            continue
        bad = [e for e in found.values() if not e <= TOLERANCE]
        failed |= bool(bad)
        print(f"{case:20}", " ".join(f"{k} {e:.1e}" for k, e in found.items()), "DIFFERS" if bad else "")
    sys.exit(failed)


if __name__ == "__main__":
    main()
