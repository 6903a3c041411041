"""Writes recurrent layers as graphs hold them, and loops that are none.

    python make_loops.py          TensorFlow 2.21.0, Keras 3.15.1

keras.zip      a SavedModel, a signature for each case: Keras 3's layers and loops that somebody wrote, as While;
               and dilated convolutions along a length that is not known, as SpaceToBatchND
frames.pb      a frozen graph of TF1's dynamic_rnn, as Enter, Merge, Switch, NextIteration and Exit
zero_state.pb  a frozen graph of a loop whose first state has as many examples as a number that is fed says
trained.zip    the same in a graph that trains, with its checkpoint
refused.pb     a frozen graph of loops that are not converted, and
refused.zip    a SavedModel of such
recorded.npz   what TensorFlow answers to some inputs: CASE/x.N, CASE/y.N
masked.npy     the input of "masked", by itself: it has steps to skip
"""
import os, pathlib, shutil, tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np, tensorflow as tf

v1, L = tf.compat.v1, keras.layers
HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(1)
recorded = {}


def record(name, xs, ys):
    for i, x in enumerate(xs):
        recorded[f"{name}/x.{i}"] = x
    for i, y in enumerate(ys):
        recorded[f"{name}/y.{i}"] = np.asarray(y)


def weight(*shape):
    return tf.Variable(random.uniform(-1, 1, shape).astype("float32"))


class Written(tf.Module):
    """A recurrence in TensorFlow's own words."""

    def __init__(self):
        self.kernel, self.recurrent, self.bias = weight(3, 4), weight(4, 4), weight(4)

    def __call__(self, x):
        length = tf.shape(x)[1]
        items = tf.TensorArray(tf.float32, length).unstack(tf.transpose(x, [1, 0, 2]))
        answers = tf.TensorArray(tf.float32, length, element_shape=[None, 4])
        def step(t, h, answers):
            h = tf.tanh(items.read(t) @ self.kernel + h @ self.recurrent + self.bias)
            return t + 1, h, answers.write(t, h * 2.0)
        first = tf.zeros([tf.shape(x)[0], 4])
        _, h, answers = tf.while_loop(lambda t, *_: t < length, step, (0, first, answers))
        return tf.transpose(answers.stack(), [1, 0, 2]), h


class Swapped(tf.Module):
    """A GRU whose update gate has the other sense; PyTorch has no such cell."""

    def __init__(self):
        self.kernel, self.recurrent = weight(3, 12), weight(4, 12)

    def __call__(self, x):
        items = tf.TensorArray(tf.float32, 6, element_shape=[None, 3]).unstack(tf.transpose(x, [1, 0, 2]))
        answers = tf.TensorArray(tf.float32, 6, element_shape=[None, 4])
        def step(t, h, answers):
            zx, rx, nx = tf.split(items.read(t) @ self.kernel, 3, 1)
            zh, rh, nh = tf.split(h @ self.recurrent, 3, 1)
            z, r = tf.sigmoid(zx + zh), tf.sigmoid(rx + rh)
            h = (1.0 - z) * h + z * tf.tanh(nx + r * nh)
            return t + 1, h, answers.write(t, h)
        answers = tf.while_loop(lambda t, *_: t < 6, step, (0, tf.zeros([tf.shape(x)[0], 4]), answers))[2]
        return tf.transpose(answers.stack(), [1, 0, 2])


class Until(tf.Module):
    """Goes on until values say that it is enough."""

    def __call__(self, x):
        return tf.while_loop(lambda t, h: tf.reduce_sum(h) < 100.0, lambda t, h: (t + 1, h * 2.0 + 1.0), (0, x))[1]


