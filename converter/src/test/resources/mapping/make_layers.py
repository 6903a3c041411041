"""Writes layers_weights.h5 (Keras, without its configuration) and layers.safetensors: the same weights as PyTorch's modules hold them.

Each layer's weights are put into PyTorch's module by hand and both are run on the same input;
the script fails where the outputs differ by more than 1e-5.

    python make_layers.py FOLDER        TensorFlow 2.21.0, Keras 3.15.1, PyTorch 2.13.0
"""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import h5py
import keras
import numpy as np
import tensorflow as tf
import torch
from keras import layers as L
from safetensors.torch import save_file
from torch import nn

rng = np.random.default_rng(7)
folder = sys.argv[1]


def randomize(model):
    for w in model.weights:
        if w.dtype.startswith("float"):
            w.assign(rng.normal(0.5 if "var" in w.name else 0, 0.2, w.shape) ** (2 if "var" in w.name else 1))


image = keras.Input((8, 8, 3), name="image")
x = L.Conv2D(5, (3, 2), padding="valid", name="conv")(image)
x = L.BatchNormalization(name="bn")(x)
x = L.DepthwiseConv2D((2, 3), depth_multiplier=2, name="depthwise")(x)
x = L.SeparableConv2D(4, (3, 2), use_bias=True, name="separable")(x)
x = L.Conv2DTranspose(6, (2, 3), name="deconv")(x)
x = L.BatchNormalization(scale=False, name="bn_no_scale")(x)
flat = L.Flatten(name="flatten")(L.Resizing(3, 3, interpolation="nearest", name="resize")(x))
image_out = L.Dense(7, name="dense")(flat)

tokens = keras.Input((6,), dtype="int32", name="tokens")
y = L.Embedding(11, 8, name="embedding")(tokens)
y = L.LayerNormalization(name="ln")(y)
y = L.MultiHeadAttention(2, 3, name="attention")(y, y)
y = L.Bidirectional(L.LSTM(5, return_sequences=True), name="both")(y)
y = L.GRU(4, return_sequences=True, name="gru")(y)
y = L.Conv1D(3, 2, name="conv1d")(y)
text_out = L.SimpleRNN(3, name="rnn")(y)
model = keras.Model([image, tokens], [image_out, text_out], name="layers")
randomize(model)
model.save(os.path.join(folder, "layers.h5"))
with h5py.File(os.path.join(folder, "layers.h5")) as whole:
    with h5py.File(os.path.join(folder, "layers_weights.h5"), "w") as weights:
        for name in whole["model_weights"]:
            whole["model_weights"].copy(name, weights)
        weights.attrs.update(whole["model_weights"].attrs)
os.remove(os.path.join(folder, "layers.h5"))

w = {v.path: np.asarray(v) for v in model.weights}


def t(a):
    return torch.from_numpy(np.ascontiguousarray(a))


def fill(module, **tensors):
    module.load_state_dict({k: t(v) for k, v in tensors.items()}, strict=False)
    return module.eval()


