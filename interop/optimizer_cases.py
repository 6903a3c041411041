"""Networks that TensorFlow trains, each with another optimizer, for check_optimizers.py."""

import functools
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
import tensorflow as tf

import keras2_cases
from optimizer_steps import STEPS, data

v1 = tf.compat.v1


def start(dtype):
    rng = np.random.default_rng(4)
    shapes = {"dense/kernel": (5, 4), "dense/bias": (4,), "out/kernel": (4, 3), "out/bias": (3,)}
    return {name: rng.normal(0, 0.5, shape).astype(dtype) for name, shape in shapes.items()}


NAMES = ("dense/kernel", "dense/bias", "out/kernel", "out/bias")


def loss_of(x, y, values, square, tanh):
    hidden = tanh(x @ values["dense/kernel"] + values["dense/bias"])
    return square(hidden @ values["out/kernel"] + values["out/bias"] - y)


def ended(folder):
    folder = folder / "end"
    folder.mkdir(exist_ok=True)
    return folder


def having(train, **how):
    """With what the loop in PyTorch does likewise: rates by step, excluded names, a schedule."""
    train.how = how
    return train


def tf1(make, rates=None):
    """Trains with an optimizer of tf.compat.v1.train; the source is a .meta and its checkpoint.

    make may give the train op itself, from loss, variables and step; rates, the rate of each step.
    """

    def train(folder, dtype):
        x, y = data(dtype)
        with tf.Graph().as_default(), v1.Session() as session:
            inputs = v1.placeholder(dtype, (None, 5), name="x")
            labels = v1.placeholder(dtype, (None, 3), name="y")
            values = {n: v1.get_variable(n, initializer=v) for n, v in start(dtype).items()}
            hidden = tf.tanh(tf.nn.bias_add(inputs @ values["dense/kernel"], values["dense/bias"]))
            logits = tf.nn.bias_add(hidden @ values["out/kernel"], values["out/bias"])
            loss = tf.reduce_mean(tf.math.squared_difference(logits, labels))
            count = v1.train.get_or_create_global_step()
            if rates:
                rate = v1.get_variable("rate", initializer=np.float32(rates(0)), trainable=False)
                step = make(rate).minimize(loss, count)
            elif make.__code__.co_argcount:
                step = make(loss, values, count)
            else:
                step = make().minimize(loss, count)
            session.run(v1.global_variables_initializer())
            feed = {inputs: x, labels: y}
            for i in range(STEPS):
                session.run(step, feed)
                if rates:
                    rate.load(rates(i + 1), session)
            source = v1.train.Saver().save(session, str(folder / "model.ckpt")) + ".meta"
            for i in range(STEPS, 2 * STEPS):
                session.run(step, feed)
                if rates:
                    rate.load(rates(i + 1), session)
            end = v1.train.Saver().save(session, str(ended(folder) / "model.ckpt")) + ".meta"
            return source, end, session.run(values)

    return having(train, rates=rates, single=True)


def bert(folder, dtype):
    """Trains by the formula of google-research/bert; the source is a checkpoint alone."""
    return decayed(folder, dtype, "adam")


def bert_adam(folder, dtype):
    """The same where the slots have the names that tf.train's optimizers give theirs."""
    return decayed(folder, dtype, "BERTAdam")


def lamb(folder, dtype):
    """The same by LAMB as github.com/ymcui/LAMB_Optimizer_TF has it."""
    return decayed(folder, dtype, "lamb")


