import contextlib

import tensorflow as tf

try:
    import keras
except ImportError:
    from tensorflow import keras


def leaves(layer):
    """Layers by path, the innermost last; a layer that is held twice counts once."""
    found, seen = [], set()

    def visit(at, path):
        if id(at) in seen:
            return
        seen.add(id(at))
        children = getattr(at, "_flatten_layers", None)
        inner = list(children(include_self=False, recursive=False)) if children else []
        found.append((path, at))
        for child in inner:
            visit(child, path + "/" + child.name if path else child.name)

    visit(layer, "")
    return found[1:]


@contextlib.contextmanager
def watched(model, trace):
    """While it lasts, each layer's outputs are recorded in the order of computation."""
    places, undo = [0], []

    def wrap(layer, path):
        call = layer.call

        def recorded(*arguments, **named):
            result = call(*arguments, **named)
            for name, value in flat(result).items():
                if hasattr(value, "shape"):
                    trace.layer(places[0], path if name == "0" else path + "." + name, value)
                    places[0] += 1
            return result

        object.__setattr__(layer, "call", recorded)
        undo.append(lambda: object.__setattr__(layer, "call", call))

    for path, layer in leaves(model):
        wrap(layer, path)
    try:
        yield
    finally:
        for one in undo:
            one()


def variable_name(variable):
    """conv1/kernel, with as much before it as Keras puts there."""
    return getattr(variable, "path", variable.name).split(":")[0]


def record(model, path, inputs=None, seed=1, batch=2, size=64, steps=3):
    """Writes a trace of a Keras model.

    inputs: an array, a list or a dict of arrays as the model takes them, batch first; drawn from
    the seed where left out. The model runs at inference. Its weights are as before afterwards.
    """
    trace = Trace("Keras %s, TensorFlow %s" % (keras.__version__, tf.__version__), seed)
    if inputs is None:
        names = [t.name.split(":")[0] for t in model.inputs]
        drawn = [
            trace.draw(n, t.shape, tf.as_dtype(t.dtype).as_numpy_dtype, batch, size)
            for n, t in zip(names, model.inputs)
        ]
        inputs = drawn[0] if len(drawn) == 1 else drawn
        named = dict(zip(names, drawn))
    else:
        named = flat(inputs)
    for name, value in named.items():
        trace.keep("input", name, value)
    tensors = tf.nest.map_structure(tf.convert_to_tensor, inputs)

    def forward():
        return flat(model(tensors, training=False))

    with watched(model, trace):
        outputs = forward()
    for name, value in outputs.items():
        trace.keep("output", name, value)
    before = model.get_weights()
    was_trainable = [(layer, layer.trainable) for _, layer in leaves(model)]
    model.trainable = True
    try:
        variables = list(model.trainable_variables)
        for variable in model.weights:
            trace.keep("variable", variable_name(variable), variable.numpy())
        weights = trace.weights(outputs)

        def objective(by_name):
            found = forward()
            return tf.add_n([tf.reduce_sum(found[n] * by_name[n]) for n in by_name])

        watched_inputs = [t for t in tf.nest.flatten(tensors) if t.dtype.is_floating]
        with tf.GradientTape() as tape:
            tape.watch(watched_inputs)
            total = objective(weights)
        values = [getattr(v, "value", v) for v in variables]
        values = [v() if callable(v) else v for v in values]
        gradients = tape.gradient(total, {"inputs": watched_inputs, "variables": values})
        floating = [n for n in named if np.asarray(named[n]).dtype.kind == "f"]
        for name, gradient in zip(floating, gradients["inputs"]):
            if gradient is not None:
                trace.keep("gradient of input", name, tf.convert_to_tensor(gradient))
        for variable, gradient in zip(variables, gradients["variables"]):
            if gradient is not None:
                trace.keep("gradient", variable_name(variable), tf.convert_to_tensor(gradient))
        optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
        means, losses = trace.mean_weights(weights), []
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = objective(means)
            values = [getattr(v, "value", v) for v in variables]
            values = [v() if callable(v) else v for v in values]
            found = zip(tape.gradient(loss, values), variables)
            optimizer.apply_gradients([(g, v) for g, v in found if g is not None])
            losses.append(float(loss))
        trace.trained(losses, [variable_name(v) for v in variables])
        for variable in variables:
            trace.keep("trained", variable_name(variable), variable.numpy())
    finally:
        for layer, flag in was_trainable:
            layer.trainable = flag
        model.set_weights(before)
    trace.write(path)


def main():
    import argparse

    parser = argparse.ArgumentParser(description="record a Keras model")
    parser.add_argument("model", help=".keras, .h5 or a folder that keras loads")
    parser.add_argument("-o", "--output", default="trace.safetensors")
    parser.add_argument("--inputs", help=".npy, or .npz in the order of the model's inputs")
    for name, default in (("seed", 1), ("batch", 2), ("size", 64), ("steps", 3)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    model = keras.models.load_model(options.model, compile=False)
    inputs = None
    if options.inputs:
        found = load_inputs(options.inputs)
        names = [t.name.split(":")[0] for t in model.inputs]
        inputs = [found[n if n in found else ""] for n in names]
        inputs = inputs[0] if len(inputs) == 1 else inputs
    record(
        model, options.output, inputs, options.seed, options.batch, options.size, options.steps
    )


if __name__ == "__main__":
    main()
