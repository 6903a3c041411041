"""Writes the checkpoints of this folder, and what TensorFlow reads of them (values.json).

    python make_checkpoints.py        # written with TensorFlow 2.21.0, Keras 3

Every value is small and asymmetric. values.json holds, for each checkpoint, by key: dtype, shape and
the bytes in hexadecimal, or the texts.
"""

import json
import os
import pathlib
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent
V1 = tf.compat.v1


def values(shape, start=0.0, dtype=np.float32):
    return (np.arange(np.prod(shape), dtype=np.float64).reshape(shape) * 0.25 + start).astype(dtype)


def graph_checkpoint(name, build, version=2, sharded=False, step=None):
    """TF1: variables of a graph saved by name."""
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with tf.Graph().as_default(), V1.Session() as session:
        saved = build()
        session.run(V1.global_variables_initializer())
        if callable(saved):
            saved(session)
            saved = None
        saver = V1.train.Saver(
            saved, write_version=V1.train.SaverDef.V2 if version == 2 else V1.train.SaverDef.V1,
            sharded=sharded)
        saver.save(session, str(folder / "model.ckpt"), global_step=step, write_meta_graph=False)
    # the state file of a machine that is long gone
    state = folder / "checkpoint"
    state.write_text(state.read_text().replace(str(folder), "/home/someone/run"))


def dense_net():
    V1.get_variable("dense/kernel", initializer=values((3, 5), 1))
    V1.get_variable("dense/bias", initializer=values((5,), -2))


def trained():
    x = tf.constant(values((2, 3), 0.5))
    kernel = V1.get_variable("dense/kernel", initializer=values((3, 5), 1))
    bias = V1.get_variable("dense/bias", initializer=values((5,), -2))
    step = V1.train.get_or_create_global_step()
    loss = tf.reduce_sum(tf.square(tf.matmul(x, kernel) + bias))
    ema = tf.train.ExponentialMovingAverage(0.9)
    train = V1.train.AdamOptimizer(1e-3).minimize(loss, global_step=step)
    with tf.control_dependencies([train]):
        train = ema.apply([kernel, bias])
    return lambda session: session.run(train)


def partitioned():
    V1.get_variable("embedding", shape=(7, 4), partitioner=V1.fixed_size_partitioner(3, axis=0),
                    initializer=V1.random_uniform_initializer(seed=1))
    V1.get_variable("columns", shape=(3, 150), partitioner=V1.fixed_size_partitioner(2, axis=1),
                    initializer=V1.random_uniform_initializer(seed=2))
    V1.get_variable("whole", initializer=values((2, 2)))


def dtypes():
    raw = {
        "float32": values((2, 3), dtype=np.float32), "float64": values((2, 3), dtype=np.float64),
        "float16": values((2, 3), dtype=np.float16), "int8": np.array([-128, 127], np.int8),
        "uint8": np.array([0, 255], np.uint8), "int16": np.array([-32768, 32767], np.int16),
        "uint16": np.array([0, 65535], np.uint16), "int32": np.array([-2**31, 2**31 - 1], np.int32),
        "uint32": np.array([0, 2**32 - 1], np.uint32), "int64": np.array([-2**63, 2**63 - 1], np.int64),
        "uint64": np.array([0, 2**64 - 1], np.uint64), "bool": np.array([True, False, True]),
        "complex64": np.array([1 - 2j, 0.5j], np.complex64),
        "complex128": np.array([1 - 2j, 0.5j], np.complex128),
        "scalar": np.float32(3.5), "empty": np.zeros((0, 3), np.float32),
        "text": np.array(["naïve", "", "tensor"], dtype=object),
    }
    tensors = {k: tf.constant(v) for k, v in raw.items()}
    tensors["bfloat16"] = tf.cast(tf.constant(values((2, 3))), tf.bfloat16)
    tensors["qint8"] = tf.bitcast(tf.constant(np.array([-3, 5], np.int8)), tf.qint8)
    folder = HERE / "dtypes"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = sorted(tensors)
    tf.raw_ops.SaveV2(prefix=str(folder / "model.ckpt"), tensor_names=names,
                      shape_and_slices=[""] * len(names), tensors=[tensors[n] for n in names])