class Prefix(tf.Module):
    """Gathers the first places of a list that is longer."""

    def __init__(self):
        self.recurrent = weight(3, 3)

    def __call__(self, x):
        items = tf.TensorArray(tf.float32, 6, element_shape=[None, 3]).unstack(tf.transpose(x, [1, 0, 2]))
        answers = tf.TensorArray(tf.float32, 6, element_shape=[None, 3])
        def step(t, h, answers):
            h = tf.tanh(items.read(t) + h @ self.recurrent)
            return t + 1, h, answers.write(t, h)
        _, _, answers = tf.while_loop(lambda t, *_: t < 6, step, (0, x[:, 0], answers))
        return answers.gather([0, 1, 2])


class Shifted(Written):
    """Reads what comes behind its step."""

    def __call__(self, x):
        items = tf.TensorArray(tf.float32, 6).unstack(tf.transpose(x, [1, 0, 2]))
        def step(t, h):
            return t + 1, tf.tanh(items.read(t + 1) @ self.kernel + h @ self.recurrent)
        return tf.while_loop(lambda t, h: t < 5, step, (0, tf.zeros([tf.shape(x)[0], 4])))[1]


def stacks():
    length = (None, 3)
    sequences = dict(return_sequences=True)
    yield "lstm", length, [L.LSTM(5, **sequences)]
    yield "lstm_last", length, [L.LSTM(5)]
    yield "gru", length, [L.GRU(5, **sequences)]
    yield "gru_reset_before", length, [L.GRU(4, reset_after=False, **sequences)]
    yield "simple", (7, 3), [L.SimpleRNN(4, **sequences)]
    yield "simple_last", length, [L.SimpleRNN(4, activation="relu")]
    yield "backwards", length, [L.LSTM(4, go_backwards=True, **sequences)]
    yield "bidirectional", length, [L.Bidirectional(L.GRU(4, **sequences))]
    yield "bidirectional_last", length, [L.Bidirectional(L.LSTM(4), merge_mode="sum")]
    yield "stacked", length, [L.GRU(5, **sequences), L.LSTM(4), L.Dense(2)]
    yield "masked", length, [L.Masking(), L.LSTM(4, **sequences)]
    yield "dilated", length, [L.Conv1D(4, 2, padding="causal", dilation_rate=4), L.Conv1D(5, 3, padding="same", dilation_rate=2)]
    yield "bidirectional_masked", length, [L.Masking(), L.Bidirectional(L.LSTM(4, **sequences)), L.GRU(3)]
    yield "convolved", (3, 5, 6, 2), [L.ConvLSTM2D(4, 3, padding="same", **sequences)]
    yield "tokens", (None,), [L.Embedding(11, 3, mask_zero=True), L.GRU(4)]


def drawn(shape, length=6):
    tokens = shape == (None,)
    shape = [2] + [length if extent is None else extent for extent in shape]
    if tokens:
        return np.array([[3, 7, 1, 0, 0, 0], [2, 9, 10, 4, 5, 0]], "int32")
    x = random.uniform(-1, 1, shape).astype("float32")
    x[0, -2:] = 0
    return x


def export(folder, cases):
    """Each case is a module that is called, and the shape of an example."""
    archive = keras.export.ExportArchive()
    for name, (module, shape) in cases.items():
        (archive.track if isinstance(module, keras.Model) else lambda m, n=name: setattr(archive, n, m))(module)
        dtype = tf.int32 if shape == (None,) else tf.float32
        spec = [tf.TensorSpec([None, *shape], dtype, name="x")]
        archive.add_endpoint(name, tf.function(module.__call__), input_signature=spec)
        x = drawn(shape)
        if folder == "keras":
            record(name, [x], tf.nest.flatten(module(tf.constant(x))))
        if name == "masked":
            np.save(HERE / "masked.npy", x)
    with tempfile.TemporaryDirectory() as made:
        archive.write_out(made, verbose=False)
        shutil.make_archive(str(HERE / folder), "zip", made)


