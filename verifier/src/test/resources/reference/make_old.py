"""Record what Keras 1 and 2 made of their layers.

    python make_old.py [CORPUS]

keras2.h5 and keras2_functions.h5 are written by tensorflow.python.keras, the Keras of TensorFlow 2.5 that TensorFlow 2.21
still carries, in the layout that
make_reference.py describes. The others are models of
KonduitAI/dl4j-test-resources (e95182762844cb67d575997c048e6b6f45a9e7b5, Apache-2.0) with the
answers recorded beside them, without the state of their optimizers; CORPUS is a folder of them.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import h5py
import numpy

HERE = pathlib.Path(__file__).parent


def stripped(source, family):
    with h5py.File(source) as old, h5py.File(HERE / f"{family}.h5", "w") as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        old.copy("model_weights", new)


def save(family, x, name, y):
    numpy.savez_compressed(HERE / f"{family}.npz", **{f"x/{name}": x, "y/output/0": y})


def beside(corpus, family, stem):
    """A model and its answers in an HDF5 file of their own."""
    model = next(corpus.glob(f"**/{stem}_model.h5"))
    stripped(model, family)
    with h5py.File(next(corpus.glob(f"**/{stem}_inputs_and_outputs.h5"))) as answers:
        ((name, x),) = answers["inputs"].items()
        # the outputs are labels, where they differ
        ((_, y),) = answers["predictions"].items()
        save(family, x, name, y)


def of_corpus(corpus):
    beside(corpus, "keras213_rnn", "simple_rnn_tf_keras_2")
    beside(corpus, "keras231_conv1d", "conv1d_k3_s1_d1_cl_same")
    beside(corpus, "keras231_leaky", "LeakyReLU_0")
    beside(corpus, "keras231_mlp", "simple_sparse_xent_mlp_keras_2")
    cnn = next(corpus.glob("**/cnn_batch_norm.h5"))
    stripped(cnn, "keras213_cnn")
    x, y = (numpy.load(cnn.with_name(n)) for n in ("input.npy", "predictions.npy"))
    save("keras213_cnn", x.astype("float32"), "conv2d_1_input", y)
    cnn = next(corpus.glob("**/cnn_tf_model.h5"))
    stripped(cnn, "keras112_cnn")
    x = numpy.loadtxt(cnn.with_name("cnn_tf_input.txt"), dtype="float32").reshape(1, 3, 8, 8)
    y = numpy.loadtxt(cnn.with_name("cnn_tf_output.txt"), dtype="float32").reshape(1, 3)
    save("keras112_cnn", x.transpose(0, 2, 3, 1), "convolution2d_1_input", y)


def of_keras2():
    import tensorflow as tf
    from tensorflow.python import keras
    from tensorflow.python.keras import layers as L
    from tensorflow.python.keras.engine.training import Model
    from tensorflow.python.keras.layers.core import SlicingOpLambda, TFOpLambda
    from tensorflow.python.ops.tensor_getitem_override import _slice_helper

    keras.__version__ = "2.5.0"
    tf.random.set_seed(1)

    def of(function, name, **options):
        return lambda x: TFOpLambda(function, name=name)(x, **options)

    def cut(start=None, stop=None, step=None):
        """A slice, as Keras puts one into the call that it stores."""
        return {"start": start, "stop": stop, "step": step}

    def index(name, *items):
        return lambda x: SlicingOpLambda(_slice_helper, name=name)(x, slice_spec=list(items))

    steps, maps = (4, 3), (5, 6, 3)
    cases = {
        "hard_sigmoid": (steps, lambda x: L.Activation("hard_sigmoid")(x)),
        "lstm": (steps, lambda x: L.LSTMV1(2, name="lstm")(x)),
        "gru": (steps, lambda x: L.GRUV1(2, return_sequences=True, name="gru")(x)),
        "gru_after": (steps, lambda x: L.GRUV1(2, reset_after=True, name="gru_after")(x)),
        "rnn": (steps, lambda x: L.SimpleRNN(2, go_backwards=True, name="rnn")(x)),
        "thresholded": (steps, lambda x: L.ThresholdedReLU(0.3)(x)),
        "leaky": (steps, lambda x: L.LeakyReLU(0.2)(x)),
        "causal": (steps, lambda x: L.Attention(causal=True)([x, x])),
        "separable": (maps, lambda x: L.SeparableConv2D(4, 3, padding="same", name="s")(x)),
        "transposed": (maps, lambda x: L.Conv2DTranspose(2, 3, strides=2, name="t")(x)),
        "depthwise": (maps, lambda x: L.DepthwiseConv2D(3, name="d", depth_multiplier=2)(x)),
        "divided": (maps, of(tf.math.divide, "divided", y=127.5)),
        "less_one": (maps, of(tf.math.subtract, "less_one", y=1.0)),
        "mean": (maps, of(tf.reduce_mean, "mean", axis=[1, 2], keepdims=True)),
        "relu6": (maps, of(tf.nn.relu6, "relu6")),
        "sliced": (maps, index("sliced", cut(), cut(1, None, 2), -1)),
        "element": (maps, index("element", cut(0, 2), 3, cut(None, None, -1))),
        "clipped": (maps, of(tf.clip_by_value, "clipped", clip_value_min=-0.5, clip_value_max=1.0)),
    }
    record("keras2", cases, L, Model)


def of_functions():
    import tensorflow as tf
    from tensorflow.python import keras
    from tensorflow.python.keras import layers as L
    from tensorflow.python.keras.engine.training import Model
    from tensorflow.python.keras.layers.core import TFOpLambda

    keras.__version__ = "2.5.0"
    maps = (5, 6, 3)
    called = {
        "softmax": (tf.nn.softmax, {"axis": 1}),
        "softmax_last": (tf.nn.softmax, {}),
        "log_softmax": (tf.nn.log_softmax, {"axis": 2}),
        "leaky": (tf.nn.leaky_relu, {}),
        "leaky_alpha": (tf.nn.leaky_relu, {"alpha": 0.03}),
        "gelu": (tf.nn.gelu, {}),
        "gelu_tanh": (tf.nn.gelu, {"approximate": True}),
        "elu": (tf.nn.elu, {}),
        "selu": (tf.nn.selu, {}),
        "softplus": (tf.nn.softplus, {}),
        "softsign": (tf.nn.softsign, {}),
        "silu": (tf.nn.silu, {}),
        "sin": (tf.math.sin, {}),
        "cos": (tf.math.cos, {}),
        "tan": (tf.math.tan, {}),
        "erf": (tf.math.erf, {}),
        "expm1": (tf.math.expm1, {}),
        "floor": (tf.math.floor, {}),
        "ceil": (tf.math.ceil, {}),
        "sign": (tf.math.sign, {}),
        "reciprocal": (tf.math.reciprocal, {}),
    }

    def of(name, function, options):
        return lambda x: TFOpLambda(function, name=name)(x, **options)

    cases = {name: (maps, of(name, *call)) for name, call in called.items()}
    record("keras2_functions", cases, L, Model)


def record(family, cases, L, Model):
    import tensorflow as tf

    random = numpy.random.default_rng(1)
    ins, outs, found = [], [], {}
    for name, (shape, build) in cases.items():
        x = L.Input(shape, name=f"{name}_x0")
        ins.append(x)
        outs.append(build(x))
        found[f"x/{name}_x0"] = random.normal(0, 1, (2, *shape)).astype("float32")
    model = Model(ins, outs)
    for variable in model.variables:
        variable.assign(random.normal(0, 0.5, variable.shape))
    model.save(HERE / f"{family}.h5")
    outputs = model([tf.constant(v) for v in found.values()], training=False)
    for name, y in zip(cases, outputs, strict=True):
        found[f"y/{name}/0"] = y.numpy()
    numpy.savez_compressed(HERE / f"{family}.npz", **found)


if __name__ == "__main__":
    of_keras2()
    of_functions()
    if len(sys.argv) > 1:
        of_corpus(pathlib.Path(sys.argv[1]))
