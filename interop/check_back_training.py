"""Hold a checkpoint of `convert --back` against a training that went on in PyTorch.

    python check_back_training.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. TensorFlow trains two dense
layers of one shape; they are converted into a module that has them in another order than its file,
PyTorch steps them, and TensorFlow's own reader has to find every weight and slot under its old name, in
its old layout. TensorFlow's Saver restores all of its graph, and both go on alike. Exits with 1 where
something is not so.
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


def batches(seed):
    random = np.random.default_rng(seed)
    return [random.standard_normal((8, 4), np.float32) for _ in range(3)]


def in_tensorflow(seed, load=None, save=None):
    """The kernels after some steps of all that a graph holds."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [8, 4])
        kernels = {name: tf.get_variable(f"{name}/kernel", [4, 4]) for name in ("first", "last")}
        y = x @ kernels["first"] @ kernels["last"]
        step = tf.train.AdamOptimizer().minimize(tf.reduce_mean(y * y), tf.train.get_or_create_global_step())
        session.run(tf.global_variables_initializer())
        if load:
            tf.train.Saver().restore(session, str(load))
        for batch in batches(seed):
            session.run(step, {x: batch})
        if save:
            tf.train.Saver().save(session, str(save), write_meta_graph=False)
        return session.run(kernels)


def step(net, optimizer, seed):
    for batch in batches(seed):
        optimizer.zero_grad()
        net(torch.tensor(batch)).square().mean().backward()
        optimizer.step()


def train_in_pytorch(folder):
    """What the variables are then, and the kernels after some more steps."""
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = Net()
    net.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
    optimizer = module.TensorFlowAdam(net.parameters())
    module.load_optimizer(optimizer, net, folder / "optimizer.pt")
    step(net, optimizer, seed=2)
    torch.save(net.state_dict(), folder / "model.pt")
    torch.save(optimizer.state_dict(), folder / "optimizer.pt")
    held = {}
    for name, parameter in net.named_parameters():
        kernel = name.removesuffix(".weight") + "/kernel"
        held[kernel] = parameter
        held |= {f"{kernel}/{slot}": optimizer.state[parameter][key] for key, slot in SLOTS.items()}
    held = {name: tensor.detach().numpy().T.copy() for name, tensor in held.items()}
    held |= {name: np.float32(optimizer.param_groups[0][name]) for name in ("beta1_power", "beta2_power")}
    step(net, optimizer, seed=3)
    return held, {name: parameter.detach().numpy().T for name, parameter in net.named_parameters()}


def main():
    work, *command = sys.argv[1:]
    work = pathlib.Path(work)
    work.mkdir(parents=True)
    source, rules = work / "model.ckpt", work / "rules.yaml"
    in_tensorflow(seed=1, save=source)
    rules.write_text(RULES)
    torch.save(Net().state_dict(), work / "like.pt")
    save_file(Net().state_dict(), work / "like.safetensors")
    for like in ("like.pt", "like.safetensors"):
        folder, back = work / f"of {like}", work / f"back of {like}" / "model.ckpt"
        into = [source, "--like", work / like, "--rules", rules, "-o", folder]
        subprocess.run([*command, "convert", *into], check=True, stdout=subprocess.DEVNULL)
        trained, later = train_in_pytorch(folder)
        subprocess.run([*command, "convert", folder / "model.pt", "--back", "-o", back], check=True)
        found = tf.train.load_checkpoint(str(back))
        for name, expected in trained.items():
            if found.get_tensor(name).tobytes() != expected.tobytes():
                sys.exit(f"{like}: {name} is not what PyTorch made of it")
        worst = 0.0
        for name, kernel in in_tensorflow(seed=3, load=back).items():
            expected = later[f"{name}.weight"]
            worst = max(worst, float(abs(kernel - expected).max() / abs(expected).max()))
        if worst > 1e-6:
            sys.exit(f"{like}: TensorFlow goes on as PyTorch does but for {worst:.1e} of the largest")
        print(f"{like}: {len(trained)} variables are what PyTorch made of them; both go on alike to {worst:.1e}")


if __name__ == "__main__":
    main()
