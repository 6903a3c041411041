"""Writes a checkpoint that was trained with momentum, and the PyTorch model that it is to fill.

    python make_trained.py          TensorFlow 2.21.0, torch 2.13.0

The model has a tied weight, buffers, layers of one shape and an order that no sorting gives;
trained.json holds the order of its parameters.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import safetensors.torch
import tensorflow as tf
import torch

HERE = pathlib.Path(__file__).parent
numbers = np.random.default_rng(1)
SHAPES = {
    "words": (5, 4),
    "norm/gamma": (4,),
    "norm/beta": (4,),
    "second/kernel": (4, 4),
    "second/bias": (4,),
    "first/kernel": (4, 4),
    "first/bias": (4,),
}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(5, 4)
        self.norm = torch.nn.BatchNorm1d(4)
        self.second = torch.nn.Linear(4, 4)
        self.first = torch.nn.Linear(4, 4)
        self.decoder = torch.nn.Linear(4, 5, bias=False)
        self.decoder.weight = self.words.weight
        self.register_buffer("table", torch.arange(3.0))


held = {name: numbers.normal(size=shape).astype("float32") for name, shape in SHAPES.items()}
held |= {name + "/Momentum": numbers.normal(size=v.shape).astype("float32") for name, v in list(held.items())}
held |= {"norm/moving_mean": np.full(4, 0.25, "float32"), "norm/moving_variance": np.full(4, 2, "float32")}
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    made = [tf.compat.v1.get_variable(n, initializer=v, use_resource=False) for n, v in held.items()]
    session.run(tf.compat.v1.global_variables_initializer())
    saver = tf.compat.v1.train.Saver(made)
    saver.save(session, str(HERE / "trained"), write_meta_graph=False, write_state=False)
torch.manual_seed(1)
net = Net()
torch.save(net.state_dict(), HERE / "trained.pt")
stored = {n: t for n, t in net.state_dict().items() if n != "decoder.weight"}
safetensors.torch.save_file(stored, HERE / "trained.safetensors")
order = [name for name, _ in net.named_parameters()]
(HERE / "trained.json").write_text(json.dumps(order) + "\n")