def decayed(folder, dtype, kind):
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {}
    places = {"m": f"/{kind}_m", "v": f"/{kind}_v"}
    if kind == "BERTAdam":
        places = {"m": "/BERTAdam", "v": "/BERTAdam_1"}
    for name, value in values.items():
        for place in places.values():
            slots[name + place] = tf.Variable(tf.zeros_like(value))
    rate = tf.cast(tf.constant(1e-3), dtype)

    def step():
        with tf.GradientTape() as tape:
            error = loss_of(x, y, values, tf.square, tf.tanh)
            loss = tf.reduce_mean(error)
        for name, g in tape.gradient(loss, values).items():
            p, m, v = values[name], slots[name + places["m"]], slots[name + places["v"]]
            m.assign(0.9 * m + (1.0 - 0.9) * g)
            v.assign(0.999 * v + (1.0 - 0.999) * tf.square(g))
            update = m / (tf.sqrt(v) + 1e-6)
            if "bias" not in name:
                update += 0.01 * p
            ratio = tf.norm(p) / tf.norm(update) if kind == "lamb" else 1.0
            p.assign(p - ratio * rate * update)

    return trained(step, values, slots, folder)


def adamax(folder, dtype):
    """Trains by the kernel of tf.contrib.opt.AdaMaxOptimizer; the source is a checkpoint alone."""
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {"beta1_power": tf.Variable(0.9)}
    for name, value in values.items():
        for slot in ("AdaMax", "AdaMax_1"):
            slots[f"{name}/{slot}"] = tf.Variable(tf.zeros_like(value))

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(x, y, values, tf.square, tf.tanh))
        numbers = (slots["beta1_power"], *map(tf.constant, (1e-3, 0.9, 0.999, 1e-8)))
        power, lr, beta1, beta2, epsilon = (tf.cast(n, dtype) for n in numbers)
        for name, g in tape.gradient(loss, values).items():
            tf.raw_ops.ResourceApplyAdaMax(
                var=values[name].handle,
                m=slots[name + "/AdaMax"].handle,
                v=slots[name + "/AdaMax_1"].handle,
                beta1_power=power,
                lr=lr,
                beta1=beta1,
                beta2=beta2,
                epsilon=epsilon,
                grad=g,
            )
        slots["beta1_power"].assign(slots["beta1_power"] * tf.constant(0.9))

    return trained(step, values, slots, folder)


def mesh_adafactor(folder, dtype):
    """Trains by the formula of Mesh TensorFlow's optimize.py; the source is a checkpoint alone."""
    x, y = data(dtype)
    values = {n: tf.Variable(v) for n, v in start(dtype).items()}
    slots = {"global_step": tf.Variable(0, dtype="int64")}
    dims = {}  # the two largest axes, the largest first
    for name, value in values.items():
        shape = value.shape.as_list()
        if len(shape) < 2:
            slots[name + "_slot_v"] = tf.Variable(tf.zeros_like(value))
            continue
        dims[name] = sorted(range(len(shape)), key=lambda axis: -shape[axis])[:2]
        for slot, axis in zip(("vr", "vc"), dims[name]):
            kept = shape[:axis] + shape[axis + 1 :]
            slots[f"{name}_slot_{slot}"] = tf.Variable(tf.zeros(kept, dtype))
    rate = tf.cast(tf.constant(1e-3), dtype)

    def rms(tensor):
        return tf.sqrt(tf.reduce_mean(tf.square(tensor)))

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(x, y, values, tf.square, tf.tanh))
        count = tf.cast(slots["global_step"], dtype)
        decay = 1.0 - tf.pow(count + 1.0, tf.constant(-0.8, dtype))
        for name, g in tape.gradient(loss, values).items():
            p = values[name]
            squared = tf.square(g) + 1e-30
            scale = tf.maximum(rms(p), 1e-3) * rate
            if name in dims:
                first, second = dims[name]
                vr, vc = slots[name + "_slot_vr"], slots[name + "_slot_vc"]
                vr.assign(vr * decay + tf.reduce_mean(squared, first) * (1.0 - decay))
                vc.assign(vc * decay + tf.reduce_mean(squared, second) * (1.0 - decay))
                left = second - (second > first)  # where the second axis is in vr
                r = tf.math.rsqrt(vr / tf.reduce_mean(vr, left, keepdims=True))
                u = g * tf.expand_dims(r, first) * tf.expand_dims(tf.math.rsqrt(vc), second)
            else:
                v = slots[name + "_slot_v"]
                v.assign(v * decay + squared * (1.0 - decay))
                u = g * tf.math.rsqrt(v)
            u /= tf.maximum(tf.constant(1.0, dtype), rms(u) / 1.0)
            p.assign(p - u * scale)
        slots["global_step"].assign_add(1)

    return trained(step, values, slots, folder)


