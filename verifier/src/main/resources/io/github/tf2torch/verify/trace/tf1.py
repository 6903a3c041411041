import tensorflow

tf = tensorflow.compat.v1 if hasattr(tensorflow, "compat") else tensorflow
tf = tf if hasattr(tf, "Session") else tensorflow


def between(outputs, inputs):
    """Floating point tensors on the way to the outputs, in the order in which they were made."""
    stop = {i.op.name for i in inputs}
    seen, todo = set(), [o.op for o in outputs]
    while todo:
        op = todo.pop()
        if op.name in seen:
            continue
        seen.add(op.name)
        if op.name not in stop:
            todo.extend(i.op for i in op.inputs)
    skip = {"Const", "VarHandleOp", "ReadVariableOp", "Variable", "VariableV2", "Placeholder"}
    return [
        op.outputs[0]
        for op in outputs[0].graph.get_operations()
        if op.name in seen
        and op.name not in stop
        and op.type not in skip
        and op.outputs
        and op.outputs[0].dtype.base_dtype.is_floating
    ]


def record(session, path, inputs, outputs, variables=None, seed=1, steps=3):
    """Writes a trace of a graph.

    inputs: a dict from placeholder to array; flags such as is_training belong in it, as at
    inference. outputs: tensors. variables: what is trained; the graph's trainable ones where left
    out. Adds nodes to the graph; variables are as before afterwards.
    """
    trace = Trace("TensorFlow %s, graph mode" % tensorflow.__version__, seed)
    feeds = dict(inputs)
    outputs = list(outputs)
    with session.graph.as_default():
        if variables is None:
            variables = tf.trainable_variables()
        variables = [v for v in variables if v.dtype.base_dtype.is_floating]
        for tensor, value in feeds.items():
            trace.keep("input", tensor.op.name, np.asarray(value, tensor.dtype.as_numpy_dtype))
        found = session.run(outputs, feeds)
        by_name = {t.op.name: v for t, v in zip(outputs, found)}
        for name, value in by_name.items():
            trace.keep("output", name, value)
        for place, tensor in enumerate(between(outputs, list(feeds))):
            try:
                trace.layer(place, tensor.op.name, session.run(tensor, feeds))
            except (tf.errors.InvalidArgumentError, ValueError):
                pass  # inside a branch that is not taken
        names = [v.op.name for v in variables]
        values = session.run(variables)
        for name, value in zip(names, values):
            trace.keep("variable", name, value)
        weights = trace.weights(by_name)
        means = trace.mean_weights(weights)
        tensors = {t.op.name: t for t in outputs}
        total = tf.add_n([tf.reduce_sum(tensors[n] * weights[n]) for n in weights])
        loss = tf.add_n([tf.reduce_sum(tensors[n] * means[n]) for n in means])
        floating = [t for t in feeds if t.dtype.base_dtype.is_floating]
        for kind, targets in (("gradient of input", floating), ("gradient", variables)):
            for target, gradient in zip(targets, tf.gradients(total, targets)):
                if gradient is not None:
                    gradient = tf.convert_to_tensor(gradient)
                    trace.keep(kind, target.op.name, session.run(gradient, feeds))
        pairs = [(g, v) for g, v in zip(tf.gradients(loss, variables), variables) if g is not None]
        slots = [tf.Variable(np.zeros(v.shape.as_list(), np.float32), trainable=False) for _, v in pairs]
        session.run([s.initializer for s in slots])
        with tf.control_dependencies([loss] + [tf.convert_to_tensor(g) for g, _ in pairs]):
            moved = [tf.assign(s, MOMENTUM * s + g) for s, (g, _) in zip(slots, pairs)]
            step = [
                tf.assign_sub(v, LEARNING_RATE * (tf.convert_to_tensor(g) + MOMENTUM * m))
                for (g, v), m in zip(pairs, moved)
            ]
        losses = []
        for _ in range(steps):
            losses.append(float(session.run([loss] + step, feeds)[0]))
        trained = [v for _, v in pairs]
        trace.trained(losses, [v.op.name for v in trained])
        for variable, value in zip(trained, session.run(trained)):
            trace.keep("trained", variable.op.name, value)
        for variable, value in zip(variables, values):
            variable.load(value, session)
    trace.write(path)


def main():
    import argparse

    parser = argparse.ArgumentParser(description="record a graph with its checkpoint")
    parser.add_argument("checkpoint", help="the prefix of .meta, .index and .data")
    parser.add_argument("-o", "--output", default="trace.safetensors")
    parser.add_argument("--graph-inputs", required=True, help="placeholders, comma-separated")
    parser.add_argument("--graph-outputs", required=True, help="tensors, comma-separated")
    parser.add_argument("--false", default="", help="flags that are fed False, comma-separated")
    parser.add_argument("--inputs", help=".npy, or .npz by placeholder")
    for name, default in (("seed", 1), ("batch", 2), ("size", 64), ("steps", 3)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    if hasattr(tf, "disable_eager_execution"):
        tf.disable_eager_execution()

    def tensors(names):
        graph = tf.get_default_graph()
        return [
            graph.get_tensor_by_name(n if ":" in n else n + ":0") for n in names.split(",") if n
        ]

    with tf.Session() as session:
        saver = tf.train.import_meta_graph(options.checkpoint + ".meta", clear_devices=True)
        saver.restore(session, options.checkpoint)
        given = load_inputs(options.inputs) if options.inputs else None
        drawing, feeds = Trace("", options.seed), {}
        for tensor in tensors(options.graph_inputs):
            name = tensor.op.name
            feeds[tensor] = (
                given[name if name in given else ""]
                if given
                else drawing.draw(
                    name,
                    tensor.shape.as_list(),
                    tensor.dtype.as_numpy_dtype,
                    options.batch,
                    options.size,
                )
            )
        for tensor in tensors(options.false):
            feeds[tensor] = False
        record(
            session,
            options.output,
            feeds,
            tensors(options.graph_outputs),
            seed=options.seed,
            steps=options.steps,
        )


if __name__ == "__main__":
    main()
