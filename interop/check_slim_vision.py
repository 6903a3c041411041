"""Hold the rule sets for image models of TF-slim and of google's TPU code against TensorFlow.

    python check_slim_vision.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. Each network is written
down here as the published code defines it (tensorflow/models research/slim/nets, tensorflow/tpu
models/official/efficientnet), with fewer channels and units, and computed by TensorFlow's kernels in
float64; a first run makes its variables, random statistics too, under the published names. TensorFlow
saves them with slots and moving averages, the converter fills a random PyTorch model, which is loaded
with strict=True. Where transformers has no class, a module with torchvision's names stands in slim_modules.py.
Both the variables and their averages (--ema) are converted. Exits with 1 where outputs differ by more than
1e-5 of the largest in float32, or 1e-12 in float64.
"""

import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import torch
import transformers
from safetensors.torch import load_file

import slim_modules

TOLERANCE, TOLERANCE_FLOAT64, CLASSES = 1e-5, 1e-12, 5


class Variables:
    """Random on first use, and the same ever after."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.values = {}

    def get(self, name, shape):
        if name not in self.values:
            kind = name.rsplit("/", 1)[-1]
            if kind in ("gamma", "moving_variance"):
                value = self.random.uniform(0.5, 1.5, shape)
            elif len(shape) == 1:
                value = self.random.normal(0, 0.3, shape)
            else:
                fan_in = np.prod(shape[:-1]) if "depthwise" not in kind else np.prod(shape[:2])
                value = self.random.normal(0, 1 / np.sqrt(fan_in), shape)
            self.values[name] = value.astype(np.float32)
        if self.values[name].shape != tuple(shape):
            raise SystemExit(f"{name}: {self.values[name].shape} and {shape}")
        return tf.constant(self.values[name], tf.float64)


class Net:
    """slim.conv2d, slim.separable_conv2d and slim.batch_norm by name."""

    def __init__(self, variables, epsilon, scale=True):
        self.v, self.epsilon, self.scale = variables, epsilon, scale

    def norm(self, x, scope):
        channels = [x.shape[-1]]
        get = lambda n: self.v.get(f"{scope}/{n}", channels)
        gamma = get("gamma") if self.scale else 1.0
        inverse = gamma * tf.math.rsqrt(get("moving_variance") + self.epsilon)
        return (x - get("moving_mean")) * inverse + get("beta")

    def conv(self, x, out, size, scope, stride=1, padding="SAME", act=tf.nn.relu, bias=False):
        size = (size, size) if isinstance(size, int) else size
        kernel = self.v.get(f"{scope}/weights", [*size, x.shape[-1], out])
        x = tf.nn.conv2d(x, kernel, stride, padding)
        if bias:
            return x + self.v.get(f"{scope}/biases", [out])
        x = self.norm(x, f"{scope}/BatchNorm")
        return act(x) if act else x

    def depthwise(self, x, scope, stride):
        kernel = self.v.get(f"{scope}/depthwise_weights", [3, 3, x.shape[-1], 1])
        x = tf.nn.depthwise_conv2d(x, kernel, [1, stride, stride, 1], "SAME")
        return tf.nn.relu6(self.norm(x, f"{scope}/BatchNorm"))

    def same(self, x, out, size, scope, stride, **more):
        """resnet_utils.conv2d_same: with a stride, pads alike on both sides as far as it goes."""
        if stride == 1:
            return self.conv(x, out, size, scope, **more)
        before = (size - 1) // 2
        after = size - 1 - before
        x = tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]])
        return self.conv(x, out, size, scope, stride, "VALID", **more)

    def logits(self, x, scope):
        x = tf.reduce_mean(x, [1, 2], keepdims=True)
        return self.conv(x, CLASSES, 1, scope, bias=True)[:, 0, 0]


def divisible(value, by=8, least=8):
    rounded = max(least, int(value + by / 2) // by * by)
    return rounded + by if rounded < 0.9 * value else rounded


def mobilenet_v1(x, v):
    net, s, depth = Net(v, 0.001), "MobilenetV1", lambda d: max(int(d * 0.25), 8)
    x = net.conv(x, depth(32), 3, f"{s}/Conv2d_0", 2, act=tf.nn.relu6)
    layers = [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512)]
    layers += [(1, 512)] * 5 + [(2, 1024), (1, 1024)]
    for i, (stride, out) in enumerate(layers):
        x = net.depthwise(x, f"{s}/Conv2d_{i + 1}_depthwise", stride)
        x = net.conv(x, depth(out), 1, f"{s}/Conv2d_{i + 1}_pointwise", act=tf.nn.relu6)
    return net.logits(x, f"{s}/Logits/Conv2d_1c_1x1")


def mobilenet_v2(x, v):
    net, s, depth = Net(v, 0.001), "MobilenetV2", lambda d: divisible(d * 0.35)
    x = net.conv(x, depth(32), 3, f"{s}/Conv", 2, act=tf.nn.relu6)
    groups = [(16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]
    block = 0
    for out, count, first in groups:
        for i in range(count):
            scope = f"{s}/expanded_conv_{block}" if block else f"{s}/expanded_conv"
            stride, before = first if i == 0 else 1, x
            if block:
                x = net.conv(x, divisible(x.shape[-1] * 6), 1, f"{scope}/expand", act=tf.nn.relu6)
            x = net.depthwise(x, f"{scope}/depthwise", stride)
            x = net.conv(x, depth(out), 1, f"{scope}/project", act=None)
            if stride == 1 and x.shape == before.shape:
                x = x + before
            block += 1
    x = net.conv(x, 1280, 1, f"{s}/Conv_1", act=tf.nn.relu6)
    return net.logits(x, f"{s}/Logits/Conv2d_1c_1x1")


WIDTHS, UNITS = slim_modules.WIDTHS, slim_modules.UNITS


def units():
    """The stride of a block is that of its last unit."""
    for i, (width, count) in enumerate(zip(WIDTHS, UNITS)):
        for unit in range(count):
            stride = 2 if unit == count - 1 and i < 3 else 1
            yield f"block{i + 1}/unit_{unit + 1}", width, stride


def subsample(x, stride):
    return x if stride == 1 else tf.nn.max_pool2d(x, 1, stride, "SAME")


def resnet_v1(x, v):
    net, s = Net(v, 1e-5), "resnet_v1_50"
    x = net.same(x, slim_modules.STEM, 7, f"{s}/conv1", 2)
    x = tf.nn.max_pool2d(x, 3, 2, "SAME")
    for unit, width, stride in units():
        scope = f"{s}/{unit}/bottleneck_v1"
        if x.shape[-1] == 4 * width:
            shortcut = subsample(x, stride)
        else:
            shortcut = net.conv(x, 4 * width, 1, f"{scope}/shortcut", stride, act=None)
        y = net.conv(x, width, 1, f"{scope}/conv1")
        y = net.same(y, width, 3, f"{scope}/conv2", stride)
        x = tf.nn.relu(shortcut + net.conv(y, 4 * width, 1, f"{scope}/conv3", act=None))
    return net.logits(x, f"{s}/logits")


def resnet_v2(x, v):
    net, s = Net(v, 1e-5), "resnet_v2_50"
    x = net.same(x, slim_modules.STEM, 7, f"{s}/conv1", 2, bias=True)
    x = tf.nn.max_pool2d(x, 3, 2, "SAME")
    for unit, width, stride in units():
        scope = f"{s}/{unit}/bottleneck_v2"
        before = tf.nn.relu(net.norm(x, f"{scope}/preact"))
        if x.shape[-1] == 4 * width:
            shortcut = subsample(x, stride)
        else:
            shortcut = net.conv(before, 4 * width, 1, f"{scope}/shortcut", stride, bias=True)
        y = net.conv(before, width, 1, f"{scope}/conv1")
        y = net.same(y, width, 3, f"{scope}/conv2", stride)
        x = shortcut + net.conv(y, 4 * width, 1, f"{scope}/conv3", bias=True)
    return net.logits(tf.nn.relu(net.norm(x, f"{s}/postnorm")), f"{s}/logits")


def inception_v3(x, v):
    net, s, depth = Net(v, 0.001, scale=False), "InceptionV3", slim_modules.depth
    conv = lambda x, out, size, name, **more: net.conv(x, depth(out), size, f"{s}/{name}", **more)
    valid = {"padding": "VALID"}
    pool = lambda x: tf.nn.max_pool2d(x, 3, 2, "VALID")

    def chain(x, scope, *convs):
        """Of (channels, size, name); one with a stride is VALID."""
        for out, size, name, *stride in convs:
            more = dict(stride=2, **valid) if stride else {}
            x = conv(x, out, size, f"{scope}/{name}", **more)
        return x

    def pooled(x, scope, out):
        average = tf.nn.avg_pool2d(x, 3, 1, "SAME")
        return conv(average, out, 1, f"{scope}/Branch_3/Conv2d_0b_1x1")

    x = conv(x, 32, 3, "Conv2d_1a_3x3", stride=2, **valid)
    x = conv(x, 32, 3, "Conv2d_2a_3x3", **valid)
    x = pool(conv(x, 64, 3, "Conv2d_2b_3x3"))
    x = conv(x, 80, 1, "Conv2d_3b_1x1", **valid)
    x = pool(conv(x, 192, 3, "Conv2d_4a_3x3", **valid))
    for name, out in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
        first, second = ("Conv2d_0a_1x1", "Conv2d_0b_5x5")
        if name == "Mixed_5c":
            first, second = ("Conv2d_0b_1x1", "Conv_1_0c_5x5")
        x = tf.concat(
            [
                chain(x, f"{name}/Branch_0", (64, 1, "Conv2d_0a_1x1")),
                chain(x, f"{name}/Branch_1", (48, 1, first), (64, 5, second)),
                chain(
                    x,
                    f"{name}/Branch_2",
                    (64, 1, "Conv2d_0a_1x1"),
                    (96, 3, "Conv2d_0b_3x3"),
                    (96, 3, "Conv2d_0c_3x3"),
                ),
                pooled(x, name, out),
            ],
            3,
        )
    name = "Mixed_6a"
    dbl = (64, 1, "Conv2d_0a_1x1"), (96, 3, "Conv2d_0b_3x3"), (96, 3, "Conv2d_1a_1x1", 2)
    first = chain(x, f"{name}/Branch_0", (384, 3, "Conv2d_1a_1x1", 2))
    x = tf.concat([first, chain(x, f"{name}/Branch_1", *dbl), pool(x)], 3)
    for name, mid in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
        x = tf.concat(
            [
                chain(x, f"{name}/Branch_0", (192, 1, "Conv2d_0a_1x1")),
                chain(
                    x,
                    f"{name}/Branch_1",
                    (mid, 1, "Conv2d_0a_1x1"),
                    (mid, (1, 7), "Conv2d_0b_1x7"),
                    (192, (7, 1), "Conv2d_0c_7x1"),
                ),
                chain(
                    x,
                    f"{name}/Branch_2",
                    (mid, 1, "Conv2d_0a_1x1"),
                    (mid, (7, 1), "Conv2d_0b_7x1"),
                    (mid, (1, 7), "Conv2d_0c_1x7"),
                    (mid, (7, 1), "Conv2d_0d_7x1"),
                    (192, (1, 7), "Conv2d_0e_1x7"),
                ),
                pooled(x, name, 192),
            ],
            3,
        )
    # the auxiliary head has variables, though nothing of it is part of the logits
    v.get(f"{s}/AuxLogits/Conv2d_1b_1x1/weights", [1, 1, x.shape[-1], depth(128)])
    v.get(f"{s}/AuxLogits/Conv2d_2a_5x5/weights", [5, 5, depth(128), depth(768)])
    for name, out in (("Conv2d_1b_1x1", 128), ("Conv2d_2a_5x5", 768)):
        for part in ("beta", "moving_mean", "moving_variance"):
            v.get(f"{s}/AuxLogits/{name}/BatchNorm/{part}", [depth(out)])
    v.get(f"{s}/AuxLogits/Conv2d_2b_1x1/weights", [1, 1, depth(768), CLASSES])
    v.get(f"{s}/AuxLogits/Conv2d_2b_1x1/biases", [CLASSES])
    name = "Mixed_7a"
    long = (192, 1, "Conv2d_0a_1x1"), (192, (1, 7), "Conv2d_0b_1x7"), (192, (7, 1), "Conv2d_0c_7x1")
    short = chain(x, f"{name}/Branch_0", (192, 1, "Conv2d_0a_1x1"), (320, 3, "Conv2d_1a_3x3", 2))
    x = tf.concat([short, chain(x, f"{name}/Branch_1", *long, (192, 3, "Conv2d_1a_3x3", 2)), pool(x)], 3)
    for name, last in (("Mixed_7b", "Conv2d_0b_3x1"), ("Mixed_7c", "Conv2d_0c_3x1")):
        one = chain(x, f"{name}/Branch_1", (384, 1, "Conv2d_0a_1x1"))
        two = (448, 1, "Conv2d_0a_1x1"), (384, 3, "Conv2d_0b_3x3")
        two = chain(x, f"{name}/Branch_2", *two)
        x = tf.concat(
            [
                chain(x, f"{name}/Branch_0", (320, 1, "Conv2d_0a_1x1")),
                chain(one, f"{name}/Branch_1", (384, (1, 3), "Conv2d_0b_1x3")),
                chain(one, f"{name}/Branch_1", (384, (3, 1), last)),
                chain(two, f"{name}/Branch_2", (384, (1, 3), "Conv2d_0c_1x3")),
                chain(two, f"{name}/Branch_2", (384, (3, 1), "Conv2d_0d_3x1")),
                pooled(x, name, 192),
            ],
            3,
        )
    return net.logits(x, f"{s}/Logits/Conv2d_1c_1x1")


class Tpu(Net):
    """efficientnet_model.py: Keras's layers, counted within their block."""

    def conv2d(self, x, out, size, scope, stride=1, bias=False):
        x = tf.nn.conv2d(x, self.v.get(f"{scope}/kernel", [size, size, x.shape[-1], out]), stride, "SAME")
        return x + self.v.get(f"{scope}/bias", [out]) if bias else x

    def block(self, x, scope, size, stride, expand, out):
        before, width, norm, conv = x, x.shape[-1], 0, 0
        name = lambda base, count: f"{scope}/{base}" + (f"_{count}" if count else "")
        if expand > 1:
            x = tf.nn.silu(
                self.norm(self.conv2d(x, width * expand, 1, name("conv2d", 0)), name("tpu_batch_normalization", 0))
            )
            norm, conv = 1, 1
        kernel = self.v.get(f"{scope}/depthwise_conv2d/depthwise_kernel", [size, size, x.shape[-1], 1])
        x = tf.nn.depthwise_conv2d(x, kernel, [1, stride, stride, 1], "SAME")
        x = tf.nn.silu(self.norm(x, name("tpu_batch_normalization", norm)))
        squeezed = tf.reduce_mean(x, [1, 2], keepdims=True)
        squeezed = tf.nn.silu(self.conv2d(squeezed, max(1, width // 4), 1, f"{scope}/se/conv2d", bias=True))
        x = x * tf.sigmoid(self.conv2d(squeezed, x.shape[-1], 1, f"{scope}/se/conv2d_1", bias=True))
        x = self.norm(self.conv2d(x, out, 1, name("conv2d", conv)), name("tpu_batch_normalization", norm + 1))
        return x + before if stride == 1 and out == width else x


def efficientnet(x, v):
    net, s, width = Tpu(v, 0.001), "efficientnet-b0", lambda d: divisible(d * 0.5)
    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80)]
    stages += [(3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]
    x = tf.nn.silu(net.norm(net.conv2d(x, width(32), 3, f"{s}/stem/conv2d", 2), f"{s}/stem/tpu_batch_normalization"))
    block = 0
    for repeats, size, stride, expand, out in stages:
        for i in range(-(-repeats // 2)):
            x = net.block(x, f"{s}/blocks_{block}", size, stride if i == 0 else 1, expand, width(out))
            block += 1
    x = tf.nn.silu(net.norm(net.conv2d(x, width(1280), 1, f"{s}/head/conv2d"), f"{s}/head/tpu_batch_normalization"))
    x = tf.reduce_mean(x, [1, 2])
    return x @ v.get(f"{s}/head/dense/kernel", [width(1280), CLASSES]) + v.get(f"{s}/head/dense/bias", [CLASSES])


def transformers_model(kind, **config):
    chosen = getattr(transformers, kind + "Config")(num_labels=CLASSES, **config)
    return lambda: getattr(transformers, kind + "ForImageClassification")(chosen)


# the network, the extent of its images, the model to fill, and the slots that its training leaves
CASES = {
    "slim-mobilenet-v1": (
        mobilenet_v1,
        64,
        transformers_model("MobileNetV1", depth_multiplier=0.25),
        ("RMSProp", "RMSProp_1"),
    ),
    "slim-mobilenet-v2": (
        mobilenet_v2,
        64,
        transformers_model("MobileNetV2", depth_multiplier=0.35),
        ("RMSProp", "RMSProp_1"),
    ),
    "slim-resnet-v1": (resnet_v1, 65, lambda: slim_modules.ResNetV1(CLASSES), ("Momentum",)),
    "slim-resnet-v2": (resnet_v2, 65, lambda: slim_modules.ResNetV2(CLASSES), ("Momentum",)),
    "slim-inception-v3": (
        inception_v3,
        139,
        lambda: slim_modules.Inception3(CLASSES),
        ("RMSProp", "RMSProp_1"),
    ),
    "efficientnet-tpu": (
        efficientnet,
        64,
        transformers_model("EfficientNet", width_coefficient=0.5, depth_coefficient=0.5, hidden_dim=640),
        ("RMSProp", "RMSProp_1"),
    ),
}


def save(folder, variables, averages, slots):
    stored = dict(variables) | {f"{n}/ExponentialMovingAverage": a for n, a in averages.items()}
    trained = [n for n in variables if not n.rsplit("/", 1)[-1].startswith("moving_")]
    stored |= {f"{n}/{s}": np.abs(variables[n]) for n in trained for s in slots}
    stored["global_step"] = np.int64(1000)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        get = tf.compat.v1.get_variable
        made = [get(n, initializer=v, use_resource=False) for n, v in stored.items()]
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(made)
        return saver.save(session, str(folder / "model.ckpt"), write_meta_graph=False)


def check(rules, network, size, make, slots, folder, command):
    folder.mkdir(parents=True)
    raw, averaged = Variables(3), Variables(4)
    images = np.random.default_rng(5).uniform(-1, 1, (2, size, size, 3)).astype(np.float32)
    expected = {
        (): network(tf.constant(images, tf.float64), raw).numpy(),
        ("--ema",): network(tf.constant(images, tf.float64), averaged).numpy(),
    }
    prefix = save(folder, raw.values, averaged.values, slots)
    torch.save(make().state_dict(), folder / "like.pt")
    errors = []
    for options, answer in expected.items():
        out = folder / f"out{len(options)}"
        subprocess.run(
            [*command, "convert", prefix, "--like", folder / "like.pt", *options, "-o", out],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        account = json.loads((out / "conversion.json").read_text())
        if not any(f'set "{rules}"' in a for a in account["assumed"]):
            raise SystemExit(f"the set {rules} was not chosen by itself: {account['assumed']}")
        model = make()
        model.load_state_dict(load_file(out / "model.safetensors"), strict=True)
        inputs = torch.tensor(images).permute(0, 3, 1, 2)
        with torch.no_grad():
            outputs = model.eval()(inputs), model.double()(inputs.double())
        found = [getattr(o, "logits", o).numpy() for o in outputs]
        errors.append([abs(f - answer).max() / abs(answer).max() for f in found])
    return np.max(errors, 0)


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failed = False
    for rules, (network, size, make, slots) in CASES.items():
        single, double = check(rules, network, size, make, slots, work / rules, command)
        print(f"{rules}: differs by {single:.1e} of the largest, in float64 by {double:.1e}", flush=True)
        failed |= not (single <= TOLERANCE and double <= TOLERANCE_FLOAT64)
    sys.exit(failed)


if __name__ == "__main__":
    main()
