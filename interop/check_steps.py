"""Hold optimizer steps in TorchScript against the optimizers of Python that they are steps of.

    python check_steps.py DIR ...

Each DIR is a conversion with model.py and optimizer.pt, and beside them for each group of
parameters step_N.pt, the TorchScript archive, and step_N.json: {"state": [name], "numbers": [name]}.
torch.optim's own optimizer, or the class of model.py, takes five steps from optimizer.pt with random
gradients, and so do the archives; both have to arrive at the same parameters and state, in float64
up to 1e-14, in float32 up to 2e-6 (one operation more or less is fused).
"""

import importlib.util
import json
import pathlib
import sys

import torch

BOUND = {torch.float64: 1e-14, torch.float32: 2e-6}


def imported(file):
    spec = importlib.util.spec_from_file_location("model_" + str(abs(hash(file))), file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(folder, dtype):
    how = json.loads((folder / "conversion.json").read_text())["optimizer"]
    module = imported(folder / "model.py")
    saved = torch.load(folder / "optimizer.pt", weights_only=True)
    values = torch.load(folder / "model.pt", weights_only=True)
    generator = torch.Generator().manual_seed(1)
    groups, options = [], []
    for group in saved["param_groups"]:
        names = group["param_names"]
        parameters = [torch.nn.Parameter(values[n].to(dtype)) for n in names]
        settings = {k: v for k, v in group.items() if k not in ("params", "param_names")}
        groups.append({"params": parameters, **settings})
        options.append(settings)
    kind = getattr(torch.optim if how["module"] == "torch.optim" else module, how["class"])
    optimizer = kind(groups, **how["arguments"])
    state = {"state": saved["state"], "param_groups": saved["param_groups"]}
    optimizer.load_state_dict(state)
    steps = []
    for number, group in enumerate(optimizer.param_groups):
        told = json.loads((folder / f"step_{number}.json").read_text())
        archive = torch.jit.load(folder / f"step_{number}.pt")
        settings = options[number]
        numbers = []
        for name in told["numbers"]:
            value = settings[name]
            if isinstance(value, str):
                value = settings[value]
            numbers.append(float("nan") if value is None else float(value))
        own = []
        for p in group["params"]:
            held = optimizer.state.get(p, {})
            if any(name not in held for name in told["state"]):
                raise SystemExit(f"{folder}: no {told['state']} in the state of {p.shape}")
            own.append([p.detach().clone()] + [held[n].clone() for n in told["state"]])
        steps.append([told, archive, torch.tensor(numbers, dtype=torch.float64), own])
    for _ in range(5):
        for group, step in zip(optimizer.param_groups, steps):
            told, archive, numbers, own = step
            after = numbers
            for i, p in enumerate(group["params"]):
                p.grad = torch.randn(p.shape, dtype=dtype, generator=generator)
                *own[i], after = archive(own[i][0], p.grad, *own[i][1:], numbers)
            step[2] = after
        optimizer.step()
    largest = 0.0
    for group, (told, _, _, own) in zip(optimizer.param_groups, steps):
        for p, found in zip(group["params"], own):
            wanted = [p.detach()] + [optimizer.state[p][n] for n in told["state"]]
            for a, b in zip(found, wanted):
                assert a.dtype == b.dtype and a.shape == b.shape, (a.dtype, b.dtype, a.shape)
                size = max(1.0, float(b.abs().max()))
                largest = max(largest, float((a - b).abs().max()) / size)
    return largest, how


def main():
    failed = False
    for folder in map(pathlib.Path, sys.argv[1:]):
        for dtype, bound in BOUND.items():
            try:
                error, how = check(folder, dtype)
            except Exception as e:
                print(f"{folder.name}: {dtype}: {type(e).__name__}: {e}")
                failed = True
                continue
            is_bad = not error <= bound
            failed |= is_bad
            kind = f"{how['module']}.{how['class']}"
            print(f"{folder.name:28s} {dtype!s:14s} {error:8.1e} {'DIFFERS' if is_bad else 'same'}  {kind}")
    sys.exit(1 if failed else 0)


main()
