"""The PyTorch side of check_optimizers.py: ten steps from what a conversion gave, and what they did."""

import copy
import importlib.util
import json

import numpy as np
import torch

STEPS = 10
BOUND = {"float32": 1e-6, "float64": 1e-12}


def data(dtype):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(8, 5)).astype(dtype)
    y = rng.normal(size=(8, 3)).astype(dtype)
    return x, y


class Net(torch.nn.Module):
    """The same network under the names that a conversion gives to weights alone."""

    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(5, 4)
        self.out = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.out(torch.tanh(self.dense(x)))


def imported(file):
    spec = importlib.util.spec_from_file_location("model", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_names(module, model, kind, arguments, loaded, path):
    """State goes by name whatever the order, and not at all into another model or optimizer."""
    turned = kind(reversed(list(model.parameters())), **arguments)
    module.load_optimizer(turned, model, path)
    for p, held in loaded.state.items():
        assert all(torch.equal(held[k], turned.state[p][k]) for k in held)
    renamed = torch.nn.ModuleDict({"in": model.dense, "out": model.out})
    narrow = Net()
    narrow.dense = torch.nn.Linear(4, 4)
    wrong = [(kind(renamed.parameters(), **arguments), renamed, "knows nothing of")]
    wrong.append((torch.optim.ASGD(model.parameters()), model, "is for"))
    if loaded.state:
        wrong.append((kind(narrow.parameters(), **arguments), narrow, "the parameter"))
    for optimizer, other, reason in wrong:
        try:
            module.load_optimizer(optimizer, other, path)
        except ValueError as e:
            assert reason in str(e), e
        else:
            raise AssertionError("not refused: " + reason)


def check_half(module, model, kind, arguments, path):
    """Beside parameters of half the width, state is what it was, and a step leaves its type."""
    for dtype in (torch.float16, torch.bfloat16):
        half = copy.deepcopy(model).to(dtype)
        optimizer = kind(half.parameters(), **arguments)
        saved = saved_state(path)
        if {"exp_avg", "grad_avg"} & {key for _, key in saved}:
            try:
                module.load_optimizer(optimizer, half, path)
            except ValueError as e:
                assert "torch.autocast" in str(e), e
                continue
            raise AssertionError("not refused: moments that can't be stepped beside " + str(dtype))
        module.load_optimizer(optimizer, half, path)
        found = by_name(half, optimizer)
        assert all(np.array_equal(found[key], value) for key, value in saved.items())
        types = {(p, k): t.dtype for p, own in optimizer.state.items() for k, t in own.items()}
        assert not {torch.float16, torch.bfloat16} & set(types.values()), types
        for p in half.parameters():
            p.grad = torch.full_like(p, 0.25)
        optimizer.step()
        after = {(p, k): t.dtype for p, own in optimizer.state.items() for k, t in own.items()}
        assert after == types or not types, (types, after)


def go_on(folder, dtype, how_trained):
    """Ten steps of PyTorch from a conversion; the parameters as TensorFlow holds them."""
    account = json.loads((folder / "conversion.json").read_text())
    module = imported(folder / "model.py")
    model = getattr(module, account["model"]["class"])() if "model" in account else Net()
    model = model.to(getattr(torch, dtype))
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    how = account["optimizer"]
    kind = getattr(torch.optim if how["module"] == "torch.optim" else module, how["class"])
    parameters = eval(how["parameters"], {**vars(module), "model": model})
    excluded = how_trained.get("exclude", ())
    if excluded:  # which no file says, and the conversion asks for
        named = dict(model.named_parameters())
        apart = [p for n, p in named.items() if any(e in n for e in excluded)]
        rest = [p for p in named.values() if all(p is not a for a in apart)]
        parameters = [{"params": rest}, {"params": apart}]
    optimizer = kind(parameters, **how["arguments"])
    module.load_optimizer(optimizer, model, folder / "optimizer.pt")
    if how["parameters"] == "model.parameters()":
        plain = kind(model.parameters(), **how["arguments"])
        plain.load_state_dict(torch.load(folder / "optimizer.pt", weights_only=True))
    if how["parameters"] == "model.parameters()":
        check_names(module, model, kind, how["arguments"], optimizer, folder / "optimizer.pt")
        check_half(module, model, kind, how["arguments"], folder / "optimizer.pt")
    if excluded:
        optimizer.param_groups[1]["weight_decay"] = 0.0
    x, y = map(torch.from_numpy, data(dtype))
    scheduler = module.lr_scheduler(optimizer) if "scheduler" in how else None
    scaler = module.grad_scaler("cpu") if "grad_scaler" in how else None
    factor = how.get("step", {}).get("options", {}).get("loss_scale_factor", 1)
    rates = how_trained.get("rates")
    number = (lambda r: float(np.float32(r))) if how_trained.get("single") else float
    for i in range(STEPS, 2 * STEPS):
        if rates:
            for group in optimizer.param_groups:
                group["lr"] = number(rates[i])
        optimizer.zero_grad()
        loss = torch.mean((model(x) - y) ** 2) * factor
        (scaler.scale(loss) if scaler else loss).backward()
        if "step" in how:
            module.apply_gradients(optimizer, *([scaler] if scaler else []))
        else:
            scaler.step(optimizer) if scaler else optimizer.step()
        if scaler:
            scaler.update()
        if scheduler:
            scheduler.step()
    if scaler:
        end = folder.parent / "end/out/conversion.json"
        is_kept = not any("loss scale is its first" in said for said in how["assumed"])
        if end.exists() and is_kept:
            held = json.loads(end.read_text())["optimizer"]["grad_scaler"]["state"]
            now = {k: scaler.state_dict()[k] for k in held}
            assert now == held, (now, held)
    if rates:
        for group in optimizer.param_groups:
            group["lr"] = number(rates[2 * STEPS])
    held = {name: value.detach().numpy() for name, value in model.named_parameters()}
    sources = {t["name"]: t["sources"][0] for t in account["tensors"]}
    found = {sources[n]: v.T if v.ndim == 2 else v for n, v in held.items()}
    if scheduler:
        check_rates(module, kind, how, how_trained.get("schedule", []))
    return found, by_name(model, optimizer)


def check_rates(module, kind, how, rates):
    """The scheduler's rates are those of Keras, from the hand-over on, but for rounding."""
    dummy = kind([torch.nn.Parameter(torch.zeros(1))], **how["arguments"])
    scheduler = module.lr_scheduler(dummy)
    for step, wanted in enumerate(rates, STEPS):
        found = dummy.param_groups[0]["lr"]
        assert scheduler.last_epoch == step, scheduler.last_epoch
        assert abs(found - wanted) <= 1e-7, (step, found, wanted)
        dummy.step()
        scheduler.step()


def by_name(model, optimizer):
    """What an optimizer holds: tensors by parameter and key, numbers by group and key."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    held = {}
    for number, group in enumerate(optimizer.param_groups):
        for key, value in group.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                if key != "initial_lr":  # a scheduler's
                    held[f"group {number}", key] = np.float64(value)
        for parameter in group["params"]:
            for key, tensor in optimizer.state.get(parameter, {}).items():
                held[names[parameter], key] = tensor.detach().double().numpy()
    return held


def saved_state(path):
    """The same of an optimizer.pt."""
    saved = torch.load(path, weights_only=True)
    held = {}
    for number, group in enumerate(saved["param_groups"]):
        for key, value in group.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                held[f"group {number}", key] = np.float64(value)
        for name, index in zip(group["param_names"], group["params"]):
            for key, tensor in saved["state"].get(index, {}).items():
                held[name, key] = tensor.double().numpy()
    return held


def largest(found, expected):
    """The largest difference, and where; in units of a tensor's largest element if above 1."""
    for key in [k for k in expected if k[1] == "gradient_accumulator" and k not in found]:
        if not expected[key].any():  # nothing is gathered
            expected = {k: v for k, v in expected.items() if k != key}
    if found.keys() != expected.keys():
        raise ValueError(f"one side alone has {sorted(found.keys() ^ expected.keys())}")
    errors = {}
    for key, value in expected.items():
        if found[key].shape != value.shape:
            raise ValueError(f"{key} is {found[key].shape}, not {value.shape}")
        if value.size:
            errors[key] = np.abs(found[key] - value).max() / max(1, np.abs(value).max())
    worst = max(errors, key=errors.get, default=None)
    return (errors[worst] if errors else 0.0), worst


def bound_of(how, dtype):
    """A schedule's rate is a float32 in TensorFlow, whatever the weights are."""
    return max(BOUND[dtype], 1e-6 if "scheduler" in how else 0)


def compared(folder, end, expected, dtype, how_trained):
    """The largest differences of parameters, of state, where that is, and how it was built.

    end is the folder of what a conversion makes of TensorFlow's state at the end, or None.
    """
    found, state = go_on(folder, dtype, how_trained)
    error = max(np.abs(found[n].ravel() - np.ravel(v)).max() for n, v in expected.items())
    how = json.loads((folder / "conversion.json").read_text())["optimizer"]
    if end is None:
        return error, 0.0, None, how
    saved = saved_state(end / "optimizer.pt")
    if how_trained.get("exclude"):  # one group is two by now
        state, saved = (
            {k: v for k, v in held.items() if not k[0].startswith("group")}
            for held in (state, saved)
        )
    return error, *largest(state, saved), how
