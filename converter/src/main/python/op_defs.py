"""Writes the table of op definitions that OpTable reads, from the registry of the TensorFlow that runs this.

    python op_defs.py ../resources/io/github/tf2torch/read/graph/op-defs.pb.gz

A gzipped OpList (op_def.proto) without words and bounds: names, arguments, attributes and their defaults.
Written by TensorFlow 2.21.0.
"""

import gzip
import sys

import tensorflow  # noqa: F401  registers the ops
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session

ops = op_def_pb2.OpList()
ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
for op in ops.op:
    for field in ("summary", "description", "deprecation"):
        op.ClearField(field)
    for arg in [*op.input_arg, *op.output_arg]:
        for field in ("description", "experimental_full_type", "handle_data"):
            arg.ClearField(field)
    for attr in op.attr:
        for field in ("description", "allowed_values", "has_minimum", "minimum"):
            attr.ClearField(field)
ops.op.sort(key=lambda op: op.name)
with open(sys.argv[1], "wb") as out:
    out.write(gzip.compress(ops.SerializeToString(deterministic=True), 9, mtime=0))
