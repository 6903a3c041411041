"""Writes a small VGG of Keras, and the same network as people write it in PyTorch.

vgg/                 a SavedModel: two square convolutions alike, a flattened image that is not
                     square, two square dense layers alike
vgg.weights.h5       its weights alone
target.pt            PyTorch's state_dict, untrained, in the order of registration
target.safetensors   the same, sorted by name as safetensors does
expected.safetensors what it has to become

The expected file is filled by hand; the script fails where both differ by more than 1e-6.

    python make_into.py FOLDER        TensorFlow 2.21.0, Keras 3.15.1, PyTorch 2.13.0
"""

import os
import shutil
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np
import tensorflow as tf
import torch
from keras import layers as L
from safetensors.torch import save_file
from torch import nn

folder = sys.argv[1]
keras.utils.set_random_seed(3)
torch.manual_seed(4)
rng = np.random.default_rng(5)

x = image = keras.Input((8, 12, 3), name="image")
x = L.Conv2D(4, 3, padding="same", activation="relu", name="block1_conv1")(x)
x = L.Conv2D(4, 3, padding="same", activation="relu", name="block1_conv2")(x)
x = L.Conv2D(4, 3, padding="same", activation="relu", name="block1_conv3")(x)
x = L.MaxPooling2D(name="block1_pool")(x)
x = L.Conv2D(5, 3, padding="same", activation="relu", name="block2_conv1")(x)
x = L.MaxPooling2D(name="block2_pool")(x)
x = L.Flatten(name="flatten")(x)
x = L.Dense(6, activation="relu", name="fc1")(x)
x = L.Dense(6, activation="relu", name="fc2")(x)
x = L.Dense(6, activation="relu", name="fc3")(x)
x = L.Dense(4, activation="softmax", name="predictions")(x)
model = keras.Model(image, x, name="vgg")
for w in model.weights:
    w.assign(rng.normal(0, 0.3, w.shape))
shutil.rmtree(os.path.join(folder, "vgg"), ignore_errors=True)
model.export(os.path.join(folder, "vgg"), verbose=False)
model.save_weights(os.path.join(folder, "vgg.weights.h5"))


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(),
            nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3, padding=1),
            nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(
            nn.Linear(30, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(),
            nn.Linear(6, 4))

    def forward(self, x):
        return torch.softmax(self.classifier(torch.flatten(self.features(x), 1)), 1)


port = Vgg()
torch.save(port.state_dict(), os.path.join(folder, "target.pt"))
save_file(port.state_dict(), os.path.join(folder, "target.safetensors"))
w = {v.path: np.asarray(v) for v in model.weights}
state = {}
convs = ["block1_conv1", "block1_conv2", "block1_conv3", "block2_conv1"]
for name, at in zip(convs, (0, 2, 4, 7)):
    state[f"features.{at}.weight"] = w[name + "/kernel"].transpose(3, 2, 0, 1)
    state[f"features.{at}.bias"] = w[name + "/bias"]
for name, at in zip(["fc1", "fc2", "fc3", "predictions"], (0, 2, 4, 6)):
    kernel = w[name + "/kernel"]
    if name == "fc1":
        kernel = kernel.reshape(2, 3, 5, 6).transpose(2, 0, 1, 3).reshape(30, 6)
    state[f"classifier.{at}.weight"] = kernel.T
    state[f"classifier.{at}.bias"] = w[name + "/bias"]
state = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}
port.load_state_dict(state)
save_file(state, os.path.join(folder, "expected.safetensors"))
sample = rng.normal(0, 1, (2, 8, 12, 3)).astype(np.float32)
tf_out = np.asarray(model(sample))
torch_out = port(torch.from_numpy(sample.transpose(0, 3, 1, 2).copy())).detach().numpy()
error = np.abs(tf_out - torch_out).max()
print("largest difference", error)
assert error < 1e-6