def trained(step, values, slots, folder):
    """The checkpoint after ten steps, the one after twenty, and the parameters by then."""
    sources = []
    for target in (folder, ended(folder)):
        for _ in range(STEPS):
            step()
        held = {n: v.numpy() for n, v in {**values, **slots}.items()}
        with tf.Graph().as_default(), v1.Session() as session:
            kept = {n: v1.get_variable(n, initializer=v) for n, v in held.items()}
            session.run(v1.global_variables_initializer())
            saver = v1.train.Saver(kept)
            path = saver.save(session, str(target / "model.ckpt"), write_meta_graph=False)
            sources.append(path)
    return *sources, {n: v.numpy() for n, v in values.items()}


def keras3(make, rates=None, schedule=None, exclude=(), frozen=False):
    """Trains with an optimizer of Keras 3; the source is a .keras."""

    def train(folder, dtype):
        x, y = data(dtype)
        keras.config.set_floatx(dtype)
        keras.backend.clear_session()
        inputs = keras.layers.Input((5,))
        layer = keras.layers.Dense(4, activation="tanh", name="dense", trainable=not frozen)
        model = keras.Model(inputs, keras.layers.Dense(3, name="out")(layer(inputs)))
        model.set_weights(list(start(dtype).values()))
        optimizer = make(schedule()) if schedule else make()
        if exclude:
            optimizer.exclude_from_weight_decay(var_names=list(exclude))
        model.compile(optimizer=optimizer, loss="mse")
        optimizer = model.optimizer

        def step(number):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(model(x) - y))
                loss = optimizer.scale_loss(loss)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            if rates:
                optimizer.learning_rate = rates(number + 1)

        for i in range(STEPS):
            step(i)
        source = folder / "model.keras"
        model.save(source)
        for i in range(STEPS, 2 * STEPS):
            step(i)
        end = ended(folder) / "model.keras"
        model.save(end)
        return source, end, dict(zip(NAMES, weights(model, frozen)))

    return having(train, rates=rates, schedule=schedule, exclude=exclude)


def weights(model, frozen):
    """In the order of NAMES."""
    return [value.numpy() for layer in ("dense", "out") for value in model.get_layer(layer).weights]


def keras2(make):
    """Trains with an optimizer of Keras as TensorFlow 2.0 to 2.10 have it; the source is a .h5."""

    def train(folder, dtype):
        from tensorflow.python import keras as old
        from tensorflow.python.keras import backend, layers, models

        old.__version__ = "2.9.0"
        x, y = data(dtype)
        backend.set_floatx(dtype)
        model = models.Sequential(
            [
                layers.Dense(4, activation="tanh", name="dense", input_shape=(5,)),
                layers.Dense(3, name="out"),
            ]
        )
        model.set_weights(list(start(dtype).values()))
        model.compile(optimizer=make(), loss="mse")

        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(model(x) - y))
            variables = model.trainable_variables
            model.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

        for _ in range(STEPS):
            step()
        source = folder / "model.h5"
        model.save(str(source))
        for _ in range(STEPS):
            step()
        end = ended(folder) / "model.h5"
        model.save(str(end))
        return source, end, dict(zip(start(dtype), model.get_weights()))

    return train


def legacy(name, **arguments):
    def make():
        from tensorflow.python.keras import optimizers

        return optimizers.get({"class_name": name, "config": arguments})

    return keras2(make)


