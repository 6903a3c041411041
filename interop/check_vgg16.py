"""Hold `convert --like` without rules against keras.applications' VGG16, in a VGG16 of plain PyTorch.

    python check_vgg16.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. A SavedModel's graph and
the layers of a .keras or .h5 file say that the image which is flattened is 2 by 3. The target
has the names of torchvision's VGG16. Exits with 1 where outputs differ by more than 1e-5 of the largest.
"""

import pathlib
import shutil
import subprocess
import sys

import keras
import numpy
import torch
from safetensors.torch import load_file
from torch import nn

CLASSES, TOLERANCE = 5, 1e-5
CHANNELS = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]


class VGG16(nn.Module):
    def __init__(self, height, width):
        super().__init__()
        features, before = [], 3
        for out in CHANNELS:
            if out == "M":
                features.append(nn.MaxPool2d(2))
            else:
                features += [nn.Conv2d(before, out, 3, padding=1), nn.ReLU()]
                before = out
        rows = before * (height // 32) * (width // 32)
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(
            *[nn.Linear(rows, 4096), nn.ReLU(), nn.Dropout()],
            *[nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout()],
            nn.Linear(4096, CLASSES),
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def made(height, width):
    """Keras's model with biases that are not zero, and one of PyTorch that is all zeros."""
    keras.utils.set_random_seed(1)
    source = keras.applications.VGG16(
        weights=None, input_shape=(height, width, 3), classes=CLASSES, classifier_activation=None
    )
    random = numpy.random.default_rng(2)
    for variable in source.variables:
        if variable.name == "bias":
            variable.assign(random.normal(0, 0.05, variable.shape))
    with torch.device("meta"):
        empty = VGG16(height, width)
    target = empty.to_empty(device="cpu").eval()
    with torch.no_grad():
        for parameter in target.parameters():
            parameter.zero_()
    images = random.normal(size=(2, height, width, 3)).astype("float32")
    return source, target, images


def difference(source, target, images, path, work, command):
    expected = source.predict(images, verbose=0)
    torch.save(target.state_dict(), work / "like.pt")
    subprocess.run(
        [*command, "convert", path, "--like", work / "like.pt", "--to", "safetensors", "-o", work / "out"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    target.load_state_dict(load_file(work / "out" / "model.safetensors"), strict=True)
    shutil.rmtree(work / "out")
    with torch.no_grad():
        actual = target(torch.tensor(images).permute(0, 3, 1, 2)).numpy()
    return abs(actual - expected).max() / abs(expected).max()


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    work.mkdir(parents=True)
    source, target, images = made(64, 96)
    source.export(work / "saved_model", verbose=False)
    source.save(work / "vgg16.keras")
    source.save(work / "vgg16.h5")
    worst = {
        name: difference(source, target, images, work / name, work, command)
        for name in ("saved_model", "vgg16.keras", "vgg16.h5")
    }
    for name, error in worst.items():
        print(f"{name}: differs by {error:.1e} of the largest", flush=True)
    sys.exit(not max(worst.values()) <= TOLERANCE)


if __name__ == "__main__":
    main()
