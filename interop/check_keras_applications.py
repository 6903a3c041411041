"""Convert every architecture of keras.applications from its own files, and hold each against Keras.

    python check_keras_applications.py [NAME ...] [--formats keras,h5] [--tool ./tf2torch]
                                       [--write docs/keras-applications.md]

Weights are random, BatchNorm's statistics included, so that no layer is an identity; sizes are the
smallest that an architecture takes. Of each file: tf2torch convert, load_state_dict(strict=True)
into model.py, and the largest difference of an output, relative to the largest output. Exits with 1
where one passes 1e-5.
"""

import argparse
import gc
import importlib.util
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = {
    "InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71, "NASNetLarge": 331, "NASNetMobile": 224,
}
BOUND = 1e-5


def architectures():
    spaces = vars(keras.applications)
    return sorted(n for n, v in spaces.items() if n[0].isupper() and callable(v))


def randomized(name):
    size = SIZES.get(name, 64)
    build = getattr(keras.applications, name)
    keras.utils.set_random_seed(7)
    # logits: a softmax of random weights saturates, and hides what is wrong before it
    model = build(
        weights=None, classes=10, input_shape=(size, size, 3), classifier_activation=None)
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    image = rng.uniform(0, 255, (2, size, size, 3)).astype("float32")
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
    # what a Normalization layer computes with is set when it is loaded
    with tempfile.TemporaryDirectory() as folder:
        model.save(pathlib.Path(folder) / "model.keras")
        model = keras.models.load_model(pathlib.Path(folder) / "model.keras")
    return model, image


def in_torch(folder, image):
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    model.eval()
    x = np.ascontiguousarray(np.transpose(image, account["inputs"][0]["axes"]))
    with torch.no_grad():
        answer = model(torch.from_numpy(x)).numpy()
    permutes = (folder / "model.py").read_text().count(".permute(")
    return answer, sum(p.numel() for p in model.parameters()), permutes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--formats", default="keras,h5")
    parser.add_argument("--tool", default=str(ROOT / "tf2torch"))
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    rows, failed = [], False
    for name in options.names or architectures():
        model, image = randomized(name)
        expected = model.predict(image, verbose=0)
        row = [name, f"{image.shape[1]}", f"{model.count_params():,}"]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for suffix in options.formats.split(","):
                file = folder / ("saved_model" if suffix == "savedmodel" else f"model.{suffix}")
                if suffix == "savedmodel":
                    model.export(file, verbose=False)
                else:
                    model.save(file)
                out = folder / f"out-{suffix}"
                targets = ["--to", "pt,python"]
                run = subprocess.run(
                    [*shlex.split(options.tool), "convert", file, "-o", out, *targets],
                    capture_output=True, text=True)
                if run.returncode:
                    row.append("exit " + str(run.returncode))
                    print(run.stderr[-3000:])
                    failed = True
                    continue
                answer, _, permutes = in_torch(out, image)
                error = np.abs(answer - expected).max() / np.abs(expected).max()
                failed |= not error <= BOUND
                row += [f"{error:.1e}", str(permutes)]
        print(" | ".join(row), flush=True)
        rows.append(row)
        del model
        keras.backend.clear_session()
        gc.collect()
    if options.write:
        heads = ["architecture", "size", "parameters"]
        for suffix in options.formats.split(","):
            heads += [f".{suffix}" if suffix != "savedmodel" else "SavedModel", "permutes"]
        lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        options.write.write_text(
            "# keras.applications\n\n"
            "Every architecture of `keras.applications` with random weights, BatchNorm's statistics\n"
            "included, converted from its own files and run in PyTorch beside Keras. The largest\n"
            "difference of an output, relative to the largest output, and the permutes that `model.py`\n"
            "is left with. Made by `python interop/check_keras_applications.py`"
            f" (Keras {keras.__version__},\nPyTorch {torch.__version__}).\n\n" + "\n".join(lines) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
