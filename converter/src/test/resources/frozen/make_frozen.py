"""Writes the frozen graphs beside it, and what TensorFlow reads in them. Ran with TensorFlow 2.21.0:

    python make_frozen.py .
"""

import json
import pathlib
import sys

import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import tensor_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

v1 = tf.compat.v1
folder = pathlib.Path(sys.argv[1])


def write(name, graph_def):
    (folder / f"{name}.pb").write_bytes(graph_def.SerializeToString(deterministic=True))
    (folder / f"{name}.pbtxt").write_text(text_format.MessageToString(graph_def))


# --- constants of every type, in every form that tensor.proto has ---------------------------------

LISTS = {
    "float32": "float_val", "float64": "double_val", "float16": "half_val", "bfloat16": "half_val",
    "int8": "int_val", "int16": "int_val", "int32": "int_val", "int64": "int64_val",
    "uint8": "int_val", "uint16": "int_val", "uint32": "uint32_val", "uint64": "uint64_val",
    "bool": "bool_val", "complex64": "scomplex_val", "complex128": "dcomplex_val",
    "qint8": "int_val", "quint8": "int_val", "qint16": "int_val", "quint16": "int_val", "qint32": "int_val",
    "float8_e5m2": "float8_val", "float8_e4m3fn": "float8_val",
}  # fmt: skip
PLAIN = {"qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16", "qint32": "int32"}


def values(dtype, count):
    """Extremes first, so that a sign or a width that is lost shows."""
    numpy = tf.as_dtype(PLAIN.get(dtype, dtype)).as_numpy_dtype
    if dtype == "bool":
        return np.array([True, False, True, True, False, False][:count])
    if dtype.startswith(("int", "uint", "qint", "quint")):
        ends = np.iinfo(numpy)
        return np.array([ends.min, ends.max, 1, 0, 100, 7][:count], numpy)
    if dtype.startswith("complex"):
        return np.array([1 - 2j, complex(-0.0, np.inf), 3e30j, 0, 5, 6 + 7j][:count], numpy)
    return np.array([-0.0, 1.5, -3.25, np.nan, 0.1, 6][:count]).astype(numpy)


def proto(dtype, shape):
    result = tensor_pb2.TensorProto(dtype=tf.as_dtype(dtype).as_datatype_enum)
    result.tensor_shape.SetInParent()
    for size in shape:
        result.tensor_shape.dim.add(size=size)
    return result


def listed(dtype, shape, stored):
    """The first values alone: the last of them fills the rest."""
    result = proto(dtype, shape)
    field = LISTS[dtype]
    if field == "half_val":
        result.half_val.extend(stored.view(np.uint16).tolist())
    elif field == "float8_val":
        result.float8_val = stored.tobytes()
    elif field in ("scomplex_val", "dcomplex_val"):
        getattr(result, field).extend(x for c in stored.tolist() for x in (c.real, c.imag))
    else:
        getattr(result, field).extend(stored.tolist())
    return result


def content(dtype, shape, stored):
    result = proto(dtype, shape)
    result.tensor_content = stored.tobytes()
    return result


def constants():
    protos = {}
    for dtype in LISTS:
        protos[f"{dtype}/content"] = content(dtype, [2, 3], values(dtype, 6))
        protos[f"{dtype}/listed"] = listed(dtype, [3, 2], values(dtype, 6))
        protos[f"{dtype}/filled"] = listed(dtype, [2, 4], values(dtype, 3))
        protos[f"{dtype}/same"] = listed(dtype, [5], values(dtype, 2)[1:])
        protos[f"{dtype}/none"] = proto(dtype, [2])
        protos[f"{dtype}/scalar"] = listed(dtype, [], values(dtype, 1))
        protos[f"{dtype}/empty"] = proto(dtype, [0, 3])
    for name, texts in [("listed", [b"a", b"", "größe".encode()]), ("filled", [b"x", b"\xff\x00"]), ("none", [])]:
        protos[f"string/{name}"] = proto("string", [3])
        protos[f"string/{name}"].string_val.extend(texts)
    protos["string/scalar"] = proto("string", [])
    protos["string/scalar"].string_val.append(b"one")
    protos["string/content"] = proto("string", [2])
    protos["string/content"].tensor_content = b"\x01\x03" + b"a" + b"bcd"
    return protos


