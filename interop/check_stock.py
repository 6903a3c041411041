"""Hold what --stock-optimizer says of its error against the real torch.optim.

    python check_stock.py COMMAND [--work DIR] [CASE ...]
    python check_stock.py --converted DIR

Each case of optimizer_cases.py is converted twice, exactly and with the nearest stock optimizer. Both
take one step from the same state in float64, with gradients whose elements are between 1e-10 and 10,
from the converted state and from one whose moments are 0, where an epsilon counts most. The largest
difference of an element's step, as a part of itself, is printed beside "step_error" of
conversion.json. DIR has conversions made before, in NAME/exact and NAME/stock. Exits with 1 where it is above that (and 1e-6, for rounding), where it is below a
third of it (a bound that says nothing), or where a refusal is none of the expected.
"""

import argparse
import copy
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import torch

from optimizer_steps import Net, imported

ROUNDING = 1e-6
DRAWS = 16
REFUSED = {
    "Ftrl": "sums of gradients",
    "Lion": "sign",
    "Lamb": "as long as the weights",
    "LAMB": "as long as the weights",
    "Proximal": "l1 and l2",
    "Adafactor, options": "epsilon1",
    "tf1 AdamW": "whatever the learning rate",
    "MomentumW": "whatever the learning rate",
    "RMSPropW": "whatever the learning rate",
    "rate 0": "which is 0 at this step",
}


def loaded(folder):
    account = json.loads((folder / "conversion.json").read_text())
    module = imported(folder / "model.py")
    model = getattr(module, account["model"]["class"])() if "model" in account else Net()
    model = model.double()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    how = account["optimizer"]
    kind = getattr(torch.optim if how["module"] == "torch.optim" else module, how["class"])
    parameters = eval(how["parameters"], {**vars(module), "model": model})
    optimizer = kind(parameters, **how["arguments"])
    module.load_optimizer(optimizer, model, folder / "optimizer.pt")
    step = stepped(module, how)
    return model, optimizer, step, how


def stepped(module, how):
    """What takes a step; gradients under a loss scale are scaled first, as the loss's would be."""
    if "grad_scaler" not in how:
        return module.apply_gradients if "step" in how else lambda o: o.step()

    def step(optimizer):
        scaler = module.grad_scaler("cpu")
        scale = scaler.scale(torch.ones((), dtype=torch.float64))
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad.mul_(scale)
        return module.apply_gradients(optimizer, scaler) if "step" in how else scaler.step(optimizer)

    return step


