"""Go on training text models of transformers from checkpoints that TensorFlow trained.

    python check_text_training.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. TensorFlow steps ten times by
the formula of google-research/bert optimization.py, of tf.train.AdamOptimizer's kernel or of
mesh_tensorflow optimize.py, saves, and steps ten times more. The checkpoint is converted into the model,
its variables and slots by the same rules, and PyTorch takes the last ten steps. Gradients are random
numbers, the same on both sides, laid out for PyTorch by the same rules. What both have at the end,
parameters and state, may differ by 1e-12 of the largest in float64. Exits with 1 where it does not.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import tensorflow as tf
import torch

import check_text_models as text
from optimizer_steps import by_name, imported, saved_state

STEPS, RATE, TOLERANCE = 10, 1e-3, 1e-12
hf = text.hf


def scale(step):
    """Of the gradients in a step: their signs change, too."""
    return float(np.cos(1.3 * step)) + 0.1


def bert_adam(values, gradients):
    """google-research/bert optimization.py, AdamWeightDecayOptimizer.apply_gradients."""
    slots = {f"{n}/adam_{s}": tf.Variable(tf.zeros_like(v)) for n, v in values.items() for s in "mv"}
    rate = tf.cast(tf.constant(RATE), "float64")

    def step(number):
        for name, p in values.items():
            g = gradients[name] * scale(number)
            m, v = slots[f"{name}/adam_m"], slots[f"{name}/adam_v"]
            m.assign(0.9 * m + (1.0 - 0.9) * g)
            v.assign(0.999 * v + (1.0 - 0.999) * tf.square(g))
            update = m / (tf.sqrt(v) + 1e-6)
            if not any(part in name for part in ("LayerNorm", "layer_norm", "bias")):
                update += 0.01 * p
            p.assign(p - rate * update)

    return slots, step


def adam(values, gradients):
    """tf.compat.v1.train.AdamOptimizer, by its kernel."""
    slots = {f"{n}/{s}": tf.Variable(tf.zeros_like(v)) for n, v in values.items() for s in ("Adam", "Adam_1")}
    slots |= {"beta1_power": tf.Variable(0.9), "beta2_power": tf.Variable(0.999)}

    def step(number):
        numbers = slots["beta1_power"], slots["beta2_power"], *map(tf.constant, (RATE, 0.9, 0.999, 1e-8))
        power1, power2, lr, beta1, beta2, epsilon = (tf.cast(n, "float64") for n in numbers)
        for name, p in values.items():
            tf.raw_ops.ResourceApplyAdam(
                var=p.handle, m=slots[f"{name}/Adam"].handle, v=slots[f"{name}/Adam_1"].handle, beta1_power=power1, beta2_power=power2,
                lr=lr, beta1=beta1, beta2=beta2, epsilon=epsilon, grad=gradients[name] * scale(number))  # fmt: skip
        slots["beta1_power"].assign(slots["beta1_power"] * tf.constant(0.9))
        slots["beta2_power"].assign(slots["beta2_power"] * tf.constant(0.999))

    return slots, step


def adafactor(values, gradients):
    """mesh_tensorflow optimize.py, AdafactorOptimizer.apply_grad, as T5 sets it, with small matrices factored too."""
    dims = {n: sorted(range(2), key=lambda a: -v.shape[a]) for n, v in values.items() if len(v.shape) == 2}
    slots = {"global_step": tf.Variable(0, dtype="int64")}
    for name, value in values.items():
        if name in dims:
            for slot, axis in zip(("vr", "vc"), dims[name]):
                slots[f"{name}_slot_{slot}"] = tf.Variable(tf.zeros(value.shape[1 - axis], "float64"))
        else:
            slots[f"{name}_slot_v"] = tf.Variable(tf.zeros_like(value))
    rate = tf.cast(tf.constant(RATE), "float64")

    def rms(tensor):
        return tf.sqrt(tf.reduce_mean(tf.square(tensor)))

    def step(number):
        count = tf.cast(slots["global_step"], "float64")
        decay = 1.0 - tf.pow(count + 1.0, tf.constant(-0.8, "float64"))
        for name, p in values.items():
            g = gradients[name] * scale(number)
            squared = tf.square(g) + 1e-30
            length = tf.maximum(rms(p), 1e-3) * rate
            if name in dims:
                first, second = dims[name]
                vr, vc = slots[name + "_slot_vr"], slots[name + "_slot_vc"]
                vr.assign(vr * decay + tf.reduce_mean(squared, first) * (1.0 - decay))
                vc.assign(vc * decay + tf.reduce_mean(squared, second) * (1.0 - decay))
                r = tf.math.rsqrt(vr / tf.reduce_mean(vr))
                u = g * tf.expand_dims(r, first) * tf.expand_dims(tf.math.rsqrt(vc), second)
            else:
                v = slots[name + "_slot_v"]
                v.assign(v * decay + squared * (1.0 - decay))
                u = g * tf.math.rsqrt(v)
            p.assign(p - u / tf.maximum(tf.constant(1.0, "float64"), rms(u)) * length)
        slots["global_step"].assign_add(1)

    return slots, step


def numbered(names):
    """As Keras layers named them: layer_normalization, layer_normalization_1, ..."""
    scopes = list(dict.fromkeys(n.rsplit("/", 1)[0] for n in names if "/LayerNorm/" in n))
    found = {s: s.replace("LayerNorm", "layer_normalization" + (f"_{i}" if i else "")) for i, s in enumerate(scopes)}
    return {found.get(n.rsplit("/", 1)[0], n.rsplit("/", 1)[0]) + "/" + n.rsplit("/", 1)[-1] if "/" in n else n: v for n, v in names.items()}


class Together(torch.nn.Module):
    """Queries, keys and values in one matrix, as nn.MultiheadAttention has them; of equal layers, two."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.MultiheadAttention(6, 2)
        self.second = torch.nn.MultiheadAttention(6, 2)