def layers():
    keras.utils.set_random_seed(1)
    cases = {}
    for name, shape, stack in stacks():
        dtype = "int32" if shape == (None,) else "float32"
        model = keras.Sequential([keras.Input(shape, dtype=dtype), *stack], name=name)
        cases[name] = model, shape
    x = keras.Input((None, 3))
    _, h, c = L.LSTM(4, return_state=True)(x)
    y, _, c = L.LSTM(4, return_sequences=True, return_state=True)(x, initial_state=[h, c])
    cases["states"] = keras.Model(x, [y, c], name="states"), (None, 3)
    for model, _ in cases.values():
        for variable in model.trainable_variables:
            variable.assign(random.uniform(-1, 1, variable.shape))
    return cases


def lstm_step(x, h, c, kernel, bias):
    i, j, f, o = tf.split(tf.concat([x, h], 1) @ kernel + bias, 4, 1)
    c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
    return tf.tanh(c) * tf.sigmoid(o), c


def dynamic_rnn(x, lengths=None, units=4):
    """rnn.dynamic_rnn of TF1 with a BasicLSTMCell, as rnn.py and rnn_cell_impl.py write it."""
    x = tf.transpose(x, [1, 0, 2])
    shape = tf.shape(x)
    steps, batch = shape[0], shape[1]
    kernel, bias = (v1.get_variable(n, initializer=random.uniform(-1, 1, s).astype("float32"))
                    for n, s in (("kernel", (x.shape[2] + units, 4 * units)), ("bias", (4 * units,))))
    items = tf.TensorArray(tf.float32, steps, tensor_array_name="dynamic_rnn/input_0").unstack(x)
    answers = tf.TensorArray(tf.float32, steps, tensor_array_name="dynamic_rnn/output_0", element_shape=[None, units])
    zeros = tf.zeros([batch, units])
    def step(t, answers, c, h):
        x = items.read(t)
        x.set_shape([None, kernel.shape[0] - units])
        y, new_c = lstm_step(x, h, c, kernel, bias)
        new_h = y
        if lengths is not None:
            done = t >= lengths
            y, new_c, new_h = (v1.where(done, old, new) for old, new in ((zeros, y), (c, new_c), (h, new_h)))
        return t + 1, answers.write(t, y), new_c, new_h
    end = steps if lengths is None else tf.minimum(steps, tf.maximum(1, tf.reduce_max(lengths)))
    _, answers, c, h = tf.while_loop(lambda t, *_: t < end, step, (0, answers, zeros, zeros), parallel_iterations=32)
    return tf.transpose(answers.stack(), [1, 0, 2]), h


def frames():
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, None, 3], "x")
        lengths = v1.placeholder(tf.int32, [None], "lengths")
        with v1.variable_scope("plain"):
            y, h = dynamic_rnn(x)
        with v1.variable_scope("lengths_given"):
            z, g = dynamic_rnn(x, lengths)
        outputs = [tf.identity(t, n) for t, n in ((y, "outputs"), (h, "state"), (z, "masked_outputs"), (g, "masked_state"))]
        session.run(v1.global_variables_initializer())
        given = {x: drawn((None, 3), 6), lengths: np.array([4, 2], "int32")}
        record("frames", list(given.values()), session.run(outputs, given))
        graph = v1.graph_util.convert_variables_to_constants(session, session.graph_def, [o.op.name for o in outputs])
        (HERE / "frames.pb").write_bytes(graph.SerializeToString())