def shards():
    folder = HERE / "shards"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    parts = []
    for i, names in enumerate((["a/kernel"], ["a/bias", "b/kernel"], ["b/bias"])):
        part = str(folder / f"part{i}")
        tf.raw_ops.SaveV2(prefix=part, tensor_names=names, shape_and_slices=[""] * len(names),
                          tensors=[tf.constant(values((i + 2, 3), k)) for k in range(len(names))])
        parts.append(part)
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts,
                                  destination_prefix=str(folder / "model.ckpt"), delete_old_dirs=False)


class Net(tf.Module):
    def __init__(self):
        self.kernel = tf.Variable(values((3, 5), 1), name="kernel")
        self.bias = tf.Variable(values((5,), -2), name="bias")
        self.unnamed = [tf.Variable(values((2,))), tf.Variable(values((2,), 9))]


def objects():
    folder = HERE / "objects"
    shutil.rmtree(folder, ignore_errors=True)
    net = Net()
    checkpoint = tf.train.Checkpoint(net=net, step=tf.Variable(3, dtype=tf.int64))
    manager = tf.train.CheckpointManager(checkpoint, str(folder), max_to_keep=2)
    for i in (10, 20, 30):
        net.bias.assign_add(tf.ones(5))
        manager.save(checkpoint_number=i)
    state = folder / "checkpoint"  # without the times of the day
    state.write_text("".join(l for l in state.open() if "path" in l))


def keras_objects():
    import keras

    folder = HERE / "keras3_objects"
    shutil.rmtree(folder, ignore_errors=True)
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, name="first"),
                              keras.layers.Dense(2, name="second")])
    optimizer = keras.optimizers.Adam(0.01)
    model.compile(optimizer, "mse")
    model.fit(values((4, 3)), values((4, 2)), verbose=0)
    tf.train.Checkpoint(model=model, optimizer=optimizer).write(str(folder / "model.ckpt"))


def record():
    found = {}
    for index in sorted(HERE.rglob("*.index")):
        prefix = str(index)[: -len(".index")]
        found[index.relative_to(HERE).as_posix()[: -len(".index")]] = read(prefix)
    v1 = HERE / "v1" / "model.ckpt-7"
    found["v1/model.ckpt-7"] = read(str(v1))
    # TensorFlow's reader gives no sliced tensor of V1; the same graph with the same seeds wrote V2.
    found["v1_partitioned/model.ckpt"] = found["partitioned/model.ckpt"]
    sharded = HERE / "v1_sharded" / "model.ckpt"
    found["v1_sharded/model.ckpt"] = read(str(sharded) + "-?????-of-?????")
    (HERE / "values.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def read(prefix):
    reader = V1.train.NewCheckpointReader(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    out = {}
    for key in sorted(shapes):
        if key == "_CHECKPOINTABLE_OBJECT_GRAPH":
            continue
        item = {"dtype": dtypes[key].name, "shape": shapes[key]}
        if key == "qint8":
            item["hex"] = "fd05"  # the reader's NumPy has no such type; these are the bytes saved
        elif dtypes[key] == tf.string:
            item["texts"] = [b.decode() for b in np.ravel(reader.get_tensor(key))]
        else:
            item["hex"] = np.ascontiguousarray(reader.get_tensor(key)).tobytes().hex()
        out[key] = item
    return out


if __name__ == "__main__":
    graph_checkpoint("v2", trained, step=1)
    graph_checkpoint("v1", trained, version=1, step=7)
    graph_checkpoint("v1_sharded", dense_net, version=1, sharded=True)
    graph_checkpoint("partitioned", partitioned)
    graph_checkpoint("v1_partitioned", partitioned, version=1)
    dtypes()
    shards()
    objects()
    keras_objects()
    record()