class Apart(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (torch.nn.Linear(6, 4) for _ in range(3))


def attention_names():
    names = {}
    for scope in ("first", "second"):
        for part in ("query", "key", "value", "out"):
            names |= text.dense(f"{scope}/{part}", 6, 6)
    return names


TOGETHER = """
- source: ['(first|second)/query/kernel', '$1/key/kernel', '$1/value/kernel']
  target: '$1.in_proj_weight'
  transform: [transpose, concat: 0]
- source: ['(first|second)/query/bias', '$1/key/bias', '$1/value/bias']
  target: '$1.in_proj_bias'
  transform: [concat: 0]
- {source: '(first|second)/out/kernel', target: '$1.out_proj.weight', transform: transpose}
- {source: '(first|second)/out/bias', target: '$1.out_proj.bias', transform: stored}
"""
APART = """
- {source: 'qkv/kernel', target: [query.weight, key.weight, value.weight], transform: [transpose, split]}
- {source: 'qkv/bias', target: [query.bias, key.bias, value.bias], transform: split}
"""
CASES = {
    "bert, AdamWeightDecay": ("bert", text.bert_names(), bert_adam, lambda: hf.BertForPreTraining(text.BERT)),
    "bert, layer_normalization_N": ("bert", numbered(text.bert_names(False)), bert_adam, lambda: hf.BertModel(text.BERT)),
    "bert, Adam": ("bert", text.bert_names(False), adam, lambda: hf.BertModel(text.BERT)),
    "t5 v1.1, Adafactor": ("t5", text.t5_names(True), adafactor, text.t5_case(True)[1]),
    "kernels joined": (TOGETHER, attention_names(), bert_adam, Together),
    "a kernel split": (APART, text.dense("qkv", 6, 12), bert_adam, Apart),
}


def save(values, file):
    held = {n: v.numpy() if isinstance(v, tf.Variable) else v for n, v in values.items()}
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        made = [tf.compat.v1.get_variable(n, initializer=v, use_resource=False) for n, v in held.items()]
        session.run(tf.compat.v1.global_variables_initializer())
        file.parent.mkdir(parents=True)
        return tf.compat.v1.train.Saver(made).save(session, str(file), write_meta_graph=False)


def trained(names, formula, folder):
    """Checkpoints after ten steps, after twenty, and of the gradients."""
    values = {n: tf.Variable(v.astype("float64")) for n, v in text.values(names).items()}
    gradients = {n: text.random.normal(size=v.shape) for n, v in values.items()}
    slots, step = formula(values, gradients)
    for number in range(STEPS):
        step(number)
    paths = [save(values | slots, folder / "start" / "model.ckpt")]
    for number in range(STEPS, 2 * STEPS):
        step(number)
    return [*paths, save(values | slots, folder / "end" / "model.ckpt"), save(gradients, folder / "gradients" / "model.ckpt")]


def go_on(model, start, gradients):
    """The model and its optimizer after PyTorch's ten steps."""
    model.load_state_dict(torch.load(start / "model.pt", weights_only=True), strict=False)
    how = json.loads((start / "conversion.json").read_text())["optimizer"]
    module = imported(start / "model.py")
    parameters = eval(how["parameters"], {**vars(module), "model": model})
    optimizer = getattr(module, how["class"])(parameters, **how["arguments"])
    module.load_optimizer(optimizer, model, start / "optimizer.pt")
    plain = getattr(module, how["class"])(eval(how["parameters"], {**vars(module), "model": model}), **how["arguments"])
    plain.load_state_dict(torch.load(start / "optimizer.pt", weights_only=True))
    one, other = by_name(model, optimizer), by_name(model, plain)
    assert one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one), "load_state_dict went elsewhere"
    base = torch.load(gradients / "model.pt", weights_only=True)
    for number in range(STEPS, 2 * STEPS):
        for name, parameter in model.named_parameters():
            parameter.grad = base[name] * scale(number)
        optimizer.step()
    return optimizer


