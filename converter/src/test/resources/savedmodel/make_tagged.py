"""Writes the SavedModels tagged, hub, tf1_training and slots beside it. Ran with TensorFlow 2.21.0:

    python make_tagged.py .

values.json holds what TensorFlow says of them.
"""

import json
import os
import pathlib
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
folder = pathlib.Path(sys.argv[1])
expected = {}


def fresh(name):
    shutil.rmtree(folder / name, ignore_errors=True)
    return str(folder / name)


def graph(scale, trains=False):
    """y = scale * (x w + b), with variables in the order of their names; optionally with what trains it."""
    x = v1.placeholder(tf.float32, [None, 3], "x")
    w = v1.get_variable("module/w", [3, 2], initializer=v1.zeros_initializer(), use_resource=False)
    b = v1.get_variable("module/b", [2], initializer=v1.zeros_initializer(), use_resource=True)
    y = tf.multiply(tf.matmul(x, w) + b, scale, name="y")
    if trains:
        target = v1.placeholder(tf.float32, [None, 2], "target")
        loss = tf.reduce_mean(v1.squared_difference(y, target))
        v1.train.MomentumOptimizer(0.125, 0.5, use_nesterov=True).minimize(loss, name="fit")
    return x, y


def fill(session):
    numbers = np.random.RandomState(7)
    for v in v1.global_variables():
        v.load(numbers.uniform(-1, 1, v.shape.as_list()).astype(np.float32), session)


def save(name, tagged, key, hub=False, trains=False):
    """tagged: pairs of tags and the scale by which their graph is told."""
    target = fresh(name)
    builder = v1.saved_model.Builder(target)
    answers = {}
    for i, (tags, scale) in enumerate(tagged):
        with tf.Graph().as_default(), v1.Session() as session:
            x, y = graph(scale, trains)
            session.run(v1.global_variables_initializer())
            fill(session)
            signatures = {key: v1.saved_model.predict_signature_def({"images": x}, {"answer": y})}
            if hub:
                signatures["features"] = v1.saved_model.predict_signature_def({"images": x}, {"answer": y / scale})
            if i == 0:
                builder.add_meta_graph_and_variables(session, tags, signatures)
            else:
                builder.add_meta_graph(tags, signatures)
            answers[",".join(tags)] = session.run(y, {x: [[1, 2, 3]]}).tolist()
            variables = {v.op.name: session.run(v).tolist() for v in v1.global_variables()}
    builder.save()
    if hub:
        (pathlib.Path(target) / "tfhub_module.pb").write_bytes(b"\x08\x03")
    expected[name] = {"answers": answers, "variables": variables}


def slots():
    """What Keras 2 does: an optimizer is a child of the model, its slots are tied to variables by objects."""
    module = tf.Module()
    module.kernel = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="dense/kernel")
    module.bias = tf.Variable([0.5, -0.5], name="dense/bias")
    module.optimizer = v1.train.AdamOptimizer(0.25, beta1=0.5, beta2=0.75)
    module.call = tf.function(
        lambda x: {"y": tf.matmul(x, module.kernel) + module.bias},
        input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")],
    )
    for i in range(2):
        gradients = [tf.fill(v.shape, float(i + 1)) for v in (module.kernel, module.bias)]
        module.optimizer.apply_gradients(zip(gradients, (module.kernel, module.bias)))
    tf.saved_model.save(module, fresh("slots"), signatures=module.call)
    expected["slots"] = {
        f"{slot} of {v.name[:-2]}": module.optimizer.get_slot(v, slot).numpy().tolist()
        for slot in ("m", "v")
        for v in (module.kernel, module.bias)
    }
    expected["slots"]["powers"] = [float(p.numpy()) for p in module.optimizer._get_beta_accumulators()]


save("tagged", [(["serve"], 1.0), (["serve", "gpu"], 2.0), (["train"], 3.0)], "serving_default")
save("hub", [([], 1.0), (["train"], 2.0)], "default", hub=True)
save("tf1_training", [(["serve"], 1.0)], "serving_default", trains=True)
slots()
(folder / "values.json").write_text(json.dumps(expected, indent=1) + "\n")
