"""Models of real TensorFlow, each with a trace that the printed script records beside it.

    python make_traces.py FRAMEWORK SCRIPT OUT

FRAMEWORK keras: a Keras model with a layer of custom code, exported as OUT/saved_model, SCRIPT
(tf2torch trace-script --framework keras) imported beside it, and OUT/half.safetensors of the same
model under mixed_float16. tf1: a graph of tf.compat.v1 with a
session, saved as OUT/model.ckpt. tf2: a tf.Module, saved as OUT/saved_model. The trace is
OUT/trace.safetensors; OUT/inputs.npz holds the same inputs.
"""

import importlib.util
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

RANDOM = np.random.RandomState(5)


def draw(shape):
    return (RANDOM.standard_normal(shape) * 0.3).astype(np.float32)


def keras_model(out, record):
    import keras

    class Gate(keras.layers.Layer):
        """Custom code: x times the sigmoid of a dense layer of it."""

        def __init__(self, **named):
            super().__init__(**named)
            self.dense = keras.layers.Dense(7, name="inner")

        def build(self, shape):
            self.dense.build(shape)

        def call(self, x):
            return x * keras.ops.sigmoid(self.dense(x))

    model = keras.Sequential(
        [
            keras.Input((9, 11, 3), name="image"),
            keras.layers.Conv2D(6, 3, padding="same", name="conv"),
            keras.layers.BatchNormalization(name="bn"),
            keras.layers.Activation("tanh", name="act"),
            keras.layers.AveragePooling2D(2, name="pool"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(7, activation="tanh", name="hidden"),
            Gate(name="gate"),
            keras.layers.Dense(4, name="head"),
        ]
    )
    for variable in model.weights:
        value = draw(variable.shape)
        positive = variable.name in ("gamma", "moving_variance")
        variable.assign(np.abs(value) + 0.2 if positive else value)
    model.export(str(out / "saved_model"), verbose=False)
    image = RANDOM.uniform(size=(2, 9, 11, 3)).astype(np.float32)
    before = model.get_weights()
    record(model, str(out / "trace.safetensors"), image, steps=3)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
    for layer in model._flatten_layers(include_self=False):
        layer.dtype_policy = keras.DTypePolicy("mixed_float16")
    record(model, str(out / "half.safetensors"), image)
    name = next(iter(tf.saved_model.load(str(out / "saved_model")).signatures.values()))
    np.savez(out / "inputs.npz", **{k: image for k in name.structured_input_signature[1]})


def tf1_graph(out, record):
    v1 = tf.compat.v1
    v1.disable_eager_execution()
    x = v1.placeholder(tf.float32, [None, 9, 11, 3], "x")
    with v1.variable_scope("conv"):
        kernel = v1.get_variable("kernel", initializer=draw((3, 3, 3, 6)))
        bias = v1.get_variable("bias", initializer=draw((6,)))
        h = tf.nn.tanh(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias), "tanh")
    h = tf.reshape(tf.nn.avg_pool2d(h, 2, 2, "VALID", name="pool"), [-1, 4 * 5 * 6])
    with v1.variable_scope("dense"):
        kernel = v1.get_variable("kernel", initializer=draw((120, 5)))
        bias = v1.get_variable("bias", initializer=draw((5,)))
        y = tf.identity(tf.matmul(h, kernel) + bias, "y")
    image = RANDOM.uniform(size=(2, 9, 11, 3)).astype(np.float32)
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(out / "model.ckpt"))
        record(session, str(out / "trace.safetensors"), {x: image}, [y], steps=3)
    np.savez(out / "inputs.npz", x=image)


def tf2_module(out, record):
    class Dense(tf.Module):
        def __init__(self, inputs, outputs, name):
            super().__init__(name=name)
            self.kernel = tf.Variable(draw((inputs, outputs)), name="kernel")
            self.bias = tf.Variable(draw((outputs,)), name="bias")

        def __call__(self, x):
            return tf.tanh(x @ self.kernel + self.bias)

    class Net(tf.Module):
        def __init__(self):
            super().__init__(name="net")
            self.first = Dense(6, 8, "first")
            self.second = Dense(8, 3, "second")

        @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32, "x")])
        def serve(self, x):
            return {"y": self(x)}

        def __call__(self, x):
            return self.second(self.first(x))

    net = Net()
    x = RANDOM.uniform(size=(2, 6)).astype(np.float32)
    tf.saved_model.save(net, str(out / "saved_model"), signatures=net.serve)
    record(lambda x: {"y": net(x)}, str(out / "trace.safetensors"), {"x": x}, module=net)
    np.savez(out / "inputs.npz", x=x)


def main():
    framework, script, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    spec = importlib.util.spec_from_file_location("tf2torch_trace", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    out.mkdir(parents=True, exist_ok=True)
    models = {"keras": keras_model, "tf1": tf1_graph, "tf2": tf2_module}
    models[framework](out, module.record)


if __name__ == "__main__":
    main()