def check_swapped(start):
    """Two layers of one shape, one behind the other where the model had them the other way round."""
    module = imported(start / "model.py")
    path = start / "optimizer.pt"
    turned, exchanged, other = Together().double(), Together().double(), Together().double()
    turned.first = turned._modules.pop("first")
    for model in (turned, exchanged):
        model.load_state_dict(torch.load(start / "model.pt", weights_only=True))
    exchanged.first, exchanged.second = exchanged.second, exchanged.first
    for model, reason in ((turned, "is in front of first"), (exchanged, "has the weights that were converted as")):
        optimizer = module.BertAdam(module.parameter_groups(model, path))
        try:
            module.load_optimizer(optimizer, model, path)
        except ValueError as e:
            assert reason in str(e), e
        else:
            raise AssertionError("not refused: " + reason)
        assert not optimizer.state, "refused, and loaded all the same"
        module.load_optimizer(optimizer, model, path, trust_names=True)
        assert optimizer.state
    module.load_optimizer(module.BertAdam(module.parameter_groups(other, path)), other, path)  # of other weights


def check(rules, names, formula, make, folder, command):
    model = make().double()
    folder.mkdir(parents=True)
    torch.save(model.state_dict(), folder / "like.pt")
    if "\n" in rules:
        (folder / "rules.yaml").write_text(rules)
        rules = folder / "rules.yaml"
    converted = []
    for checkpoint in trained(names, formula, folder):
        converted.append(pathlib.Path(checkpoint).parent / "out")
        run = [*command, "convert", checkpoint, "--like", folder / "like.pt", "--rules", rules, "-o", converted[-1]]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    start, end, gradients = converted
    account = json.loads((start / "conversion.json").read_text())
    assert any("model.parameters() has the order of" in a for a in account["assumed"]), account["assumed"]
    stepped = sum(len(g["param_names"]) for g in torch.load(start / "optimizer.pt", weights_only=True)["param_groups"])
    assert stepped == len(list(model.parameters())), f"{stepped} parameters are stepped"
    if make is Together:
        check_swapped(start)
    optimizer = go_on(model, start, gradients)
    expected = {(n, ""): v.numpy() for n, v in torch.load(end / "model.pt", weights_only=True).items()} | saved_state(end / "optimizer.pt")
    found = {(n, ""): v.detach().numpy() for n, v in model.named_parameters()} | by_name(model, optimizer)
    assert found.keys() <= expected.keys()
    moved = torch.load(start / "model.pt", weights_only=True)
    far = max(np.abs(moved[n] - expected[n, ""]).max().item() for n, _ in model.named_parameters())
    return far, max(np.abs(v - expected[k]).max() / max(1, np.abs(expected[k]).max()) for k, v in found.items())


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failed = False
    for number, (name, (rules, names, formula, make)) in enumerate(CASES.items()):
        far, apart = check(rules, names, formula, make, work / str(number), command)
        print(f"{name}: went {far:.1e}, differs by {apart:.1e}", flush=True)
        failed |= not apart <= TOLERANCE < far
    sys.exit(failed)


if __name__ == "__main__":
    main()
