"""Hold model.pt2 of converted folders against model.py and the TorchScript archive beside it.

    python check_pt2.py DIR ...

In each DIR: torch.export.load, the names and the bits of its state_dict against model.pt, and its
answers against those of model.py with load_state_dict(strict=True) and of torch.jit.load, on seeded
inputs of one, two and five examples where the batch is free, each with other sizes of what else is
free. The example inputs run; torch.export.unflatten gives the modules of model.py back, and they
answer the same; so does the program after torch.export.save and load. Prints a line a folder and
exits with 1 where one fails, or answers differ by more than 1e-6 of the largest.
"""

import concurrent.futures
import importlib.util
import io
import json
import os
import pathlib
import sys
import warnings

import torch

SIZES = {1: 48, 2: 61, 5: 64}


class Wrong(Exception):
    """Something that does not hold, in words."""


def inputs(program, batch):
    """As many examples as there are, or may be: another free extent is of a sequence or an image."""
    generator = torch.Generator().manual_seed(batch)
    given = set(program.graph_signature.user_inputs)
    result, sizes, free = [], {}, set()
    for node in program.graph.nodes:
        if node.op == "placeholder" and node.name in given:
            shape = list(node.meta["val"].shape)
            for d, extent in enumerate(shape):
                if not isinstance(extent, int):
                    free.add("batch" if d == 0 else "size")
                    shape[d] = sizes.setdefault(str(extent), batch if d == 0 else SIZES[batch] + 3 * len(sizes))
            value = torch.rand(shape, generator=generator)
            dtype = node.meta["val"].dtype
            result.append(value.to(dtype) if dtype.is_floating_point else (value * 5).to(dtype))
    return result, free


def tensors(answer):
    return answer if isinstance(answer, dict) else {"": answer}


def difference(left, right):
    left, right = tensors(left), tensors(right)
    if list(left) != list(right):
        raise Wrong(f"results are called {list(left)} and {list(right)}")
    worst = 0.0
    for name in left:
        a, b = left[name], right[name]
        if a.shape != b.shape or a.dtype != b.dtype:
            raise Wrong(f"{name}: {a.shape} {a.dtype} and {b.shape} {b.dtype}")
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


def saved_again(program):
    file = io.BytesIO()
    torch.export.save(program, file)
    file.seek(0)
    return torch.export.load(file)


def holders(module):
    """The modules that hold tensors of their own."""
    return {name.rpartition(".")[0] for name in module.state_dict()}


def loaded(folder, account, state_dict):
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(state_dict, strict=True)
    return model.eval()


def check(folder):
    """What was compared; raises Wrong."""
    account = json.loads((folder / "conversion.json").read_text())
    program = torch.export.load(folder / "model.pt2")
    state_dict = torch.load(folder / "model.pt", weights_only=True)
    if not same(program.state_dict, state_dict):
        raise Wrong("the state_dict of model.pt2 is another one")
    model = loaded(folder, account, state_dict)
    runs = {"model.py": model}
    dtype = account["options"].get("dtype")
    if dtype:  # of weights and model.pt2: there is no TorchScript, and model.py begins as float32
        model.to(getattr(torch, dtype))
    else:
        runs["torchscript"] = torch.jit.load(folder / "model.torchscript.pt").eval()
    runs |= {
        "unflatten": torch.export.unflatten(program),
        "again": saved_again(program).module()}
    exported = program.module()
    for name in ("unflatten", "again"):
        if not same(runs[name].state_dict(), state_dict):
            raise Wrong(f"{name}: another state_dict")
    if [n for n, _ in model.named_parameters()] != [n for n, _ in exported.named_parameters()]:
        raise Wrong("parameters are named otherwise")
    if holders(model) - {n for n, _ in runs["unflatten"].named_modules()}:
        raise Wrong("unflatten has lost modules")
    with torch.no_grad():
        exported(*program.example_inputs[0], **program.example_inputs[1])
    result = dict.fromkeys(runs, 0.0)
    told = any("model.pt2 takes input" in line for line in account["assumed"])
    for batch in SIZES:
        given, free = inputs(program, batch)
        asked = any(e < 0 and a == 0 for i in account["inputs"] for e, a in zip(i["shape"], i["axes"]))
        if asked and "batch" not in free and not told:
            raise Wrong("the batch is fixed, and conversion.json does not say so")
        with torch.no_grad():
            answer = exported(*given)
            for name, run in runs.items():
                result[name] = max(result[name], difference(answer, run(*given)))
    result["free"] = "+".join(sorted(free)) or "nothing"
    if max(result[n] for n in runs) > 1e-6:
        raise Wrong(f"answers differ: {result}")
    return result


def quiet():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")


def said(folder):
    """Whether it fails, and the line about it."""
    try:
        found = " ".join(f"{k} {v:.1e}" if isinstance(v, float) else f"{k} {v}" for k, v in check(folder).items())
        return False, f"{folder.name}: {found}"
    except Exception as error:  # told with the folder's name, and the others go on
        return True, f"{folder.name}: {type(error).__name__}: {error}"


def main():
    folders = [pathlib.Path(argument) for argument in sys.argv[1:]]
    failed = False
    # nearly all the time is Python's own, of one thread: a process a core
    with concurrent.futures.ProcessPoolExecutor(min(len(folders), os.cpu_count() or 1), initializer=quiet) as pool:
        for fails, line in pool.map(said, folders):
            failed |= fails
            print(line, flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
