"""Writes SavedModels of what fusion recognises, and of what only looks alike; a signature for each case.

    python make_fused.py          TensorFlow 2.21.0, Keras 3.15.1

graph          one TF1 graph, tf.cond written as If
switch         the same conditions written as Switch and Merge on reference variables
keras          endpoints of Keras layers
"""
import os, pathlib, shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np, tensorflow as tf

v1 = tf.compat.v1
HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(1)


def weight(name, *shape, low=-1.0):
    return v1.get_variable(name, initializer=random.uniform(low, 1, shape).astype("float32"))


def statistics(scope, channels):
    with v1.variable_scope(scope):
        return [weight("gamma", channels), weight("beta", channels),
                weight("moving_mean", channels), weight("moving_variance", channels, low=0.5)]


def image(name, *shape):
    return v1.placeholder(tf.float32, [None, *shape], name)


def cond_norm(x, is_training, scope, momentum=0.8, subtract=False):
    gamma, beta, mean, variance = statistics(scope, x.shape[-1])
    def train():
        y, m, v = v1.nn.fused_batch_norm(x, gamma, beta, epsilon=0.02, is_training=True)
        if subtract:
            update = [mean.assign_sub((mean - m) * (1 - momentum)), variance.assign_sub((variance - v) * (1 - momentum))]
        else:
            update = [mean.assign(mean * momentum + m * (1 - momentum)),
                      variance.assign(variance * momentum + v * (1 - momentum))]
        with tf.control_dependencies(update):
            return tf.identity(y)
    def infer():
        return v1.nn.fused_batch_norm(x, gamma, beta, mean, variance, epsilon=0.02, is_training=False)[0]
    return v1.cond(is_training, train, infer)


def conditions(cases):
    is_training = v1.placeholder_with_default(False, [], "is_training")
    x = image("cond_x", 5, 7, 3)
    cases["cond_norm"] = x, cond_norm(x, is_training, "cond_norm")
    x = image("minus_x", 5, 7, 3)
    cases["cond_norm_subtracts"] = x, cond_norm(x, is_training, "minus", 0.7, True)
    x = image("drop_x", 6)
    cases["cond_dropout"] = x, v1.cond(is_training, lambda: tf.nn.dropout(x, rate=0.3), lambda: tf.identity(x)) + 1.0
    x2 = image("old_x", 6)
    def old():  # as TF 1.0 to 1.12 wrote it
        keep = tf.constant(0.75)
        return x2 / keep * tf.floor(keep + tf.random.uniform(tf.shape(x2)))
    cases["cond_dropout_keep_prob"] = x2, v1.cond(is_training, old, lambda: x2) * 2.0


