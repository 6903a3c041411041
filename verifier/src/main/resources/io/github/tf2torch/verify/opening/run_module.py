"""Run a PyTorch module on given inputs: python run_module.py JOB.json

The job names the module's file and class, its weights, the type to compute in, raw little-endian
inputs and, for gradients, a weight for each output; for training also the conversion's optimizer.
Outputs, gradients, or parameters and their state are written the same way beside the job,
answer.json says which; failure.txt what went wrong, with 3 for an exit where it is not the inputs
that are at fault. Needs torch and numpy, nothing else.
"""

import importlib.util
import inspect
import json
import pathlib
import sys
import traceback
import warnings

REFUSED = 3


def fail(text, status=REFUSED):
    pathlib.Path(sys.argv[1]).with_name("failure.txt").write_text(text)
    sys.exit(status)


try:
    import numpy
    import torch
except ImportError as missing:
    fail(f"{sys.executable} has no {missing.name}: name a Python with torch and numpy by --python")


def told(error, folder):
    """What is raised, and the last line of the user's own code on the way to it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = type(error).__name__ + ": " + " ".join(lines[:3]) if lines else type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if pathlib.Path(frame.filename).parent == folder:
            text += f" ({pathlib.Path(frame.filename).name}, line {frame.lineno}: {frame.line})"
            break
    return text + ("; it runs on the CPU here" if "cuda" in text.lower() else "")


def load(job):
    path = pathlib.Path(job["module"]).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    source = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = source
    try:
        spec.loader.exec_module(source)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's file raises
        fail(f"{path.name} can't be imported: {told(error, path.parent)}")
    model = built(source, job["class"], path)
    weights = torch.load(job["weights"], map_location="cpu", weights_only=True)
    fill(model, weights, pathlib.Path(job["weights"]).name, job["class"])
    model.eval()
    if job.get("training"):
        return source, model.double() if job["dtype"] == "float64" else model
    if job["dtype"] == "float64":
        model.double()
        # TensorFlow holds such numbers as float32
        for module in model.modules():
            for name, value in vars(module).items():
                if type(value) is float:
                    setattr(module, name, float(numpy.float32(value)))
    return source, model


def built(source, name, path):
    if not hasattr(source, name):
        classes = [
            key
            for key, value in vars(source).items()
            if isinstance(value, type)
            and issubclass(value, torch.nn.Module)
            and value.__module__ == source.__name__
        ]
        fail(f"{path.name} has no {name}; it has {', '.join(classes) or 'no nn.Module'}")
    try:
        inspect.signature(getattr(source, name)).bind()
    except TypeError as error:
        fail(
            f"{path.name}:{name} can't be made without arguments ({error}): add a function that"
            f" does, def build(): return {name}(...), and name {path.name}:build"
        )
    try:
        model = getattr(source, name)()
    except Exception as error:  # noqa: BLE001 - whatever a user's module raises
        fail(f"{path.name}:{name}() fails: {told(error, path.parent)}")
    if not isinstance(model, torch.nn.Module):
        fail(f"{path.name}:{name} gives a {type(model).__name__}, no torch.nn.Module")
    if type(model).forward is torch.nn.Module.forward:
        fail(f"{path.name}:{name} has no forward")
    return model


def fill(model, weights, file, name):
    """Strictly: what is missing would be random, what is left over some other model's."""
    wanted = model.state_dict()
    missing = [key for key in wanted if key not in weights]
    left = [key for key in weights if key not in wanted]
    nested = [key for key in left if isinstance(weights[key], dict)]
    if missing and nested:
        fail(
            f"{file} holds more than a state_dict: save the part alone, as torch.save("
            f'torch.load("{file}")["{nested[0]}"], "weights.pt")'
        )
    parallel = {key.removeprefix("module."): value for key, value in weights.items()}
    if missing and not [key for key in wanted if key not in parallel]:
        fail(
            f"{file} has the names that nn.DataParallel gives, each behind module.: save that of"
            " model.module.state_dict()"
        )
    if missing or left:
        fail(
            f"{file} is no state_dict of {name}:"
            + (f" it has no {some(missing)}" if missing else "")
            + (", and" if missing and left else "")
            + (f" {name} has no {some(left)}" if left else "")
        )
    try:
        model.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        fail(f"{file} is no state_dict of {name}: " + " ".join(str(error).split()))


def some(keys):
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def tensor(folder, given):
    raw = numpy.fromfile(folder / given["file"], dtype=given["dtype"])
    return torch.from_numpy(raw.reshape(given["shape"]))


def run(model, inputs, dtype):
    """Outputs by name. What forward makes, as zeros to begin with, is of PyTorch's default type."""
    try:
        return by_name(model(*inputs))
    except RuntimeError:
        if dtype != "float64" or torch.get_default_dtype() == torch.float64:
            raise
    torch.set_default_dtype(torch.float64)
    for module in model.modules():
        for name, value in vars(module).items():
            if isinstance(value, torch.Tensor) and value.is_floating_point():
                setattr(module, name, value.double())
    return by_name(model(*inputs))


