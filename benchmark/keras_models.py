"""Time what tf2torch makes of Keras models against the same networks written by hand in PyTorch.

    python benchmark/keras_models.py [NAME ...] [--tool ./tf2torch] [--rounds 60] [--threads 1]

ResNet50, MobileNetV2, a model of two LSTMs and a transformer encoder of four layers are made by Keras,
converted, and given to both sides with the same weights. Inference and a training step (forward,
backward, SGD) run in turn in this process, each side first every second time; the ratio of the minima of
the processor's time is what counts, since other load only adds. How many operators each side calls doesn't
depend on load at all. BatchNorm is ported as Keras 3 trains it (an exact subclass) and, in the last line of a network that
has one, with --stock-batchnorm. Needs torch, keras and tensorflow.
"""

import argparse
import importlib.util
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import torch
import torch.nn.functional as F
from mobilenet_v2 import MobileNetV2
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE, STEPS, WIDTH, HEADS = 96, 64, 128, 4


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride, shortcut):
        super().__init__()
        outputs = 4 * width
        if shortcut:
            self.conv0 = nn.Conv2d(inputs, outputs, 1, stride)
            self.bn0 = nn.BatchNorm2d(outputs, eps=1.001e-5, momentum=0.01)
        self.conv1 = nn.Conv2d(inputs, width, 1, stride)
        self.bn1 = nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)
        self.conv3 = nn.Conv2d(width, outputs, 1)
        self.bn3 = nn.BatchNorm2d(outputs, eps=1.001e-5, momentum=0.01)
        self.shortcut = shortcut

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + (self.bn0(self.conv0(x)) if self.shortcut else x))


