"""Write own.keras and two PyTorch models for it, as people write them by hand.

    python make_own.py

own_right.pt computes the same as Keras 3.15.1; own_wrong.pt has PyTorch's own epsilon in its
batch normalization.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy
import torch
from keras import layers as L
from torch import nn

from make_reference import deflated

HERE = pathlib.Path(__file__).parent


class Net(nn.Module):
    def __init__(self, eps):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4, eps=eps)
        self.dense = nn.Linear(4, 5)

    def forward(self, x):
        return self.dense(torch.relu(self.norm(self.conv(x))).mean((2, 3)))


def main():
    keras.utils.set_random_seed(1)
    layers = [
        L.Input((8, 9, 3)),
        L.Conv2D(4, 3, name="conv"),
        L.BatchNormalization(name="norm"),
        L.ReLU(),
        L.GlobalAveragePooling2D(),
        L.Dense(5, name="dense"),
    ]
    model = keras.Sequential(layers, name="own")
    random = numpy.random.default_rng(1)
    for v in model.variables:
        scales = v.name in ("gamma", "moving_variance")
        v.assign(random.uniform(0.5, 1.5, v.shape) if scales else random.normal(0, 0.5, v.shape))
    model.save(HERE / "own.keras")
    deflated(HERE / "own.keras")
    values = {v.path.removeprefix("own/"): torch.tensor(v.numpy()) for v in model.variables}
    state = {
        "conv.weight": values["conv/kernel"].permute(3, 2, 0, 1),
        "conv.bias": values["conv/bias"],
        "norm.weight": values["norm/gamma"],
        "norm.bias": values["norm/beta"],
        "norm.running_mean": values["norm/moving_mean"],
        "norm.running_var": values["norm/moving_variance"],
        "dense.weight": values["dense/kernel"].T,
        "dense.bias": values["dense/bias"],
    }
    for eps, name in ((1e-3, "right"), (1e-5, "wrong")):
        net = Net(eps).eval()
        net.load_state_dict(state, strict=False)
        torch.jit.script(net).save(HERE / f"own_{name}.pt")


if __name__ == "__main__":
    main()