def patterns(cases):
    for version in ("", "V2", "V3"):
        x = image(f"norm{version}_x", 5, 7, 3)
        gamma, beta, mean, variance = statistics(f"norm{version}", 3)
        op = getattr(tf.raw_ops, "FusedBatchNorm" + version)
        cases[f"fused{version}"] = x, op(x=x, scale=gamma, offset=beta, mean=mean, variance=variance, epsilon=0.03, is_training=False).y
    x = image("one_x", 5, 7, 1)
    cases["arithmetic_of_one_channel"] = x, arithmetic(x, "one", 1)
    x = image("rows_x", 4)
    cases["arithmetic_of_rows"] = x, arithmetic(x, "rows", 4)
    x = image("bare_x", 5, 7, 3)
    cases["arithmetic_without_gamma"] = x, arithmetic(x, "bare", 3, scale=False)
    x = image("low_x", 5, 7, 3)
    cases["arithmetic_without_beta"] = x, arithmetic(x, "low", 3, center=False)
    x = image("heights_x", 5, 7, 3)  # statistics of each row of pixels
    cases["arithmetic_along_height"] = x, arithmetic(x, "heights", 5, shape=[5, 1, 1])
    x = image("first_x", 3, 5, 7)
    cases["arithmetic_channels_first"] = x, arithmetic(x, "first", 3, shape=[1, 3, 1, 1])
    x = image("swapped_x", 5, 7, 3)
    g, b, m, v = statistics("swapped", 3)
    i = tf.math.rsqrt(v + 0.03) * g
    cases["not_normalization_swapped"] = x, x * i + (m * i - b)

    x = image("pad_x", 5, 7, 2)
    k = weight("pad/kernel", 3, 3, 2, 4)
    cases["pad_into_conv"] = x, tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [2, 2], [0, 0]]), k, 2, "VALID")
    x = image("lop_x", 6, 8, 2)
    k = weight("lop/kernel", 3, 3, 2, 4)
    cases["pad_asymmetric"] = x, tf.nn.conv2d(tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 0]]), k, 2, "VALID")
    x = image("same_x", 6, 8, 2)
    k = weight("same/kernel", 3, 3, 2, 4)
    cases["pad_before_same"] = x, tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), k, 2, "SAME")
    x = image("ones_x", 5, 7, 2)
    k = weight("ones/kernel", 3, 3, 2, 4)
    cases["pad_with_ones"] = x, tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=1), k, 1, "VALID")
    x = image("read_x", 5, 7, 2)
    k = weight("read/kernel", 3, 3, 2, 2)
    p = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    cases["pad_read_twice"] = x, tf.nn.conv2d(p, k, 1, "VALID") + p[:, 1:-1, 1:-1, :]
    x = image("deep_x", 5, 7, 2)
    k = weight("deep/depthwise_kernel", 3, 3, 2, 2)
    b = weight("deep/bias", 4)
    cases["pad_into_depthwise_with_bias"] = x, tf.nn.depthwise_conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), k, [1, 1, 1, 1], "VALID") + b

    x = image("scalar_x", 5, 7, 2)
    k, b = weight("scalar/kernel", 1, 1, 2, 4), weight("scalar/offset", 1)
    cases["not_bias_of_one"] = x, tf.nn.conv2d(x, k, 1, "VALID") + b
    x = image("width_x", 5, 4, 2)
    k, b = weight("width/kernel", 1, 1, 2, 4), weight("width/offset", 4)
    cases["not_bias_along_width"] = x, tf.nn.conv2d(x, k, 1, "VALID") + tf.reshape(b, [4, 1])
    x = image("twice_x", 5)
    k, b = weight("twice/kernel", 5, 3), weight("twice/bias", 3)
    p = tf.matmul(x, k)
    cases["bias_of_product_read_twice"] = x, (p + b) * p
    x = image("swish_x", 6)
    cases["swish"] = x, tf.nn.silu(x)
    x = image("gelu_x", 6)
    cases["not_swish"] = x, x * tf.sigmoid(1.702 * x)


def attention(cases):
    """As BERT's modeling.py writes it, with einsum, with a mask, and where the scores are read again."""
    def heads(x, scope):
        x = tf.reshape(tf.reshape(x, [-1, 6]) @ weight(scope, 6, 6), [-1, 5, 2, 3])
        return tf.transpose(x, [0, 2, 1, 3])
    def parts(name):
        x = image(name + "_x", 5, 6)
        return x, *(heads(x, f"{name}/{part}/kernel") for part in ("query", "key", "value"))
    def answer(weights, v):
        return tf.reshape(tf.transpose(weights @ v, [0, 2, 1, 3]), [-1, 5, 6])
    x, q, k, v = parts("bert")
    cases["attention"] = x, answer(tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * (1 / 3 ** 0.5)), v)
    x, q, k, v = parts("halved")
    cases["attention_divides_query"] = x, answer(tf.nn.softmax(tf.matmul(q / 2.0, k, transpose_b=True)), v)
    x, q, k, v = parts("bare_heads")
    cases["attention_unscaled"] = x, answer(tf.nn.softmax(tf.transpose(k @ tf.transpose(q, [0, 1, 3, 2]), [0, 1, 3, 2])), v)
    x, q, k, v = parts("summed")
    q, k, v = (tf.transpose(t, [0, 2, 1, 3]) for t in (q, k, v))
    scores = tf.einsum("BTNH,BSNH->BNTS", q * 0.25, k)
    cases["attention_by_einsum"] = x, tf.einsum("BNTS,BSNH->BTNH", tf.nn.softmax(scores), v)
    x, q, k, v = parts("masked")
    seen = tf.constant(np.tril(np.ones((5, 5), "float32")))
    cases["not_attention_masked"] = x, answer(tf.nn.softmax(tf.matmul(q, k, transpose_b=True) - 10000.0 * (1.0 - seen)), v)
    x, q, k, v = parts("twice_read")
    weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True))
    cases["not_attention_read_again"] = x, answer(weights, v) + tf.reduce_sum(weights)
    x, q, k, v = parts("columns")
    cases["not_attention_along_queries"] = x, answer(tf.nn.softmax(tf.matmul(q, k, transpose_b=True), axis=2), v)


