"""Run a PyTorch module on given inputs: python run_module.py JOB.json

The job names the module's file and class, its weights, the type to compute in, raw little-endian
inputs and, for gradients, a weight for each output; for training also the conversion's optimizer.
Outputs, gradients, or parameters and their state are written the same way beside the job,
answer.json says which. Needs torch and numpy, nothing else.
"""

import importlib.util
import inspect
import json
import pathlib
import sys
import warnings

import numpy
import torch


def load(job):
    path = pathlib.Path(job["module"]).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    source = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = source
    spec.loader.exec_module(source)
    model = getattr(source, job["class"])()
    weights = torch.load(job["weights"], map_location="cpu", weights_only=True)
    model.load_state_dict(weights, strict=True)
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


def tensor(folder, given):
    raw = numpy.fromfile(folder / given["file"], dtype=given["dtype"])
    return torch.from_numpy(raw.reshape(given["shape"]))


def by_name(result):
    if isinstance(result, torch.Tensor):
        result = [result]
    if isinstance(result, (list, tuple)) and not hasattr(result, "_fields"):
        return {str(place): value for place, value in enumerate(result)}
    if hasattr(result, "_asdict"):
        result = result._asdict()
    return {str(name): value for name, value in dict(result).items()}


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
        outputs = by_name(model(*inputs))
        sum((outputs[name] * weight).sum() for name, weight in weights.items()).backward()
        for place, value in enumerate(inputs):
            if value.grad is not None:
                keep("input", str(place), value.grad)
        for name, parameter in model.named_parameters(remove_duplicate=False):
            if parameter.grad is not None:
                keep("parameter", name, parameter.grad)
    else:
        with torch.no_grad():
            for name, value in by_name(model(*inputs)).items():
                keep("output", name, value)
            if job.get("traced"):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    traced = torch.jit.trace(model, tuple(inputs), check_trace=False, strict=False)
                traced.save(folder / job["traced"])
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
