"""Writes sources.zip: networks after ten steps, in float32, each with an optimizer and no loss.

Keras files say nothing of a loss that a graph has; the graphs of TF1 are exported without what
trains, their checkpoints with it. Run with TensorFlow 2.21 and Keras 3.15:

    python make_sources.py
"""

import pathlib
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../../../interop"))
import optimizer_cases as cases  # noqa: E402
from optimizer_steps import STEPS, data  # noqa: E402

v1 = cases.v1
KERAS = [
    "keras3 AdamW",
    "keras3 SGD, options",
    "keras3 Adam, accumulation",
    "keras3 Lion",
    "keras2 momentum",
    "keras2 Nesterov",
    "keras2 Adam",
    "keras2 Adam amsgrad",
    "keras2 RMSprop",
    "keras2 RMSprop centered",
    "keras2 RMSprop momentum",
    "keras2 Adagrad",
    "keras2 Adadelta",
    "keras2 Adamax",
    "keras2 Nadam",
    "keras2 Ftrl",
    "keras3 Nadam",
    "keras3 Ftrl, options",
    "keras3 Lamb",
    "keras3 Adafactor",
    "keras3 global_clipnorm",
    "keras3 Adadelta, clipnorm",
    "keras3 Adam, average",
    "keras3 Adam, loss_scale_factor",
    "keras3 LossScaleOptimizer, average",
    "keras3 ExponentialDecay",
    "keras3 PiecewiseConstantDecay, one factor",
    "keras3 PolynomialDecay, linear",
    "keras3 CosineDecay, warm-up",
    "keras3 CosineDecayRestarts",
]
TF1 = {
    "tf1 Momentum": lambda: v1.train.MomentumOptimizer(0.1, 0.9),
    "tf1 Adam": lambda: v1.train.AdamOptimizer(0.01),
    "tf1 RMSProp": lambda: v1.train.RMSPropOptimizer(0.01, momentum=0.9),
    "tf1 Adagrad": lambda: v1.train.AdagradOptimizer(0.1),
    "tf1 Ftrl": lambda: v1.train.FtrlOptimizer(0.1),
    "tf1 ProximalAdagrad": lambda: v1.train.ProximalAdagradOptimizer(0.1),
    "BERT AdamWeightDecay": cases.bert,
    "BERT LAMB": cases.lamb,
    "tf1 AdaMax": cases.adamax,
    "Mesh Adafactor": cases.mesh_adafactor,
}


def network():
    x = v1.placeholder("float32", (None, 5), "x")
    values = {
        name: v1.get_variable(name, initializer=value)
        for name, value in cases.start("float32").items()
    }
    hidden = v1.nn.tanh(v1.nn.xw_plus_b(x, values["dense/kernel"], values["dense/bias"]))
    return x, v1.nn.xw_plus_b(hidden, values["out/kernel"], values["out/bias"], name="logits")


def tf1(folder, make):
    prefix = str(folder / "model.ckpt")
    x, y = data("float32")
    if make in (cases.bert, cases.lamb, cases.adamax, cases.mesh_adafactor):
        make(folder, "float32")
        return exported(prefix)
    with v1.Graph().as_default(), v1.Session() as session:
        fed, logits = network()
        step = make().minimize(v1.reduce_mean(v1.square(logits - y)))
        session.run(v1.global_variables_initializer())
        for _ in range(STEPS):
            session.run(step, {fed: x})
        v1.train.Saver().save(session, prefix, write_meta_graph=False)
    return exported(prefix)


def exported(prefix):
    with v1.Graph().as_default():
        network()
        v1.train.Saver()
        v1.train.export_meta_graph(prefix + ".meta")
    return [pathlib.Path(prefix + e) for e in (".meta", ".index", ".data-00000-of-00001")]


with zipfile.ZipFile(HERE / "sources.zip", "w", zipfile.ZIP_DEFLATED) as out:
    for name in KERAS + list(TF1):
        with tempfile.TemporaryDirectory() as at:
            folder = pathlib.Path(at)
            if name in TF1:
                files = tf1(folder, TF1[name])
            else:
                files = [pathlib.Path(cases.CASES[name](folder, "float32")[0])]
            for file in files:
                place = f"{name.replace(',', '').replace(' ', '_')}/{file.name}"
                entry = zipfile.ZipInfo(place, (2026, 11, 28, 0, 0, 0))
                out.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