def by_name(result):
    """Every tensor of what forward gives: by its key, else its place, within one that has several."""
    named = {"0": result} if isinstance(result, torch.Tensor) else dict(tensors(result, ""))
    if not named:
        raise TypeError(f"forward gives {type(result).__name__}, no tensor")
    return named


def tensors(result, name):
    if isinstance(result, torch.Tensor):
        yield name, result
    elif isinstance(result, (list, tuple)) or hasattr(result, "items"):
        if hasattr(result, "_asdict"):
            result = result._asdict()
        pairs = result.items() if hasattr(result, "items") else enumerate(result)
        for key, value in pairs:
            yield from tensors(value, f"{name}.{key}" if name else str(key))


def train(source, model, job, loss_of):
    """As the conversion says: optimizer, what goes around its step, scheduler and scaler."""
    how = json.loads(pathlib.Path(job["training"]["conversion"]).read_text())["optimizer"]
    kind = getattr(torch.optim if how["module"] == "torch.optim" else source, how["class"])
    grouped = how["parameters"].startswith("parameter_groups")
    parameters = source.parameter_groups(model) if grouped else model.parameters()
    lists = {k: tuple(v) for k, v in how["arguments"].items() if isinstance(v, list)}
    optimizer = kind(parameters, **{**how["arguments"], **lists})
    source.load_optimizer(optimizer, model, job["training"]["optimizer"])
    scheduler = source.lr_scheduler(optimizer) if "scheduler" in how else None
    scaler = source.grad_scaler("cpu") if "grad_scaler" in how else None
    factor = how.get("step", {}).get("options", {}).get("loss_scale_factor", 1)
    for _ in range(job["training"]["batches"]):
        optimizer.zero_grad()
        loss = loss_of() * factor
        (scaler.scale(loss) if scaler else loss).backward()
        is_step = True
        if "step" in how:
            is_step = source.apply_gradients(optimizer, *([scaler] if scaler else []))
        else:
            scaler.step(optimizer) if scaler else optimizer.step()
        if scaler:
            scaler.update()
        if scheduler and is_step:
            scheduler.step()
    return optimizer


def main():
    folder = pathlib.Path(sys.argv[1]).parent
    job = json.loads(pathlib.Path(sys.argv[1]).read_text())
    torch.set_num_threads(job["threads"])
    source, model = load(job)
    inputs = [tensor(folder, given) for given in job["inputs"]]
    answer = {
        "torch": torch.__version__,
        "python": sys.version.split()[0],
        "arguments": list(inspect.signature(model.forward).parameters),
        "values": [],
    }

    def keep(kind, name, value):
        value = value.detach().cpu().contiguous().numpy()
        file = f"answer-{len(answer['values'])}"
        value.tofile(folder / file)
        answer["values"].append(
            {
                "kind": kind,
                "name": name,
                "file": file,
                "dtype": value.dtype.name,
                "shape": list(value.shape),
            }
        )

    weights = {name: tensor(folder, given) for name, given in job["gradients"].items()}
    if job.get("training"):

        def loss():
            outputs = by_name(model(*inputs))
            return sum((outputs[name] * weight).sum() for name, weight in weights.items())

        optimizer = train(source, model, job, loss)
        for name, parameter in model.named_parameters():
            keep("parameter", name, parameter)
            for key, value in optimizer.state.get(parameter, {}).items():
                if isinstance(value, torch.Tensor) and value.ndim:
                    keep("slot", f"{key} of {name}", value)
    elif job["gradients"]:
        inputs = [i.requires_grad_() if i.is_floating_point() else i for i in inputs]
        outputs = run(model, inputs, job["dtype"])
        sum((outputs[name] * weight).sum() for name, weight in weights.items()).backward()
        for place, value in enumerate(inputs):
            if value.grad is not None:
                keep("input", str(place), value.grad)
        for name, parameter in model.named_parameters(remove_duplicate=False):
            if parameter.grad is not None:
                keep("parameter", name, parameter.grad)
    else:
        with torch.no_grad():
            for name, value in run(model, inputs, job["dtype"]).items():
                keep("output", name, value)
            if job.get("traced"):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    traced = torch.jit.trace(model, tuple(inputs), check_trace=False, strict=False)
                traced.save(folder / job["traced"])
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    try:
        main()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's module raises
        if pathlib.Path(sys.argv[1]).with_name("failure.txt").exists():
            raise
        where = json.loads(pathlib.Path(sys.argv[1]).read_text())["module"]
        fail(told(error, pathlib.Path(where).resolve().parent), 1)
