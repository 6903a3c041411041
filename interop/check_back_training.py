"""Hold a checkpoint of `convert --back` against a training that went on in PyTorch.

    python check_back_training.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. TensorFlow trains two dense
layers of one shape; they are converted into a module that has them in another order than its file,
PyTorch steps them, and TensorFlow's own reader has to find every weight and slot under its old name, in
its old layout. Exits with 1 where one is not.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf
import torch
from safetensors.torch import save_file
from torch import nn

RULES = """
- {source: '(.*)/kernel', target: '$1.weight', transform: transpose}
- {drop: 'global_step|beta._power'}
"""
SLOTS = {"m": "Adam", "v": "Adam_1"}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 4, bias=False)
        self.first = nn.Linear(4, 4, bias=False)

    def forward(self, x):
        return self.last(self.first(x))


def train_in_tensorflow(prefix):
    random = np.random.default_rng(1)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [8, 4])
        kernels = [tf.get_variable(f"{name}/kernel", [4, 4]) for name in ("first", "last")]
        y = x @ kernels[0] @ kernels[1]
        step = tf.train.AdamOptimizer().minimize(tf.reduce_mean(y * y), tf.train.get_or_create_global_step())
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(step, {x: random.standard_normal((8, 4))})
        tf.train.Saver().save(session, str(prefix), write_meta_graph=False)


def train_in_pytorch(folder):
    """What the weights and their slots are then."""
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = Net()
    net.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    optimizer = module.TensorFlowAdam(net.parameters())
    module.load_optimizer(optimizer, net, folder / "optimizer.pt")
    torch.manual_seed(1)
    for _ in range(3):
        optimizer.zero_grad()
        net(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
    torch.save(net.state_dict(), folder / "model.pt")
    torch.save(optimizer.state_dict(), folder / "optimizer.pt")
    held = {}
    for name, parameter in net.named_parameters():
        kernel = name.removesuffix(".weight") + "/kernel"
        held[kernel] = parameter
        held |= {f"{kernel}/{slot}": optimizer.state[parameter][key] for key, slot in SLOTS.items()}
    return {name: tensor.detach().numpy().T for name, tensor in held.items()}


def main():
    work, *command = sys.argv[1:]
    work = pathlib.Path(work)
    work.mkdir(parents=True)
    source, rules = work / "model.ckpt", work / "rules.yaml"
    train_in_tensorflow(source)
    rules.write_text(RULES)
    torch.save(Net().state_dict(), work / "like.pt")
    save_file(Net().state_dict(), work / "like.safetensors")
    for like in ("like.pt", "like.safetensors"):
        folder, back = work / f"of {like}", work / f"back of {like}" / "model.ckpt"
        into = [source, "--like", work / like, "--rules", rules, "-o", folder]
        subprocess.run([*command, "convert", *into], check=True, stdout=subprocess.DEVNULL)
        trained = train_in_pytorch(folder)
        subprocess.run([*command, "convert", folder / "model.pt", "--back", "-o", back], check=True)
        found = tf.train.load_checkpoint(str(back))
        for name, expected in trained.items():
            if found.get_tensor(name).tobytes() != expected.tobytes():
                sys.exit(f"{like}: {name} is not what PyTorch made of it")
        print(f"{like}: {len(trained)} tensors are what PyTorch made of them")


if __name__ == "__main__":
    main()