CASES = {
    "tf1 GradientDescent": tf1(lambda: v1.train.GradientDescentOptimizer(0.1)),
    "tf1 Momentum": tf1(lambda: v1.train.MomentumOptimizer(0.1, 0.9)),
    "tf1 Nesterov": tf1(lambda: v1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True)),
    "tf1 Adam": tf1(lambda: v1.train.AdamOptimizer(0.01, epsilon=1e-3)),
    "tf1 RMSProp": tf1(lambda: v1.train.RMSPropOptimizer(0.01, momentum=0.9)),
    "tf1 RMSProp centered": tf1(
        lambda: v1.train.RMSPropOptimizer(0.01, momentum=0.5, epsilon=1e-3, centered=True)
    ),
    "tf1 Adagrad": tf1(lambda: v1.train.AdagradOptimizer(0.1)),
    "tf1 Adadelta": tf1(lambda: v1.train.AdadeltaOptimizer(1.0, epsilon=1e-4)),
    "tf1 Ftrl": tf1(lambda: v1.train.FtrlOptimizer(0.1)),
    "tf1 Ftrl, options": tf1(
        lambda: v1.train.FtrlOptimizer(
            0.1,
            l1_regularization_strength=0.01,
            l2_regularization_strength=0.02,
            l2_shrinkage_regularization_strength=0.03,
        )
    ),
    "tf1 ProximalAdagrad": tf1(
        lambda: v1.train.ProximalAdagradOptimizer(
            0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02
        )
    ),
    "tf1 ProximalGradientDescent": tf1(
        lambda: v1.train.ProximalGradientDescentOptimizer(0.1, l1_regularization_strength=0.01)
    ),
    "BERT AdamWeightDecay": bert,
    "BERT BERTAdam": bert_adam,
    "BERT LAMB": lamb,
    "tf1 AdaMax": adamax,
    "Mesh Adafactor": mesh_adafactor,
    "keras3 SGD": keras3(lambda: keras.optimizers.SGD(0.1)),
    "keras3 momentum": keras3(lambda: keras.optimizers.SGD(0.1, momentum=0.9)),
    "keras3 Nesterov": keras3(lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
    "keras3 SGD, options": keras3(
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01, clipnorm=0.1)
    ),
    "keras3 Adam": keras3(lambda: keras.optimizers.Adam(0.01)),
    "keras3 Adam, options": keras3(
        lambda: keras.optimizers.Adam(0.01, amsgrad=True, epsilon=1e-3, clipvalue=0.05)
    ),
    "keras3 AdamW": keras3(lambda: keras.optimizers.AdamW(0.01)),
    "keras3 RMSprop": keras3(lambda: keras.optimizers.RMSprop(0.01)),
    "keras3 RMSprop centered": keras3(
        lambda: keras.optimizers.RMSprop(0.01, momentum=0.9, centered=True, epsilon=1e-3)
    ),
    "keras3 Adagrad": keras3(lambda: keras.optimizers.Adagrad(0.1, epsilon=1e-3)),
    "keras3 Adadelta": keras3(lambda: keras.optimizers.Adadelta(1.0)),
    "keras3 Adamax": keras3(lambda: keras.optimizers.Adamax(0.01, epsilon=1e-3)),
    "keras3 Nadam": keras3(lambda: keras.optimizers.Nadam(0.01)),
    "keras3 Ftrl": keras3(lambda: keras.optimizers.Ftrl(0.1)),
    "keras3 Ftrl, options": keras3(
        lambda: keras.optimizers.Ftrl(
            0.1,
            l1_regularization_strength=0.01,
            l2_regularization_strength=0.02,
            l2_shrinkage_regularization_strength=0.03,
            beta=0.1,
        )
    ),
    "keras3 Adafactor": keras3(lambda: keras.optimizers.Adafactor(0.01)),
    "keras3 Adafactor, options": keras3(
        lambda: keras.optimizers.Adafactor(
            0.02, beta_2_decay=-0.6, epsilon_1=1e-4, epsilon_2=0.01, clip_threshold=0.5
        )
    ),
    "keras3 Lion": keras3(lambda: keras.optimizers.Lion(0.01)),
    "keras3 Lamb": keras3(lambda: keras.optimizers.Lamb(0.01)),
    "keras2 SGD": legacy("SGD", learning_rate=0.1),
    "keras2 momentum": legacy("SGD", learning_rate=0.1, momentum=0.9),
    "keras2 Nesterov": legacy("SGD", learning_rate=0.1, momentum=0.9, nesterov=True),
    "keras2 Adam": legacy("Adam", learning_rate=0.01, epsilon=1e-3),
    "keras2 Adam amsgrad": legacy("Adam", learning_rate=0.01, amsgrad=True),
    "keras2 RMSprop": legacy("RMSprop", learning_rate=0.01),
    "keras2 RMSprop centered": legacy("RMSprop", learning_rate=0.01, centered=True, epsilon=1e-3),
    "keras2 RMSprop momentum": legacy("RMSprop", learning_rate=0.01, momentum=0.9),
    "keras2 Adagrad": legacy("Adagrad", learning_rate=0.1, epsilon=1e-3),
    "keras2 Adadelta": legacy("Adadelta", learning_rate=1.0),
    "keras2 Adamax": legacy("Adamax", learning_rate=0.01, epsilon=1e-3),
    "keras2 Nadam": legacy("Nadam", learning_rate=0.01),
    "keras2 Ftrl": legacy("Ftrl", learning_rate=0.1, l1_regularization_strength=0.01, beta=0.1),
}