def zero_state():
    """cell.zero_state(batch_size, tf.float32) of a GRUCell, the batch size fed, and one outside of a loop."""
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 5, 3], "x")
        batch = v1.placeholder(tf.int32, [], "batch_size")
        kernel, bias, candidate, offset = (
            v1.get_variable(n, initializer=random.uniform(-1, 1, s).astype("float32"))
            for n, s in (("gates/kernel", (7, 8)), ("gates/bias", 8), ("candidate/kernel", (7, 4)), ("candidate/bias", 4)))
        def zeros():
            return tf.zeros(tf.concat([tf.expand_dims(batch, 0), tf.constant([4])], 0))
        def cell(x, h):
            r, u = tf.split(tf.sigmoid(tf.nn.bias_add(tf.concat([x, h], 1) @ kernel, bias)), 2, 1)
            c = tf.tanh(tf.nn.bias_add(tf.concat([x, r * h], 1) @ candidate, offset))
            return u * h + (1 - u) * c
        items = tf.TensorArray(tf.float32, 5).unstack(tf.transpose(x, [1, 0, 2]))
        def step(t, h):
            item = items.read(t)
            item.set_shape([None, 3])
            return t + 1, cell(item, h)
        h = tf.while_loop(lambda t, _: t < 5, step, (0, zeros()))[1]
        outputs = [tf.identity(h, "state"), tf.identity(tf.concat([tf.reshape(x, tf.stack([batch, 15])), zeros()], 1), "joined")]
        session.run(v1.global_variables_initializer())
        given = {x: drawn((5, 3)), batch: np.array(2, "int32")}
        record("zero_state", list(given.values()), session.run(outputs, given))
        graph = v1.graph_util.convert_variables_to_constants(session, session.graph_def, [o.op.name for o in outputs])
        (HERE / "zero_state.pb").write_bytes(graph.SerializeToString())


def refused_frames():
    """Each output is of a loop that is not converted."""
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 6, 3], "x")
        def run(name, places, steps=6):
            items = tf.TensorArray(tf.float32, 6, element_shape=[None, 3]).unstack(tf.transpose(x, [1, 0, 2]))
            answers = tf.TensorArray(tf.float32, 6, element_shape=[None, 3])
            def step(t, h, answers):
                h = tf.tanh(items.read(t) + h)
                return t + 1, h, answers.write(t, h)
            answers = tf.while_loop(lambda t, *_: t < steps, step, (0, x[:, 0], answers), name="while_" + name)[2]
            tf.identity(answers.gather(places), name)
        run("prefix", [0, 1, 2])
        run("first_three", tf.range(3))
        run("picked", [0, 2, 1, 3, 4, 5])
        run("short", tf.range(6), steps=4)
        tf.identity(tf.while_loop(lambda h: tf.reduce_sum(h) < 100.0, lambda h: h * 2.0 + 1.0, (x,), name="while_until"), "until")
        def outer(t, h):
            return t + 1, tf.while_loop(lambda u, _: u < 2, lambda u, h: (u + 1, tf.tanh(h)), (0, h), name="while_inner")[1]
        tf.identity(tf.while_loop(lambda t, _: t < 6, outer, (0, x), name="while_nested")[1], "nested")
        (HERE / "refused.pb").write_bytes(graph.as_graph_def().SerializeToString())


def trained():
    """A .meta graph whose training holds frames of its own: the loops of the gradients."""
    with tf.Graph().as_default(), v1.Session() as session, tempfile.TemporaryDirectory() as made:
        x = v1.placeholder(tf.float32, [None, 4, 3], "x")
        y, h = dynamic_rnn(x)
        loss = tf.reduce_mean(tf.square(tf.identity(h, "state")), name="loss")
        v1.train.AdamOptimizer(0.01).minimize(loss)
        session.run(v1.global_variables_initializer())
        given = {x: drawn((4, 3))}
        record("trained", list(given.values()), [session.run("state:0", given)])
        v1.train.Saver().save(session, made + "/model")
        (pathlib.Path(made) / "checkpoint").unlink()
        shutil.make_archive(str(HERE / "trained"), "zip", made)


export("keras", layers() | {"written": (Written(), (None, 3)), "swapped": (Swapped(), (6, 3))})
export("refused", {"until": (Until(), (4,)), "prefix": (Prefix(), (6, 3)), "shifted": (Shifted(), (6, 3))})
v1.disable_eager_execution()
v1.disable_control_flow_v2()
v1.disable_tensor_equality()
frames()
refused_frames()
trained()
zero_state()
np.savez_compressed(HERE / "recorded.npz", **recorded)
