import tensorflow as tf


def watched(module, trace):
    """Records what each tf.Module inside gives when it is called; answers how to stop it."""
    places, undo, seen = [0], [], set()
    for inner in module.submodules:
        kind = type(inner)
        if kind in seen or not hasattr(kind, "__call__") or kind is type(module):
            continue
        seen.add(kind)
        call = kind.__call__

        def recorded(self, *arguments, _call=call, **named):
            result = _call(self, *arguments, **named)
            for name, value in flat(result).items():
                if isinstance(value, tf.Tensor) and not tf.is_symbolic_tensor(value):
                    title = getattr(self, "name", type(self).__name__)
                    trace.layer(places[0], title if name == "0" else title + "." + name, value)
                    places[0] += 1
            return result

        kind.__call__ = recorded
        undo.append((kind, call))

    def stop():
        for kind, call in undo:
            kind.__call__ = call

    return stop


def variable_names(variables, module):
    """By the attributes that lead to each from the module, else TensorFlow's own."""
    paths = {}
    if module is not None:
        parts = module._flatten(predicate=lambda v: isinstance(v, tf.Variable), with_path=True)
        paths = {id(v): "/".join(str(step) for step in path) for path, v in parts}
    return unique([paths.get(id(v), v.name.split(":")[0]) for v in variables])


def record(function, path, inputs, variables=None, module=None, seed=1, steps=3):
    """Writes a trace of anything that TensorFlow 2 can call.

    function: takes the inputs by name, gives a tensor or a nest of them, as at inference.
    inputs: a dict of arrays. variables: what is trained; module.variables where left out.
    module: the tf.Module whose inner modules are recorded as layers. Variables are as before
    afterwards.
    """
    trace = Trace("TensorFlow %s" % tf.__version__, seed)
    if variables is None:
        variables = list(getattr(module or function, "variables", ()))
    variables = [v for v in variables if v.dtype.is_floating]
    tensors = {name: tf.convert_to_tensor(value) for name, value in inputs.items()}
    for name, value in tensors.items():
        trace.keep("input", name, value.numpy())
    stop = watched(module, trace) if module is not None else lambda: None
    try:
        outputs = flat(function(**tensors))
    finally:
        stop()
    for name, value in outputs.items():
        trace.keep("output", name, value.numpy())
    names = variable_names(variables, module)
    for name, variable in zip(names, variables):
        trace.keep("variable", name, variable.numpy())
    weights = trace.weights({n: v.numpy() for n, v in outputs.items()})

    def objective(by_name):
        found = flat(function(**tensors))
        return tf.add_n([tf.reduce_sum(found[n] * by_name[n]) for n in by_name])

    floating = {n: v for n, v in tensors.items() if v.dtype.is_floating}
    with tf.GradientTape() as tape:
        tape.watch(list(floating.values()))
        total = objective(weights)
    gradients = tape.gradient(total, [floating, variables])
    for name, gradient in gradients[0].items():
        if gradient is not None:
            trace.keep("gradient of input", name, tf.convert_to_tensor(gradient).numpy())
    reached = []
    for name, variable, gradient in zip(names, variables, gradients[1]):
        if gradient is not None:
            trace.keep("gradient", name, tf.convert_to_tensor(gradient).numpy())
            reached.append((name, variable))
    before = [v.numpy() for _, v in reached]
    slots = [tf.zeros_like(v) for _, v in reached]
    means, losses = trace.mean_weights(weights), []
    try:
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = objective(means)
            found = tape.gradient(loss, [v for _, v in reached])
            for place, ((_, variable), gradient) in enumerate(zip(reached, found)):
                gradient = tf.convert_to_tensor(gradient)
                slots[place] = MOMENTUM * slots[place] + gradient
                variable.assign_sub(LEARNING_RATE * (gradient + MOMENTUM * slots[place]))
            losses.append(float(loss))
        trace.trained(losses, [name for name, _ in reached])
        for name, variable in reached:
            trace.keep("trained", name, variable.numpy())
    finally:
        for (_, variable), value in zip(reached, before):
            variable.assign(value)
    trace.write(path)


def main():
    import argparse

    parser = argparse.ArgumentParser(description="record a SavedModel's signature")
    parser.add_argument("model", help="a SavedModel folder")
    parser.add_argument("-o", "--output", default="trace.safetensors")
    parser.add_argument("--signature", default="serving_default")
    parser.add_argument("--inputs", help=".npy, or .npz by input name")
    for name, default in (("seed", 1), ("batch", 2), ("size", 64), ("steps", 3)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    loaded = tf.saved_model.load(options.model)
    function = loaded.signatures[options.signature]
    given = load_inputs(options.inputs) if options.inputs else None
    drawing, inputs = Trace("", options.seed), {}
    for name, spec in function.structured_input_signature[1].items():
        inputs[name] = (
            given[name if name in given else ""]
            if given
            else drawing.draw(
                name, spec.shape, spec.dtype.as_numpy_dtype, options.batch, options.size
            )
        )
    # a signature that was loaded holds its variables in its graph
    record(
        function,
        options.output,
        inputs,
        variables=list(function.graph.variables) or list(function.variables),
        seed=options.seed,
        steps=options.steps,
    )


if __name__ == "__main__":
    main()
