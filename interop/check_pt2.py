"""Hold model.pt2 of converted folders against model.py and the TorchScript archive beside it.

    python check_pt2.py DIR ...

In each DIR: torch.export.load, the names and the bits of its state_dict against model.pt, and its
answers against those of model.py with load_state_dict(strict=True) and of torch.jit.load, on seeded
inputs of two batch sizes where the batch is free. Prints a line a folder and exits with 1 where
answers differ by more than 1e-6 of the largest.
"""

import importlib.util
import json
import pathlib
import sys
import warnings

import torch

BATCHES = 3, 5


def inputs(program, batch):
    """As many examples as there are, or may be: another free extent is of a sequence or an image."""
    generator = torch.Generator().manual_seed(batch)
    given = set(program.graph_signature.user_inputs)
    result, is_free = [], False
    for node in program.graph.nodes:
        if node.op == "placeholder" and node.name in given:
            shape = node.meta["val"].shape
            free = [d for d, extent in enumerate(shape) if not isinstance(extent, int)]
            is_free |= 0 in free
            sizes = [(batch if d == 0 else 48) if d in free else shape[d] for d in range(len(shape))]
            value = torch.rand(sizes, generator=generator)
            dtype = node.meta["val"].dtype
            result.append(value.to(dtype) if dtype.is_floating_point else (value * 5).to(dtype))
    return result, is_free


def tensors(answer):
    return answer if isinstance(answer, dict) else {"": answer}


def difference(left, right):
    left, right = tensors(left), tensors(right)
    if list(left) != list(right):
        sys.exit(f"results are called {list(left)} and {list(right)}")
    worst = 0.0
    for name in left:
        a, b = left[name], right[name]
        if a.shape != b.shape or a.dtype != b.dtype:
            sys.exit(f"{name}: {a.shape} {a.dtype} and {b.shape} {b.dtype}")
        if not torch.equal(a, b):
            a, b = a.double().nan_to_num(7.0), b.double().nan_to_num(7.0)
            scale = max(b.abs().max().item(), 1e-30)
            worst = max(worst, (a - b).abs().max().item() / scale)
    return worst


def held(tensors):
    """Bits of every tensor; a NaN equals itself."""
    return {k: (v.dtype, tuple(v.shape), v.contiguous().flatten().view(torch.uint8)) for k, v in tensors.items()}


def same(left, right):
    left, right = held(left), held(right)
    return left.keys() == right.keys() and all(
        left[k][:2] == right[k][:2] and torch.equal(left[k][2], right[k][2]) for k in left)


def check(folder):
    account = json.loads((folder / "conversion.json").read_text())
    program = torch.export.load(folder / "model.pt2")
    state_dict = torch.load(folder / "model.pt", weights_only=True)
    if not same(program.state_dict, state_dict):
        sys.exit(f"{folder}: the state_dict of model.pt2 is another one")
    exported = program.module()
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(state_dict, strict=True)
    model.eval()
    if [n for n, _ in model.named_parameters()] != [n for n, _ in exported.named_parameters()]:
        sys.exit(f"{folder}: parameters are named otherwise")
    scripted = torch.jit.load(folder / "model.torchscript.pt").eval()
    worst = [0.0, 0.0]
    told = any("model.pt2 takes input" in line for line in account["assumed"])
    for batch in BATCHES:
        given, is_free = inputs(program, batch)
        asked = any(e < 0 and a == 0 for i in account["inputs"] for e, a in zip(i["shape"], i["axes"]))
        if asked and not is_free and not told:
            sys.exit(f"{folder}: the batch is fixed, and conversion.json does not say so")
        with torch.no_grad():
            answer = exported(*given)
            worst[0] = max(worst[0], difference(answer, model(*given)))
            worst[1] = max(worst[1], difference(answer, scripted(*given)))
    bad = not max(worst) <= 1e-6
    print(f"{folder} model.py {worst[0]:.1e} torchscript {worst[1]:.1e} free {is_free}", flush=True)
    return bad


def main():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    sys.exit(sum(check(pathlib.Path(f)) for f in sys.argv[1:]) > 0)


if __name__ == "__main__":
    main()