class ResNet50(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 7, 2, 3)
        self.bn = nn.BatchNorm2d(64, eps=1.001e-5, momentum=0.01)
        blocks, inputs = [], 64
        for width, repeats, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
            for i in range(repeats):
                blocks.append(Bottleneck(inputs, width, stride if i == 0 else 1, i == 0))
                inputs = 4 * width
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(inputs, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 3, 2, 1)
        return F.softmax(self.fc(self.blocks(x).mean((2, 3))), dim=-1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(1000, WIDTH)
        self.first = nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.second = nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.fc = nn.Linear(WIDTH, 10)

    def forward(self, x):
        x, _ = self.first(self.embedding(x))
        x, _ = self.second(x)
        return self.fc(x[:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.ln2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        y = self.ln1(x)
        q, k, v = (
            m(y).view(*y.shape[:2], HEADS, -1).transpose(1, 2) for m in (self.q, self.k, self.v))
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + self.o(y)
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*(Encoder() for _ in range(4)))
        self.fc = nn.Linear(WIDTH, 10)

    def forward(self, x):
        return self.fc(self.layers(x).mean(1))


def keras_recurrent():
    x = keras.Input((STEPS,), dtype="int32")
    y = keras.layers.Embedding(1000, WIDTH)(x)
    y = keras.layers.LSTM(WIDTH, return_sequences=True)(y)
    y = keras.layers.LSTM(WIDTH)(y)
    return keras.Model(x, keras.layers.Dense(10)(y))


def keras_transformer():
    x = inputs = keras.Input((STEPS, WIDTH))
    for i in range(4):
        y = keras.layers.LayerNormalization(epsilon=1e-6, name=f"block{i}_ln1")(x)
        y = keras.layers.MultiHeadAttention(HEADS, WIDTH // HEADS, name=f"block{i}_attention")(y, y)
        x = keras.layers.Add(name=f"block{i}_add1")([x, y])
        y = keras.layers.LayerNormalization(epsilon=1e-6, name=f"block{i}_ln2")(x)
        y = keras.layers.Dense(4 * WIDTH, activation="gelu", name=f"block{i}_up")(y)
        y = keras.layers.Dense(WIDTH, name=f"block{i}_down")(y)
        x = keras.layers.Add(name=f"block{i}_add2")([x, y])
    x = keras.layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, keras.layers.Dense(10)(x))


def vision(name):
    return getattr(keras.applications, name)(weights=None, classes=10, input_shape=(SIZE, SIZE, 3))


MODELS = {
    "ResNet50": (lambda: vision("ResNet50"), ResNet50, lambda: torch.rand(4, 3, SIZE, SIZE)),
    "MobileNetV2": (lambda: vision("MobileNetV2"), MobileNetV2, lambda: torch.rand(4, 3, SIZE, SIZE)),
    "LSTM": (keras_recurrent, Recurrent, lambda: torch.randint(0, 1000, (16, STEPS))),
    "transformer": (keras_transformer, Transformer, lambda: torch.rand(16, STEPS, WIDTH)),
}


def ported(tool, file, out, *options):
    subprocess.run(
        [*shlex.split(tool), "convert", file, "-o", out, "--to", "python,pt", *options],
        check=True, capture_output=True)
    spec = importlib.util.spec_from_file_location("model", out / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Model()
    state = torch.load(out / "model.pt", weights_only=True)
    model.load_state_dict(state)
    return model, state


def by_hand(make, state):
    """The same numbers in the same order: both register layer by layer."""
    model = make()
    own = model.state_dict()
    assert [v.shape for v in own.values()] == [v.shape for v in state.values()], "another architecture"
    model.load_state_dict(dict(zip(own, state.values())))
    return model


def inference(model, x):
    model.eval()
    with torch.inference_mode():
        yield
        while True:
            model(x)
            yield


def training(model, x):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    yield
    while True:
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
        yield


def operators(step, model, x):
    """How many of ATen's operators a step calls, those that they call counted too."""
    run = step(model, x)
    next(run)
    next(run)
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        next(run)
    return sum(e.count for e in profile.key_averages() if e.key.startswith("aten::"))


def ratio(step, models, x, rounds):
    """Ported to by hand: of the minima and of the medians; and the minimum by hand, in seconds."""
    times = {name: [] for name in models}
    for i in range(rounds + 3):
        for name in sorted(models, reverse=i % 2 == 0):
            run = step(models[name], x)
            next(run)
            start = time.process_time()
            next(run)
            if i >= 3:
                times[name].append(time.process_time() - start)
            run.close()
    low = {name: min(t) for name, t in times.items()}
    middle = {name: statistics.median(t) for name, t in times.items()}
    return low["ported"] / low["by hand"], middle["ported"] / middle["by hand"], low["by hand"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--tool", default=str(ROOT / "tf2torch"))
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    heads = ["model", "BatchNorm", "difference"]
    for step in ("inference", "training step"):
        heads += [step, "median", "operators: ported, by hand"]
    print(" | ".join(heads))
    for name in options.names or MODELS:
        make_keras, make_torch, make_input = MODELS[name]
        keras.utils.set_random_seed(7)
        torch.manual_seed(7)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            make_keras().save(folder / "model.keras")
            choices = {"exact": []}
            if name in ("ResNet50", "MobileNetV2"):
                choices["stock"] = ["--stock-batchnorm"]
            for choice, more in choices.items():
                port, state = ported(options.tool, folder / "model.keras", folder / choice, *more)
                models = {"ported": port, "by hand": by_hand(make_torch, state)}
                x = make_input()
                with torch.inference_mode():
                    left, right = (m.eval()(x) for m in models.values())
                difference = ((left - right).abs().max() / right.abs().max()).item()
                assert difference < 1e-4, f"{name}: they differ by {difference}"
                row = [name, choice if len(choices) > 1 else "-", f"{difference:.0e}"]
                for step in (inference, training):
                    low, middle, seconds = ratio(step, models, x, options.rounds)
                    calls = [str(operators(step, m, x)) for m in models.values()]
                    row += [f"{low:.3f} of {seconds * 1e3:.1f} ms", f"{middle:.3f}", ", ".join(calls)]
                print(" | ".join(row), flush=True)


if __name__ == "__main__":
    main()
