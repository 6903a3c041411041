"""Models with Keras's own counted names, and the PyTorch models that people write of them.

    python make_own.py

Writes NAME.keras, NAME.pt (the PyTorch model's state_dict, random) and NAME.safetensors (the same
filled by hand, which gives Keras's outputs: checked here). residual: blocks with a shortcut, as
torchvision names them. attention: nn.TransformerEncoder, whose in_proj_weight is three of Keras's.
decoder: a matrix whose features become an image, H, W, C in Keras and C, H, W in PyTorch.
Keras 3.15, PyTorch 2.13.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import torch
from keras import layers
from safetensors.torch import save_file
from torch import nn

HERE = pathlib.Path(__file__).parent
EPSILON = 1e-5


def normalized(x, filters, size, strides=1):
    if strides > 1 and size > 1:
        x = layers.ZeroPadding2D(1)(x)
    padding = "same" if strides == 1 else "valid"
    x = layers.Conv2D(filters, size, strides, padding=padding, use_bias=False)(x)
    return layers.BatchNormalization(epsilon=EPSILON)(x)


def keras_residual():
    image = x = keras.Input((6, 6, 3))
    x = layers.ReLU()(normalized(x, 4, 3))
    for filters, strides in ((4, 1), (5, 2), (5, 1)):
        shortcut = x if strides == 1 else normalized(x, filters, 1, strides)
        x = layers.ReLU()(normalized(x, filters, 3, strides))
        x = layers.ReLU()(layers.Add()([normalized(x, filters, 3), shortcut]))
    return keras.Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + (x if self.downsample is None else self.downsample(x))).relu()


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4, 4, 1))
        self.layer2 = nn.Sequential(Block(4, 5, 2), Block(5, 5, 1))
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        x = self.bn1(self.conv1(x.permute(0, 3, 1, 2))).relu()
        return self.fc(self.layer2(self.layer1(x)).mean((2, 3)))


# Keras counts: the stem, the first block, then the second's shortcut before its two others.
RESIDUAL = [
    "conv1 bn1", "layer1.0.conv1 layer1.0.bn1", "layer1.0.conv2 layer1.0.bn2",
    "layer2.0.downsample.0 layer2.0.downsample.1", "layer2.0.conv1 layer2.0.bn1",
    "layer2.0.conv2 layer2.0.bn2", "layer2.1.conv1 layer2.1.bn1", "layer2.1.conv2 layer2.1.bn2"]


def filled_residual(weights):
    filled = {"fc.weight": weights.pop("dense/kernel").T, "fc.bias": weights.pop("dense/bias")}
    for i, pair in enumerate(RESIDUAL):
        conv, bn = pair.split()
        suffix = f"_{i}" if i else ""
        filled[f"{conv}.weight"] = weights.pop(f"conv2d{suffix}/kernel").transpose(3, 2, 0, 1)
        for theirs, ours in {
                "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
                "moving_variance": "running_var"}.items():
            filled[f"{bn}.{ours}"] = weights.pop(f"batch_normalization{suffix}/{theirs}")
    return filled


def keras_attention():
    tokens = x = keras.Input((5, 6))
    for _ in range(2):
        attended = layers.MultiHeadAttention(2, 3)(x, x)
        x = layers.LayerNormalization(epsilon=EPSILON)(x + attended)
        y = layers.Dense(7, activation="relu")(x)
        y = layers.Dense(6)(y)
        x = layers.LayerNormalization(epsilon=EPSILON)(x + y)
    return keras.Model(tokens, layers.Dense(3)(x))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(6, 2, 7, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(self.encoder(x))


def filled_attention(weights):
    filled = {}

    def dense(target, source):
        filled[f"{target}.weight"] = weights.pop(f"{source}/kernel").T
        filled[f"{target}.bias"] = weights.pop(f"{source}/bias")

    for i in range(2):
        layer, at = f"encoder.layers.{i}", f"multi_head_attention{'_1' if i else ''}"
        parts = [weights.pop(f"{at}/{p}/kernel").reshape(6, 6).T for p in ("query", "key", "value")]
        biases = [weights.pop(f"{at}/{p}/bias").reshape(6) for p in ("query", "key", "value")]
        filled[f"{layer}.self_attn.in_proj_weight"] = np.concatenate(parts)
        filled[f"{layer}.self_attn.in_proj_bias"] = np.concatenate(biases)
        out = weights.pop(f"{at}/attention_output/kernel").reshape(6, 6).T
        filled[f"{layer}.self_attn.out_proj.weight"] = out
        filled[f"{layer}.self_attn.out_proj.bias"] = weights.pop(f"{at}/attention_output/bias")
        for k, linear in enumerate(("linear1", "linear2")):
            number = 2 * i + k
            dense(f"{layer}.{linear}", f"dense_{number}" if number else "dense")
        for k, norm in enumerate(("norm1", "norm2")):
            number = 2 * i + k
            source = f"layer_normalization_{number}" if number else "layer_normalization"
            filled[f"{layer}.{norm}.weight"] = weights.pop(f"{source}/gamma")
            filled[f"{layer}.{norm}.bias"] = weights.pop(f"{source}/beta")
    dense("head", "dense_4")
    return filled


def keras_decoder():
    code = keras.Input((4,))
    x = layers.BatchNormalization(epsilon=EPSILON)(layers.Dense(2 * 3 * 5)(code))
    x = layers.Reshape((2, 3, 5))(layers.ReLU()(x))
    return keras.Model(code, layers.Conv2DTranspose(2, 2, 2)(x))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 30)
        self.norm = nn.BatchNorm1d(30)
        self.up = nn.ConvTranspose2d(5, 2, 2, 2)

    def forward(self, x):
        x = self.norm(self.first(x)).relu().view(-1, 5, 2, 3)
        return self.up(x).permute(0, 2, 3, 1)


def filled_decoder(weights):
    def channels_first(features):
        return features.reshape(2, 3, 5, -1).transpose(2, 0, 1, 3).reshape(features.shape)

    filled = {
        "first.weight": channels_first(weights.pop("dense/kernel").T),
        "first.bias": channels_first(weights.pop("dense/bias")),
        "up.weight": weights.pop("conv2d_transpose/kernel").transpose(3, 2, 0, 1),
        "up.bias": weights.pop("conv2d_transpose/bias")}
    for theirs, ours in {
            "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
            "moving_variance": "running_var"}.items():
        filled[f"norm.{ours}"] = channels_first(weights.pop(f"batch_normalization/{theirs}"))
    return filled


def make(name, build, module, fill, seed):
    keras.utils.clear_session()
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = build()
    for variable in model.variables:
        if variable.dtype == "float32":
            low, high = (0.5, 1.5) if variable.path.endswith(("gamma", "variance")) else (-0.5, 0.5)
            variable.assign(rng.uniform(low, high, variable.shape))
    weights = {v.path: np.asarray(v) for v in model.variables if v.dtype == "float32"}
    net = module().eval()
    model.save(HERE / f"{name}.keras")
    torch.save(net.state_dict(), HERE / f"{name}.pt")
    filled = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in fill(weights).items()}
    assert not weights, weights.keys()
    for key, tensor in net.state_dict().items():
        if key.endswith("num_batches_tracked"):
            filled[key] = tensor
    net.load_state_dict(filled, strict=True)
    x = rng.normal(size=(2, *model.input_shape[1:])).astype("float32")
    with torch.no_grad():
        np.testing.assert_allclose(net(torch.from_numpy(x)).numpy(), np.asarray(model(x)), atol=1e-5)
    save_file(filled, HERE / f"{name}.safetensors")


make("residual", keras_residual, Residual, filled_residual, 1)
make("attention", keras_attention, Attention, filled_attention, 2)
make("decoder", keras_decoder, Decoder, filled_decoder, 3)
