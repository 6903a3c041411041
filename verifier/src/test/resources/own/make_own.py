"""A Keras model and the same network written by hand in PyTorch, right and with one fault each.

    python make_own.py        (tensorflow 2.21, keras 3.15.1, torch 2.13)

Writes net.keras, and for the faults that are in weights or in what is called an archive of
torch.jit each; faults in numbers are planted in the code of scripted.pt and traced.pt by the test.
"""

import os
import pathlib
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import keras
import numpy as np
import torch
import torch.nn.functional as F
from keras import layers
from torch import nn

HERE = pathlib.Path(__file__).parent


def source():
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((11, 11, 3), name="image"),
            layers.Conv2D(6, 3, strides=2, padding="same", name="stem"),
            layers.BatchNormalization(name="norm"),
            layers.LeakyReLU(negative_slope=0.3, name="leaky"),
            layers.Conv2D(6, 3, padding="same", activation="relu", name="middle"),
            layers.Conv2D(6, 3, padding="same", name="last"),
            layers.AveragePooling2D(2, name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(16, name="hidden"),
            layers.Activation("gelu", name="gelu"),
            layers.LayerNormalization(epsilon=1e-3, name="layer_norm"),
            layers.Dense(16, name="square"),
            layers.Dense(5, activation="softmax", name="head"),
        ]
    )
    generator = np.random.default_rng(4)
    for variable in model.variables:
        drawn = generator.normal(size=variable.shape)
        if "variance" in variable.path or "gamma" in variable.path:
            drawn = 0.5 + np.abs(drawn)
        variable.assign(drawn.astype("float32") / max(1, np.sqrt(np.prod(variable.shape[:-1]))))
    model.save(HERE / "net.keras")
    return model


class Net(nn.Module):
    fault = ""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, stride=2)
        self.norm = nn.BatchNorm2d(6, eps=1e-3)
        self.middle = nn.Conv2d(6, 6, 3, padding=1)
        self.last = nn.Conv2d(6, 6, 3, padding=1)
        self.hidden = nn.Linear(54, 16)
        self.layer_norm = nn.LayerNorm(16, eps=1e-3)
        self.square = nn.Linear(16, 16)
        self.head = nn.Linear(16, 5)

    def forward(self, image):
        x = F.leaky_relu(self.norm(self.stem(F.pad(image, (1, 1, 1, 1)))), 0.3)
        x = self.middle(x)
        if self.fault != "activation":
            x = torch.relu(x)
        x = F.avg_pool2d(self.last(x), 2)
        x = F.gelu(self.hidden(torch.flatten(x, 1)))
        return torch.softmax(self.head(self.square(self.layer_norm(x))), dim=1)


def filled(model, fault=""):
    net = Net()
    net.fault = fault
    state = {}
    for layer in model.layers:
        held = [torch.from_numpy(np.array(w)) for w in layer.get_weights()]
        if isinstance(layer, layers.Conv2D):
            state[layer.name + ".weight"] = held[0].permute(3, 2, 0, 1)
            state[layer.name + ".bias"] = held[1]
        elif isinstance(layer, layers.Dense):
            state[layer.name + ".weight"] = held[0].T
            state[layer.name + ".bias"] = held[1]
        elif held:
            names = ["weight", "bias", "running_mean", "running_var"]
            state |= {f"{layer.name}.{n}": value for n, value in zip(names, held)}
    if fault != "flatten":
        rows = state["hidden.weight"].reshape(16, 3, 3, 6).permute(0, 3, 1, 2)
        state["hidden.weight"] = rows.reshape(16, 54)
    if fault == "transposed":
        state["square.weight"] = state["square.weight"].T
    if fault == "exchanged":
        middle, last = state["middle.weight"], state["last.weight"]
        state["middle.weight"], state["last.weight"] = last, middle
    state = {name: value.clone().contiguous() for name, value in state.items()}
    net.load_state_dict(state, strict=False)
    return net.eval()


def main():
    model = source()
    x = np.random.default_rng(5).normal(size=(2, 11, 11, 3)).astype("float32")
    wanted = model.predict(x, verbose=0)
    image = torch.from_numpy(x).permute(0, 3, 1, 2)
    net = filled(model)
    assert np.abs(net(image).detach().numpy() - wanted).max() < 1e-6
    torch.jit.script(net).save(HERE / "scripted.pt")
    torch.jit.trace(net, image).save(HERE / "traced.pt")
    for fault in ("flatten", "transposed", "exchanged", "activation"):
        wrong = filled(model, fault)
        assert np.abs(wrong(image).detach().numpy() - wanted).max() > 1e-4
        torch.jit.trace(wrong, image).save(HERE / f"{fault}.pt")


if __name__ == "__main__":
    main()