def other(step):
    """A rate that changes once after the hand-over."""
    return 0.05 if step < 14 else 0.02


def warming(step):
    """A rate that is 0 at the hand-over, and grows from there."""
    return 0.05 if step < STEPS else 0.05 * (step - STEPS) / 4


def rate_of(make):
    return lambda: make(0.05)


def clipped(clip):
    """Gradients that are clipped before the step, as most wrote it for TF 1."""

    def make(loss, values, count):
        optimizer = v1.train.AdamOptimizer(0.01)
        gradients = clip(tf.gradients(loss, list(values.values())))
        return optimizer.apply_gradients(zip(gradients, values.values()), count)

    return tf1(make)


def two_rates(loss, values, count):
    """One layer learns at another rate than the other."""
    gradients = tf.gradients(loss, list(values.values()))
    pairs = list(zip(gradients, values.values()))
    slow = v1.train.MomentumOptimizer(0.01, 0.9).apply_gradients(pairs[:2])
    with tf.control_dependencies([slow]):
        return v1.train.MomentumOptimizer(0.1, 0.9).apply_gradients(pairs[2:], count)


def decayed_rate(kind, *arguments, **options):
    """Gradient descent at a rate of tf.train's functions, of global_step."""

    def make(loss, values, count):
        rate = getattr(v1.train, kind)(*arguments, global_step=count, **options)
        return v1.train.MomentumOptimizer(rate, 0.9).minimize(loss, count)

    return tf1(make)


def bert_warm_up(loss, values, count):
    """The rate of google-research/bert, optimization.py: warm-up joined to a decay by a cast."""
    rate = v1.train.polynomial_decay(tf.constant(0.1), count, 20, end_learning_rate=0.0)
    done, warm = tf.cast(count, tf.int32), tf.constant(14, dtype=tf.int32)
    warming_up = 0.1 * (tf.cast(done, tf.float32) / tf.cast(warm, tf.float32))
    is_warmup = tf.cast(done < warm, tf.float32)
    rate = (1.0 - is_warmup) * rate + is_warmup * warming_up
    return v1.train.MomentumOptimizer(rate, 0.9).minimize(loss, count)


