"""Time a ported MobileNetV2 against the same network written by hand in PyTorch.

    python benchmark/mobilenet_v2.py DIR [--size 224] [--batch 1] [--rounds 30]

DIR is what `tf2torch convert` made of keras.applications.MobileNetV2. Both run in this process, on
one thread, in turn; medians and the ratio of them are printed.
"""

import argparse
import importlib.util
import pathlib
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn


class ConvBnRelu6(nn.Module):
    """A convolution with TensorFlow's SAME padding for even sizes, BatchNorm and ReLU6."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, activation=True):
        super().__init__()
        self.shift = stride == 2
        padding = 0 if self.shift else kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)
        self.activation = activation

    def forward(self, x):
        if self.shift:
            x = F.pad(x, (0, 1, 0, 1))
        x = self.bn(self.conv(x))
        return F.relu6(x) if self.activation else x


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        self.add = stride == 1 and inputs == outputs
        self.expand = ConvBnRelu6(inputs, wide, 1) if expansion != 1 else nn.Identity()
        self.depthwise = ConvBnRelu6(wide, wide, 3, stride, groups=wide)
        self.project = ConvBnRelu6(wide, outputs, 1, activation=False)

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.add else y


class MobileNetV2(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        layers = [ConvBnRelu6(3, 32, 3, stride=2)]
        channels = 32
        settings = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]
        settings += [(6, 160, 3, 2), (6, 320, 1, 1)]
        for expansion, outputs, repeats, stride in settings:
            for i in range(repeats):
                layers.append(Block(channels, outputs, stride if i == 0 else 1, expansion))
                channels = outputs
        layers.append(ConvBnRelu6(channels, 1280, 1))
        self.features = nn.Sequential(*layers)
        self.predictions = nn.Linear(1280, classes)

    def forward(self, x):
        x = self.features(x).mean((2, 3))
        return F.softmax(self.predictions(x), dim=-1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("dir", type=pathlib.Path)
    arguments.add_argument("--size", type=int, default=224)
    arguments.add_argument("--batch", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=30)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("model", options.dir / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ported = module.Model()
    state_dict = torch.load(options.dir / "model.pt", weights_only=True)
    ported.load_state_dict(state_dict)
    by_hand = MobileNetV2()
    # the same numbers in the same order: both register layer by layer
    own = by_hand.state_dict()
    values = list(state_dict.values())
    assert [v.shape for v in own.values()] == [v.shape for v in values], "another architecture"
    by_hand.load_state_dict(dict(zip(own, values)))
    models = {"ported": ported.eval(), "by hand": by_hand.eval()}
    x = torch.rand(options.batch, 3, options.size, options.size)
    times = {name: [] for name in models}
    with torch.inference_mode():
        difference = (ported(x) - by_hand(x)).abs().max().item()
        for model in models.values():
            for _ in range(5):
                model(x)
        for _ in range(options.rounds):
            for name, model in models.items():
                start = time.perf_counter()
                model(x)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(t) for name, t in times.items()}
    minima = {name: min(t) for name, t in times.items()}
    print(f"largest difference {difference:.3g}")
    for name in models:
        print(f"{name:8s} median {medians[name] * 1e3:7.2f} ms, minimum {minima[name] * 1e3:7.2f} ms")
    print(f"ported / by hand: median {medians['ported'] / medians['by hand']:.3f}", end=", ")
    print(f"minimum {minima['ported'] / minima['by hand']:.3f}")


if __name__ == "__main__":
    main()