protos = constants()
graph = tf.Graph()
with graph.as_default():
    for name, value in protos.items():
        dtype = tf.DType(value.dtype)
        graph.create_op(
            "Const",
            [],
            [dtype],
            name=name,
            attrs={
                "value": v1.AttrValue(tensor=value),
                "dtype": v1.AttrValue(type=dtype.as_datatype_enum),
            },
        )
write("dtypes", graph.as_graph_def())
expected = {}
with v1.Session(graph=graph) as session:
    for name, value in protos.items():
        read = session.run(name + ":0")
        shape = [d.size for d in value.tensor_shape.dim]
        assert list(np.shape(read)) == shape, name
        entry = {"dtype": tf.DType(value.dtype).name, "shape": shape}
        if value.dtype == tf.string.as_datatype_enum:
            entry["strings"] = [t.hex() for t in np.ravel(np.array(read, dtype=object)).tolist()]
        else:
            entry["bytes"] = np.asarray(read).tobytes().hex()
        expected[name] = entry
(folder / "dtypes.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")


# --- TF1: variables frozen, with what a trainer leaves in the graph --------------------------------

graph = tf.Graph()
with graph.as_default():
    v1.set_random_seed(1)
    x = v1.placeholder(tf.float32, [None, 6, 5, 1], name="images")
    keep = v1.placeholder_with_default(1.0, [], name="keep")
    unread = v1.placeholder(tf.float32, [None], name="unread")
    kernel = v1.get_variable("conv/kernel", [2, 3, 1, 4])
    h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), v1.get_variable("conv/bias", [4])))
    h = tf.reshape(tf.nn.dropout(h, rate=1 - keep, seed=3), [-1, 6 * 5 * 4])
    table = v1.get_variable("dense/kernel", [6 * 5 * 4, 7])
    scores = tf.matmul(h, tf.identity(table, name="dense/kernel_used"), name="dense/MatMul")
    best = tf.nn.top_k(scores, 2, name="best")
    tf.identity(tf.nn.softmax(scores), name="probabilities")
    v1.Print(scores, [scores], name="shown")
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        frozen = v1.graph_util.convert_variables_to_constants(
            session, graph.as_graph_def(), ["best", "probabilities", "shown", "unread"]
        )
        x0 = np.linspace(-1, 1, 60, dtype=np.float32).reshape(2, 6, 5, 1)
        print("net probabilities", session.run("probabilities:0", {x: x0}).tolist())
    write("net", frozen)
    tf.io.write_graph(graph.as_graph_def(), str(folder), "unfrozen.pb", as_text=False)


# --- TF1: a loop in frames -----------------------------------------------------------------------

graph = tf.Graph()
with graph.as_default():
    v1.disable_control_flow_v2()
    x = v1.placeholder(tf.float32, [2, 3], name="x")
    w = tf.constant(np.arange(9, dtype=np.float32).reshape(3, 3) / 8, name="w")
    _, y = tf.while_loop(
        lambda i, z: i < 4, lambda i, z: (i + 1, tf.tanh(tf.matmul(z, w))), [tf.constant(0), x], name="loop"
    )
    tf.identity(y, name="y")
write("loop", graph.as_graph_def())


# --- TF2: a loop and a choice as functions ---------------------------------------------------------

v1.enable_control_flow_v2()


class Steps(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(np.arange(9, dtype=np.float32).reshape(3, 3) / 8, name="w")
        self.b = tf.Variable([0.5, -1.0, 2.0], name="b")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
    def __call__(self, x):
        for _ in tf.range(3):
            x = tf.tanh(x @ self.w)
        return tf.identity(tf.cond(tf.reduce_sum(x) > 0, lambda: x + self.b, lambda: x - self.b), name="y")


steps = Steps()
function = steps.__call__.get_concrete_function()
frozen = convert_variables_to_constants_v2(function, lower_control_flow=False)
write("functions", frozen.graph.as_graph_def())


# --- a graph that takes nothing --------------------------------------------------------------------

graph = tf.Graph()
with graph.as_default():
    a = tf.constant([[1.0, 2.0], [3.0, 4.0]], name="a")
    tf.add(a, tf.constant(1.0, name="one"), name="sum")
write("no_inputs", graph.as_graph_def())
