"""Run a PyTorch module on given inputs: python run_module.py JOB.json

The job names the module's file and class, its weights, the type to compute in, raw little-endian
inputs and, for gradients, a weight for each output. Outputs and gradients are written the same way
beside the job, answer.json says which. Needs torch and numpy, nothing else.
"""

import importlib.util
import inspect
import json
import pathlib
import sys

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
    if job["dtype"] == "float64":
        model.double()
        # TensorFlow holds such numbers as float32
        for module in model.modules():
            for name, value in vars(module).items():
                if type(value) is float:
                    setattr(module, name, float(numpy.float32(value)))
    return model


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


def main():
    folder = pathlib.Path(sys.argv[1]).parent
    job = json.loads(pathlib.Path(sys.argv[1]).read_text())
    torch.set_num_threads(job["threads"])
    model = load(job)
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

    if job["gradients"]:
        inputs = [i.requires_grad_() if i.is_floating_point() else i for i in inputs]
        outputs = by_name(model(*inputs))
        weights = {name: tensor(folder, given) for name, given in job["gradients"].items()}
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
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
