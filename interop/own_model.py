"""A PyTorch model of one's own for samples/mnist-cnn, under other names than a conversion gives.

    python own_model.py DIR OUT [EPS]

Fills Net with DIR/model.pt, which tf2torch converted, and writes OUT/scripted.pt and OUT/traced.pt
(torch.jit) and OUT/net.pt (a state_dict, in
OUT/net.safetensors too). EPS is what the first BatchNorm gets instead of its own.
"""

import pathlib
import sys
import warnings

import torch
from safetensors.torch import save_file
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 32, 5, padding="same", bias=False),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(32),
            nn.Conv2d(32, 64, 5, padding="same", bias=False),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(64),
        )
        self.hidden = nn.Linear(3136, 512)
        self.logits = nn.Linear(512, 10)

    def forward(self, images):
        features = torch.flatten(self.net(images), 1)
        return self.logits(torch.relu(self.hidden(features)))


NAMES = {
    "conv1": "net.0",
    "bn1": "net.3",
    "conv2": "net.4",
    "bn2": "net.7",
    "fc1": "hidden",
    "fc2": "logits",
}


def main():
    folder, out = map(pathlib.Path, sys.argv[1:3])
    model = Net()
    if len(sys.argv) > 3:
        model.net[3].eps = float(sys.argv[3])
    state = torch.load(folder / "model.pt", weights_only=True)
    renamed = {}
    for name, value in state.items():
        layer, parameter = name.split(".")
        renamed[NAMES[layer] + "." + parameter] = value
    model.load_state_dict(renamed, strict=True)
    model.eval()
    warnings.simplefilter("ignore", DeprecationWarning)
    torch.save(model.state_dict(), out / "net.pt")
    save_file(model.state_dict(), out / "net.safetensors")
    torch.jit.script(model).save(out / "scripted.pt")
    torch.jit.trace(model, torch.rand(2, 1, 28, 28)).save(out / "traced.pt")


if __name__ == "__main__":
    main()