class Torch(nn.Module):
    def __init__(self):
        super().__init__()
        d = {}
        d["conv"] = fill(nn.Conv2d(3, 5, (3, 2)), weight=w["conv/kernel"].transpose(3, 2, 0, 1), bias=w["conv/bias"])
        d["bn"] = fill(nn.BatchNorm2d(5, eps=1e-3), weight=w["bn/gamma"], bias=w["bn/beta"], running_mean=w["bn/moving_mean"], running_var=w["bn/moving_variance"])
        k = w["depthwise/kernel"]
        d["depthwise"] = fill(nn.Conv2d(5, 10, (2, 3), groups=5), weight=k.transpose(2, 3, 0, 1).reshape(10, 1, 2, 3), bias=w["depthwise/bias"])
        k = w["separable/depthwise_kernel"]
        d["separable"] = nn.ModuleDict({
            "depthwise": fill(nn.Conv2d(10, 10, (3, 2), groups=10, bias=False), weight=k.transpose(2, 3, 0, 1).reshape(10, 1, 3, 2)),
            "pointwise": fill(nn.Conv2d(10, 4, 1), weight=w["separable/pointwise_kernel"].transpose(3, 2, 0, 1), bias=w["separable/bias"])})
        d["deconv"] = fill(nn.ConvTranspose2d(4, 6, (2, 3)), weight=w["deconv/kernel"].transpose(3, 2, 0, 1), bias=w["deconv/bias"])
        d["bn_no_scale"] = fill(nn.BatchNorm2d(6, eps=1e-3), bias=w["bn_no_scale/beta"], running_mean=w["bn_no_scale/moving_mean"], running_var=w["bn_no_scale/moving_variance"])
        d["dense"] = fill(nn.Linear(54, 7), weight=w["dense/kernel"].reshape(3, 3, 6, 7).transpose(2, 0, 1, 3).reshape(54, 7).T, bias=w["dense/bias"])
        d["embedding"] = fill(nn.Embedding(11, 8), weight=w["embedding/embeddings"])
        d["ln"] = fill(nn.LayerNorm(8, eps=1e-3), weight=w["ln/gamma"], bias=w["ln/beta"])
        a = {}
        for n in ("query", "key", "value"):
            a[n] = fill(nn.Linear(8, 6), weight=w[f"attention/{n}/kernel"].reshape(8, 6).T, bias=w[f"attention/{n}/bias"].reshape(6))
        a["attention_output"] = fill(nn.Linear(6, 8), weight=w["attention/attention_output/kernel"].reshape(6, 8).T, bias=w["attention/attention_output/bias"])
        d["attention"] = nn.ModuleDict(a)
        both = {}
        for way, end in (("forward", ""), ("backward", "_reverse")):
            p = f"both/{way}_lstm/lstm_cell/"
            both["weight_ih_l0" + end] = w[p + "kernel"].T
            both["weight_hh_l0" + end] = w[p + "recurrent_kernel"].T
            both["bias_ih_l0" + end] = w[p + "bias"]
            both["bias_hh_l0" + end] = 0 * w[p + "bias"]
        d["both"] = fill(nn.LSTM(8, 5, batch_first=True, bidirectional=True), **both)

        def rzn(a):
            z, r, h = np.split(a, 3, -1)
            return np.concatenate([r, z, h], -1)

        d["gru"] = fill(nn.GRU(10, 4, batch_first=True), weight_ih_l0=rzn(w["gru/gru_cell/kernel"]).T, weight_hh_l0=rzn(w["gru/gru_cell/recurrent_kernel"]).T,
                        bias_ih_l0=rzn(w["gru/gru_cell/bias"][0]), bias_hh_l0=rzn(w["gru/gru_cell/bias"][1]))
        d["conv1d"] = fill(nn.Conv1d(4, 3, 2), weight=w["conv1d/kernel"].transpose(2, 1, 0), bias=w["conv1d/bias"])
        d["rnn"] = fill(nn.RNN(3, 3, batch_first=True), weight_ih_l0=w["rnn/simple_rnn_cell/kernel"].T, weight_hh_l0=w["rnn/simple_rnn_cell/recurrent_kernel"].T,
                        bias_ih_l0=w["rnn/simple_rnn_cell/bias"], bias_hh_l0=0 * w["rnn/simple_rnn_cell/bias"])
        for k, v in d.items():
            self.add_module(k, v)

    def forward(self, image, tokens):
        x = self.bn(self.conv(image.permute(0, 3, 1, 2)))
        x = self.depthwise(x)
        x = self.separable["pointwise"](self.separable["depthwise"](x))
        x = self.bn_no_scale(self.deconv(x))
        index = torch.floor((torch.arange(3) + 0.5) * x.shape[2] / 3).long(), torch.floor((torch.arange(3) + 0.5) * x.shape[3] / 3).long()
        x = self.dense(x[:, :, index[0]][:, :, :, index[1]].flatten(1))
        y = self.ln(self.embedding(tokens))
        a = self.attention
        q, k, v = (a[n](y).unflatten(-1, (2, 3)).transpose(1, 2) for n in ("query", "key", "value"))
        y = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        y = a["attention_output"](y)
        y = self.gru(self.both(y)[0])[0]
        y = self.conv1d(y.transpose(1, 2)).transpose(1, 2)
        return x, self.rnn(y)[0][:, -1]


torch_model = Torch().eval()
pictures = rng.normal(size=(2, 8, 8, 3)).astype("float32")
words = rng.integers(0, 11, (2, 6)).astype("int32")
with torch.no_grad():
    ours = torch_model(t(pictures), t(words).long())
theirs = model.predict([pictures, words], verbose=0)
for a, b in zip(ours, theirs):
    error = np.abs(a.numpy() - b).max() / np.abs(b).max()
    print("relative error", error)
    assert error < 1e-5
save_file({k: v.contiguous() for k, v in torch_model.state_dict().items()}, os.path.join(folder, "layers.safetensors"))