def bert_graph(loss, values, count):
    """The train op of google-research/bert, optimization.py, create_optimizer, in its own ops."""
    dtype = loss.dtype
    rate = v1.train.polynomial_decay(tf.constant(0.01), count, 20, end_learning_rate=0.0)
    done, warm = tf.cast(count, tf.int32), tf.constant(14, dtype=tf.int32)
    warming_up = 0.01 * (tf.cast(done, tf.float32) / tf.cast(warm, tf.float32))
    is_warmup = tf.cast(done < warm, tf.float32)
    rate = (1.0 - is_warmup) * rate + is_warmup * warming_up
    gradients = tf.gradients(loss, list(values.values()))
    gradients, _ = tf.clip_by_global_norm(gradients, clip_norm=0.1)
    assignments = []
    for gradient, (name, p) in zip(gradients, values.items()):
        zeros = v1.zeros_initializer()
        shape = p.shape.as_list()
        m = v1.get_variable(name + "/adam_m", shape, dtype, zeros, trainable=False)
        v = v1.get_variable(name + "/adam_v", shape, dtype, zeros, trainable=False)
        number = functools.partial(tf.constant, dtype=dtype)
        next_m = tf.multiply(number(0.9), m) + tf.multiply(number(1.0 - 0.9), gradient)
        next_v = tf.multiply(number(0.95), v)
        next_v += tf.multiply(number(1.0 - 0.95), tf.square(gradient))
        update = next_m / (tf.sqrt(next_v) + 1e-5)
        if name != "out/bias":  # as no convention has it
            update += 0.05 * p
        next_p = p - tf.cast(rate, dtype) * update
        assignments.extend([p.assign(next_p), m.assign(next_m), v.assign(next_v)])
    return tf.group(*assignments, count.assign(count + 1))


def decoupled(kind, *arguments, **options):
    """As tf.contrib.opt.extend_with_decoupled_weight_decay makes a class of a class."""

    class Decayed(kind):
        def _resource_apply_dense(self, grad, var):
            if var.name.startswith("out/bias"):  # not in decay_var_list
                return super()._resource_apply_dense(grad, var)
            with tf.control_dependencies([var.assign_sub(0.02 * var)]):
                return super()._resource_apply_dense(grad, var)

    return tf1(lambda: Decayed(*arguments, **options))


def rate_of_variable(loss, values, count):
    """A rate that the program may change at any time, which the conversion says."""
    factor = v1.get_variable("factor", initializer=0.5, trainable=False)
    rate = factor * v1.train.exponential_decay(0.1, count, 100000, 1.0)
    return v1.train.MomentumOptimizer(rate, 0.9).minimize(loss, count)


def as_tf1(make):
    """With tf.cond as TF 1 wrote it, Switch and Merge."""

    def train(loss, values, count):
        v1.disable_control_flow_v2()
        try:
            return make(loss, values, count)
        finally:
            v1.enable_control_flow_v2()

    return tf1(train)


def restarts(loss, values, count):
    rate = v1.train.cosine_decay_restarts(0.1, count, 4, alpha=0.1)
    return v1.train.MomentumOptimizer(rate, 0.9).minimize(loss, count)


def pieces(loss, values, count):
    rate = v1.train.piecewise_constant(count, [12, 15], [0.1, 0.05, 0.01])
    return v1.train.MomentumOptimizer(rate, 0.9).minimize(loss, count)