def arithmetic(x, scope, channels, scale=True, center=True, shape=None):
    gamma, beta, mean, variance = statistics(scope, channels)
    if shape:
        gamma, beta, mean, variance = [tf.reshape(t, shape) for t in (gamma, beta, mean, variance)]
    return tf.nn.batch_normalization(x, mean, variance, beta if center else None, gamma if scale else None, 0.03)


def tf1(folder, write):
    with tf.Graph().as_default(), v1.Session() as session:
        cases = {}
        for part in write:
            part(cases)
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(fresh(folder)))
        signatures = {name: v1.saved_model.predict_signature_def({"x": x}, {"y": tf.identity(y, name)}) for name, (x, y) in cases.items()}
        builder.add_meta_graph_and_variables(session, ["serve"], signatures, strip_default_attrs=True)
        builder.save()


def layers(folder):
    keras.utils.set_random_seed(1)
    L = keras.layers
    norm = dict(gamma_initializer="random_uniform", beta_initializer="random_uniform", moving_mean_initializer="random_uniform",
                moving_variance_initializer=keras.initializers.RandomUniform(0.5, 1))
    stacks = {
        "norm_of_images": ((5, 7, 3), [L.BatchNormalization(**norm)]),
        "norm_of_rows": ((6,), [L.Dense(4), L.BatchNormalization(epsilon=0.02, **norm)]),
        "norm_of_sequences": ((6, 3), [L.BatchNormalization(**norm)]),
        "norm_along_axis_1": ((3, 5, 7), [L.BatchNormalization(axis=1, **norm)]),
        "norm_without_scale": ((5, 7, 3), [L.BatchNormalization(scale=False, **norm)]),
        "norm_without_center": ((5, 7, 3), [L.BatchNormalization(center=False, **norm)]),
        "conv_norm_swish": ((6, 8, 3), [L.ZeroPadding2D(((0, 1), (0, 1))), L.Conv2D(4, 3, strides=2, use_bias=False),
                                        L.BatchNormalization(**norm), L.Activation("swish"), L.DepthwiseConv2D(3, padding="same")]),
        "dropout_of_inference": ((6,), [L.Dense(4, activation="relu"), L.Dropout(0.5), L.Dense(2)]),
    }
    archive = keras.export.ExportArchive()
    for name, (shape, stack) in stacks.items():
        model = keras.Sequential([keras.Input(shape), *stack], name=name)
        archive.track(model)
        archive.add_endpoint(name, model.__call__, input_signature=[tf.TensorSpec([None, *shape], tf.float32, name="x")])
    x = keras.Input((5, 6))
    heads = L.MultiHeadAttention(2, 4, dropout=0.1)
    y = L.Dense(3)(heads(x, x))
    for variable in heads.weights:
        if variable.name == "bias":
            variable.assign(random.uniform(-1, 1, variable.shape))
    model = keras.Model(x, y, name="heads")
    archive.track(model)
    archive.add_endpoint("heads", model.__call__, input_signature=[tf.TensorSpec([None, 5, 6], tf.float32, name="x")])
    archive.write_out(str(fresh(folder)), verbose=False)
    shutil.rmtree(HERE / folder / "assets")
    (HERE / folder / "fingerprint.pb").unlink()


def fresh(folder):
    shutil.rmtree(HERE / folder, ignore_errors=True)
    return HERE / folder


layers("keras")
v1.disable_eager_execution()
tf1("graph", [patterns, conditions, attention])
v1.disable_control_flow_v2()
v1.disable_resource_variables()
tf1("switch", [conditions])
