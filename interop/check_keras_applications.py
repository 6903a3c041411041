"""Convert every architecture of keras.applications from its own files, and hold each against Keras.

    python check_keras_applications.py [NAME ...] [--formats keras,h5,savedmodel] [--tool ./tf2torch]
        [--results FILE.jsonl] [--write docs/keras-applications.md]

Weights are random, BatchNorm's statistics included, so that no layer is an identity; sizes are the
smallest that an architecture takes. Of each file: tf2torch convert, load_state_dict(strict=True)
into model.py, and the largest difference of an output, relative to the largest output. From the
first of the formats also: model.pt2 and the TorchScript archive, and one training step in float64
and in float32 (keras_training_step.py). black and ruff check every model.py. Exits with 1 where one
is over its bound. With --results, what is in the file already is not run again, and each
architecture is added to it when it is done: a run that was interrupted goes on.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import torch

import keras_training_step as training
from check_model_py import formatted
from keras_applications_table import bounds_passed, table

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Of 32 pixels these are left with one, and so many times BatchNorm of four values is chaos: float32's
# gradients have little in common with float64's, whoever computes them.
SIZES = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71, "ResNet152": 64, "EfficientNetB7": 64}
BATCH, CLASSES = 4, 5
# the longest come last
LARGE = [
    "VGG16", "VGG19", "DenseNet201", "InceptionResNetV2", "EfficientNetB5", "EfficientNetB6", "EfficientNetV2M",
    "EfficientNetB7", "NASNetLarge", "ConvNeXtBase", "EfficientNetV2L", "ConvNeXtLarge", "ConvNeXtXLarge"]


def architectures():
    spaces = vars(keras.applications)
    names = sorted(n for n, v in spaces.items() if n[0].isupper() and callable(v))
    return sorted(names, key=lambda n: LARGE.index(n) if n in LARGE else -1)


def builder(name):
    size = SIZES.get(name, 32)

    def build():
        keras.utils.set_random_seed(7)
        # logits: a softmax of random weights saturates, and hides what is wrong before it
        return getattr(keras.applications, name)(
            weights=None, classes=CLASSES, input_shape=(size, size, 3), classifier_activation=None)

    return build, size


def randomize(model, name, rng):
    layers = list(model._flatten_layers())
    for layer in layers:
        for variable in layer._trainable_variables + layer._non_trainable_variables:
            leaf, shape = variable.path.rsplit("/", 1)[-1], variable.shape
            if leaf in ("beta", "bias"):
                variable.assign(rng.normal(0, 0.1, shape).astype("float32"))
            elif leaf == "gamma":
                # EfficientNetV2 adds up so much that rounding grows from block to block
                is_small = "layer_scale" in variable.path or name.startswith("EfficientNetV2")
                low, high = (0.1, 0.4) if is_small else (0.6, 1.4)
                variable.assign(rng.uniform(low, high, shape).astype("float32"))
            elif leaf == "moving_mean":
                variable.assign(rng.normal(0, 0.1, shape).astype("float32"))
            elif leaf == "moving_variance":
                variable.assign(rng.uniform(0.5, 1.5, shape).astype("float32"))
            elif leaf == "mean":
                variable.assign(rng.uniform(0.4, 0.6, shape).astype("float32"))
            elif leaf == "variance":
                variable.assign(rng.uniform(0.04, 0.09, shape).astype("float32"))
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def converted(tool, model, folder, suffix, targets):
    """The folder that a file of the model is converted to; what the tool says where it fails."""
    file = folder / ("saved_model" if suffix == "savedmodel" else f"model.{suffix}")
    if suffix == "savedmodel":
        model.export(file, verbose=False)
    else:
        model.save(file)
    out = folder / f"out-{suffix}"
    command = [*shlex.split(tool), "convert", file, "-o", out, "--to", targets]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    shutil.rmtree(file) if file.is_dir() else file.unlink()
    if run.returncode:
        print(run.stdout[-3000:])
    return out, run.returncode


def answers(out, image, is_first):
    """The output of model.py, and of the archives beside it."""
    model, account = training.loaded(out)
    axes = account["inputs"][0]["axes"]
    x = torch.from_numpy(np.ascontiguousarray(np.transpose(image, axes)))
    runs = {"model.py": model.eval()}
    if is_first:
        runs["torchscript"] = torch.jit.load(out / "model.torchscript.pt").eval()
        runs["pt2"] = torch.export.load(out / "model.pt2").module()
    result = {}
    for kind, run in runs.items():
        with torch.no_grad():
            answer = run(x)
        result[kind] = (next(iter(answer.values())) if isinstance(answer, dict) else answer).numpy()
    return result


def relative(found, wanted):
    return float(np.abs(found - wanted).max() / np.abs(wanted).max())


def checked(name, formats, tool, folder):
    build, size = builder(name)
    model = build()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    randomize(model, name, rng)
    image = rng.uniform(0, 255, (BATCH, size, size, 3)).astype("float32")
    expected = np.asarray(model(image, training=False))
    row = {
        "name": name, "size": size, "parameters": model.count_params(), "formats": {}, "untidy": []}
    # one file at a time, each deleted when it is done: the largest have 1.4 GB of weights
    for suffix in formats:
        is_first = suffix == formats[0]
        targets = "pt,python,torchscript,pt2" if is_first else "pt,python"
        out, failed = converted(tool, model, folder, suffix, targets)
        if failed:
            row["formats"][suffix] = {"exit": failed}
            continue
        found = answers(out, image, is_first)
        row["formats"][suffix] = {
            "error": relative(found["model.py"], expected),
            "permutes": (out / "model.py").read_text().count(".permute(")}
        row["untidy"] += formatted([out])
        if is_first:
            for kind in ("torchscript", "pt2"):
                row[kind] = relative(found[kind], found["model.py"])
        else:
            shutil.rmtree(out)
    if "error" in row["formats"][formats[0]]:
        single = training.in_keras(model, image)
        double = training.in_keras_float64(build, model, image, formats[0] == "savedmodel")
        row["trainable"] = len(model.trainable_variables)
        del model
        row["training"] = training.compared(single, double, folder / f"out-{formats[0]}", image)
    return row


def alone(name, formats, tool):
    """In a process of its own, that gives all its memory back."""
    warnings.simplefilter("ignore")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        row = checked(name, formats, tool, pathlib.Path(folder))
    return row | {"seconds": round(time.monotonic() - begin)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--formats", default="keras,h5,savedmodel")
    parser.add_argument("--tool", default=str(ROOT / "tf2torch"))
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    formats, names = options.formats.split(","), options.names or architectures()
    rows = {}
    if options.results and options.results.exists():
        lines = options.results.read_text().splitlines()
        rows = {row["name"]: row for row in map(json.loads, lines)}
    failed = False
    for name in names:
        if name not in rows:
            fresh = multiprocessing.get_context("spawn")
            try:
                with concurrent.futures.ProcessPoolExecutor(1, mp_context=fresh) as process:
                    rows[name] = process.submit(alone, name, formats, options.tool).result()
            except Exception:
                traceback.print_exc()
                failed = True
                continue
            if options.results:
                with options.results.open("a") as stream:
                    stream.write(json.dumps(rows[name]) + "\n")
        passed = bounds_passed(rows[name])
        print(json.dumps(rows[name]), "; ".join(passed) or "holds", flush=True)
        failed |= bool(passed)
        if options.write:
            versions = {"Keras": keras.__version__, "PyTorch": torch.__version__.split("+")[0]}
            options.write.write_text(table(names, rows, formats, versions))
    sys.exit(failed)


if __name__ == "__main__":
    main()