schedules = keras.optimizers.schedules
SCHEDULES = {
    "ExponentialDecay": lambda: schedules.ExponentialDecay(0.1, 7, 0.5),
    "ExponentialDecay, staircase": lambda: schedules.ExponentialDecay(0.1, 4, 0.5, staircase=True),
    "PiecewiseConstantDecay": lambda: schedules.PiecewiseConstantDecay([8, 14], [0.1, 0.05, 0.04]),
    "PiecewiseConstantDecay, one factor": lambda: schedules.PiecewiseConstantDecay(
        [8, 14, 17], [0.1, 0.01, 0.001, 0.0001]
    ),
    "PolynomialDecay": lambda: schedules.PolynomialDecay(0.1, 15, 0.01, power=2.0),
    "PolynomialDecay, to 0": lambda: schedules.PolynomialDecay(0.1, 15, 0.0, power=2.0),
    "PolynomialDecay, linear": lambda: schedules.PolynomialDecay(0.1, 15, 0.01),
    "PolynomialDecay, cycle": lambda: schedules.PolynomialDecay(0.1, 6, 0.01, cycle=True),
    "InverseTimeDecay": lambda: schedules.InverseTimeDecay(0.1, 3, 0.5),
    "InverseTimeDecay, staircase": lambda: schedules.InverseTimeDecay(0.1, 3, 0.5, staircase=True),
    "CosineDecay": lambda: schedules.CosineDecay(0.1, 16, alpha=0.1),
    "CosineDecay, warm-up": lambda: schedules.CosineDecay(
        0.0, 10, alpha=0.1, warmup_target=0.1, warmup_steps=14
    ),
    "CosineDecayRestarts": lambda: schedules.CosineDecayRestarts(0.1, 4, alpha=0.1),
    "CosineDecayRestarts, lower": lambda: schedules.CosineDecayRestarts(
        0.1, 5, t_mul=1.5, m_mul=0.8
    ),
    "CosineDecayRestarts, even": lambda: schedules.CosineDecayRestarts(0.1, 6, t_mul=1.0),
}
for kind, schedule in SCHEDULES.items():
    CASES["keras3 " + kind] = keras3(
        lambda rate: keras.optimizers.SGD(rate, momentum=0.9), schedule=schedule
    )

