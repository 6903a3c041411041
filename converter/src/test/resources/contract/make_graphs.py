"""The network of make_contract.py as TensorFlow 1 writes it, with the values of expected.json.

Written with TensorFlow 2.21.0 (tf.compat.v1), after make_contract.py:  python make_graphs.py
"""
import json, os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

os.chdir(os.path.dirname(os.path.abspath(__file__)))
v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_resource_variables()
with open("expected.json") as f:
    expected = {n: np.array(v[1], np.float32).reshape(v[0])
                for n, v in json.load(f).items() if not n.startswith("adam/")}


def get(name):
    return v1.get_variable(name, initializer=expected[name], trainable="moving" not in name)


image = v1.placeholder(tf.float32, [None, 6, 5, 3], "image")
x = tf.nn.conv2d(image, get("conv1/kernel"), 1, "VALID") + get("conv1/bias")
x, _, _ = v1.nn.fused_batch_norm(
    x, get("bn/gamma"), get("bn/beta"), get("bn/moving_mean"), get("bn/moving_variance"),
    epsilon=1e-3, is_training=False)
x = tf.reduce_mean(x, [1, 2])
x = tf.matmul(x, get("inner/conv1/kernel")) + get("inner/conv1/bias")
x = tf.matmul(x, get("inner/out/kernel")) + get("inner/out/bias")
tf.matmul(x, get("last/kernel"), name="logits")
assert {v.op.name for v in v1.global_variables()} == set(expected)

with v1.Session() as session:
    session.run(v1.global_variables_initializer())
    for version in (1, 2):
        v1.train.Saver(write_version=version).save(
            session, f"./saver{version}", write_meta_graph=version == 2, write_state=False)
    frozen = v1.graph_util.convert_variables_to_constants(
        session, session.graph_def, ["logits"])
tf.io.write_graph(frozen, ".", "frozen.pb", as_text=False)
tf.io.write_graph(frozen, ".", "frozen.pbtxt", as_text=True)