def emptied(optimizer):
    """Moments as before any gradient, the steps as they are; a norm as small as its epsilon."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            for key, tensor in optimizer.state[p].items():
                if key in ("sum", "accumulator"):
                    tensor.fill_(optimizer.defaults.get("initial_accumulator_value", 0.1))
                elif key in ("norm", "exp_inf"):
                    tensor.fill_(group.get("eps", group.get("epsilon")))
                elif tensor.dim() > 0:
                    tensor.zero_()


def change(model, optimizer, step, gradients):
    model, optimizer = copied(model, optimizer)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    for name, p in model.named_parameters():
        p.grad = gradients[name].clone()
    for _ in range(4):  # until the batches that make a step are complete
        if step(optimizer) is not False:
            break
    return {n: p.detach() - before[n] for n, p in model.named_parameters()}


def copied(model, optimizer):
    """Both again, and apart."""
    other = copy.deepcopy(model)
    places = {id(p): q for p, q in zip(model.parameters(), other.parameters())}
    groups = [{**g, "params": [places[id(p)] for p in g["params"]]} for g in optimizer.param_groups]
    made = copy.copy(optimizer)
    made.param_groups = groups
    made.state = copy.copy(optimizer.state)
    made.state.clear()
    for p, own in optimizer.state.items():
        made.state[places[id(p)]] = {k: t.clone() for k, t in own.items()}
    return other, made


def largest(exact, stock):
    """The largest relative difference of what a gradient does to an element."""
    generator = torch.Generator().manual_seed(2)
    worst = 0.0
    for is_empty in (False, True):
        if is_empty:
            emptied(exact[1])
            emptied(stock[1])
        for _ in range(DRAWS):
            sizes = 10.0 ** torch.empty(2).uniform_(-10, 1, generator=generator)
            gradients = {}
            for name, p in exact[0].named_parameters():
                spread = torch.rand(p.shape, generator=generator, dtype=torch.float64)
                drawn = torch.randn(p.shape, generator=generator, dtype=torch.float64)
                gradients[name] = drawn * sizes[0] ** spread * sizes[1] ** (1 - spread)
            none = {name: torch.zeros_like(g) for name, g in gradients.items()}
            wanted = change(*exact[:3], gradients)
            found = change(*stock[:3], gradients)
            carried = [change(*side[:3], none) for side in (exact, stock)]
            for name in wanted:
                # what is carried along without a gradient is apart, where it is the same
                same = torch.allclose(carried[0][name], carried[1][name], 1e-7, 1e-14)
                apart = carried[0][name] if same else 0
                size = (wanted[name] - apart).abs()
                changes = wanted[name].abs()
                rounding = ROUNDING * (changes + changes.max())  # of sums that nearly vanish
                error = ((found[name] - wanted[name]).abs() - rounding).clamp(min=0)
                counts = size > 1e-9 * exact[0].get_parameter(name).detach().abs().clamp(min=1e-3)
                if counts.any():
                    worst = max(worst, float((error / size)[counts].max()))
    return worst


def judged(folder, name):
    """Prints how far the stock optimizer is off; whether that is what it says."""
    exact, stock = loaded(folder / "exact"), loaded(folder / "stock")
    assert stock[3]["module"] == "torch.optim"
    stated = stock[3].get("step_error", 0.0)
    found = largest(exact, stock)
    moves = any(group["lr"] != 0 for group in exact[1].param_groups)
    is_bad = found > stated * 1.001 + ROUNDING or (moves and found < stated / 3)
    verdict = "WRONG" if is_bad else "as said"
    print(f"{name:36s} {found:8.1e} {stated:8.1e} {verdict}  {stock[3]['class']}")
    return not is_bad


def converted(command, name, folder):
    """Whether it is refused as expected; where it is not, both conversions are in the folder."""
    from optimizer_cases import CASES

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        source = CASES[name](folder, "float64")[0]
    except TypeError:  # no kernel for float64
        source = CASES[name](folder, "float32")[0]
    command = [*command, "convert", str(source), "-o"]
    run = subprocess.run([*command, str(folder / "exact")], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    command += [str(folder / "stock"), "--stock-optimizer"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    reasons = [reason for part, reason in REFUSED.items() if part in name]
    if run.returncode == 0:
        # every kind whose rate of 0 matters not has one all the same
        assert not reasons or "rate 0" in name, "not refused: " + name
        told = json.loads((folder / "stock/conversion.json").read_text())["optimizer"]
        assert all(line in run.stdout for line in told.get("lossy", [])), run.stdout
        return False
    assert run.returncode == 2 and any(r in run.stderr for r in reasons), run.stderr
    print(f"{name:36s} refused: {run.stderr.strip().split('): ')[-1]}")
    return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("command", type=shlex.split, nargs="?")
    arguments.add_argument("--work", type=pathlib.Path)
    arguments.add_argument("--converted", type=pathlib.Path)
    arguments.add_argument("case", nargs="*")
    options = arguments.parse_intermixed_args()
    if options.converted:
        folders = sorted(options.converted.iterdir())
        all_well = [judged(folder, folder.name) for folder in folders]
        sys.exit(0 if all_well and all(all_well) else 1)
    from optimizer_cases import CASES

    work = options.work or pathlib.Path(tempfile.mkdtemp())
    is_well = True
    for name in options.case or CASES:
        folder = work / name.replace(" ", "_").replace(",", "")
        if not converted(options.command, name, folder):
            is_well &= judged(folder, name)
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