Loss = keras.optimizers.LossScaleOptimizer
CASES |= {
    "keras2 SGD, decay": legacy("SGD", learning_rate=0.1, decay=0.05, momentum=0.9),
    "keras3 global_clipnorm": keras3(
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=0.1)
    ),
    "keras3 clipvalue": keras3(lambda: keras.optimizers.SGD(0.1, clipvalue=0.01)),
    "keras3 Adadelta, clipnorm": keras3(lambda: keras.optimizers.Adadelta(1.0, clipnorm=0.1)),
    "keras3 Adam, accumulation": keras3(
        lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=4, clipnorm=0.1)
    ),
    "keras3 Adam, average": keras3(
        lambda: keras.optimizers.Adam(
            0.01, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3
        )
    ),
    "keras3 SGD, average": keras3(
        lambda: keras.optimizers.SGD(
            0.1, use_ema=True, ema_momentum=0.9, gradient_accumulation_steps=3
        )
    ),
    "keras3 Adam, loss_scale_factor": keras3(
        lambda: keras.optimizers.Adam(0.01, loss_scale_factor=64.0, global_clipnorm=0.1)
    ),
    "keras3 LossScaleOptimizer": keras3(
        lambda: Loss(keras.optimizers.Adam(0.01), initial_scale=8.0, dynamic_growth_steps=4)
    ),
    "keras3 LossScaleOptimizer, average": keras3(
        lambda: Loss(
            keras.optimizers.Adam(
                0.01, use_ema=True, gradient_accumulation_steps=2, global_clipnorm=0.1
            ),
            initial_scale=8.0,
            dynamic_growth_steps=4,
        )
    ),
    "keras3 AdamW, exclusions": keras3(
        lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1), exclude=("bias",)
    ),
    "keras3 Adam, frozen layer": keras3(lambda: keras.optimizers.Adam(0.01), frozen=True),
    "tf1 Momentum, two rates": tf1(two_rates),
    "tf1 Adam, global norm": clipped(lambda gradients: tf.clip_by_global_norm(gradients, 0.05)[0]),
    "tf1 Adam, norm": clipped(lambda gradients: [tf.clip_by_norm(g, 0.05) for g in gradients]),
    "tf1 Adam, clip_by_value": clipped(
        lambda gradients: [tf.clip_by_value(g, -0.02, 0.02) for g in gradients]
    ),
    "tf1 exponential_decay": decayed_rate(
        "exponential_decay", 0.1, decay_steps=4, decay_rate=0.5, staircase=True
    ),
    "tf1 natural_exp_decay": decayed_rate("natural_exp_decay", 0.1, decay_steps=4, decay_rate=0.5),
    "tf1 inverse_time_decay": decayed_rate(
        "inverse_time_decay", 0.1, decay_steps=4, decay_rate=0.5
    ),
    "tf1 polynomial_decay": decayed_rate(
        "polynomial_decay", 0.1, decay_steps=15, end_learning_rate=0.01, power=2.0
    ),
    "tf1 cosine_decay": decayed_rate("cosine_decay", 0.1, decay_steps=15, alpha=0.1),
    "tf1 polynomial_decay, cycle": decayed_rate(
        "polynomial_decay", 0.1, decay_steps=6, end_learning_rate=0.01, cycle=True
    ),
    "tf1 piecewise_constant": tf1(pieces),
    "tf1 piecewise_constant, Switch": as_tf1(pieces),
    "tf1 cosine_decay_restarts": tf1(restarts),
    "tf1 cosine_decay_restarts, Switch": as_tf1(restarts),
    "tf1 linear_cosine_decay": decayed_rate("linear_cosine_decay", 0.1, decay_steps=15),
    "BERT warm-up and decay": tf1(bert_warm_up),
    "BERT training graph": tf1(bert_graph),
    "tf1 AdamW": decoupled(v1.train.AdamOptimizer, 0.01),
    "tf1 MomentumW": decoupled(v1.train.MomentumOptimizer, 0.1, 0.9, use_nesterov=True),
    "tf1 RMSPropW": decoupled(v1.train.RMSPropOptimizer, 0.01, momentum=0.9),
    "tf1 scaled by a variable": tf1(rate_of_variable),
    "tf1 Momentum, other rate": tf1(lambda r: v1.train.MomentumOptimizer(r, 0.9), other),
    "tf1 Momentum, rate 0": tf1(lambda r: v1.train.MomentumOptimizer(r, 0.9), warming),
    "tf1 RMSProp, other rate": tf1(lambda r: v1.train.RMSPropOptimizer(r, momentum=0.9), other),
    "tf1 RMSProp, rate 0": tf1(lambda r: v1.train.RMSPropOptimizer(r, momentum=0.9), warming),
    "tf1 Adam, rate 0": tf1(lambda r: v1.train.AdamOptimizer(r), warming),
    "tf1 Adagrad, other rate": tf1(lambda r: v1.train.AdagradOptimizer(r), other),
    "keras3 momentum, other rate": keras3(
        rate_of(lambda r: keras.optimizers.SGD(r, momentum=0.9)), other
    ),
    "keras3 momentum, rate 0": keras3(
        rate_of(lambda r: keras.optimizers.SGD(r, momentum=0.9)), warming
    ),
    "keras3 Adam, rate 0": keras3(rate_of(lambda r: keras.optimizers.Adam(r)), warming),
    "keras3 RMSprop, rate 0": keras3(
        rate_of(lambda r: keras.optimizers.RMSprop(r, momentum=0.9)), warming
    ),
    "keras3 Nadam, other rate": keras3(rate_of(lambda r: keras.optimizers.Nadam(r)), other),
    "keras3 Adafactor, other rate": keras3(rate_of(lambda r: keras.optimizers.Adafactor(r)), other),
    "keras3 Lion, rate 0": keras3(rate_of(lambda r: keras.optimizers.Lion(r)), warming),
}
CASES |= keras2_cases.cases(start, ended)
