"""Train a small MNIST CNN in TensorFlow, as TF 1 wrote graphs, and save what TensorFlow saves.

    python make_seed_cnn.py MNIST DIR [--steps N] [--no-batchnorm] [--dropout RATE] [--adam] [--v1-control-flow]

MNIST is the folder of train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz; the first 3,840 are used.
Writes DIR/model.ckpt-STEP.{meta,index,data-*} (graph, weights, optimizer slots; TF1 style, V2 format),
DIR/saved_model (TF1 SavedModel of the same graph, model variables only), and prints the loss of each step.
conv 5x5x32 SAME - relu - pool - BN - conv 5x5x64 SAME - relu - pool - BN - flatten - 512 - relu - 10, weights from
numpy's seed 1 (uniform, sqrt(6 / fan_in)), batches of 128 in file order, MomentumOptimizer(0.01, 0.9, Nesterov).
Placeholders: images (N,28,28,1), labels (N), is_training. Tensors: logits, loss, train (operation).
The losses of the first steps are 3.03515 2.31646 1.12260 0.81711.
"""
import argparse, gzip, os, pathlib
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np, tensorflow.compat.v1 as tf

def mnist(folder):
    images = np.frombuffer(gzip.open(folder / "train-images-idx3-ubyte.gz").read(), np.uint8, offset=16)[:3840 * 784]
    labels = np.frombuffer(gzip.open(folder / "train-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)[:3840]
    return images.reshape(-1, 28, 28, 1).astype(np.float32) / 255, labels.astype(np.int32)

def seed_weights():
    np.random.seed(1)
    shapes = [(32, 1, 5, 5), (64, 32, 5, 5), (512, 3136), (10, 512)]  # as PyTorch holds them
    drawn = []
    for shape in shapes:
        bound = np.sqrt(6 / np.prod(shape[1:]))
        drawn.append(np.random.uniform(-bound, bound, shape).astype(np.float32))
    return [w.transpose(2, 3, 1, 0) if w.ndim == 4 else w.T for w in drawn]

def batch_norm(x, is_training, name, momentum=0.9, epsilon=1e-5):
    with tf.variable_scope(name):
        n = x.shape[-1]
        gamma = tf.get_variable("gamma", initializer=tf.ones([n]))
        beta = tf.get_variable("beta", initializer=tf.zeros([n]))
        mean = tf.get_variable("moving_mean", initializer=tf.zeros([n]), trainable=False)
        variance = tf.get_variable("moving_variance", initializer=tf.ones([n]), trainable=False)
        def train():
            y, batch_mean, batch_variance = tf.nn.fused_batch_norm(x, gamma, beta, epsilon=epsilon, is_training=True)
            update = [mean.assign(mean * momentum + batch_mean * (1 - momentum)),
                      variance.assign(variance * momentum + batch_variance * (1 - momentum))]
            with tf.control_dependencies(update):
                return tf.identity(y)
        def infer():
            return tf.nn.fused_batch_norm(x, gamma, beta, mean, variance, epsilon=epsilon, is_training=False)[0]
        return tf.cond(is_training, train, infer)

def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("mnist", type=pathlib.Path)
    arguments.add_argument("dir", type=pathlib.Path)
    arguments.add_argument("--steps", type=int, default=30); arguments.add_argument("--no-batchnorm", action="store_true")
    arguments.add_argument("--dropout", type=float, default=0.0); arguments.add_argument("--adam", action="store_true")
    arguments.add_argument("--v1-control-flow", action="store_true", help="Switch and Merge, as TF 1 wrote tf.cond, not If")
    options = arguments.parse_args()
    tf.disable_eager_execution(); tf.set_random_seed(1)
    if options.v1_control_flow: tf.disable_control_flow_v2(); tf.disable_resource_variables()
    images, labels = mnist(options.mnist)
    kernels = seed_weights(); drawn = []
    def fed(name, value):  # assigned from outside, so that the graph does not carry the values
        variable = tf.get_variable(name, shape=value.shape, initializer=tf.zeros_initializer())
        holder = tf.placeholder(tf.float32, value.shape); drawn.append((tf.assign(variable, holder), holder, value))
        return variable
    x = tf.placeholder(tf.float32, [None, 28, 28, 1], "images"); y = tf.placeholder(tf.int32, [None], "labels")
    is_training = tf.placeholder_with_default(False, [], "is_training")
    h = x
    for i, kernel in enumerate(kernels[:2], 1):
        with tf.variable_scope(f"conv{i}"):
            h = tf.nn.conv2d(h, fed("kernel", kernel), 1, "SAME")
            if options.no_batchnorm: h = tf.nn.bias_add(h, tf.get_variable("bias", initializer=tf.zeros([kernel.shape[-1]])))
        h = tf.nn.max_pool2d(tf.nn.relu(h), 2, 2, "SAME")
        if options.dropout: h = tf.cond(is_training, lambda: tf.nn.dropout(h, rate=options.dropout, seed=i), lambda: tf.identity(h))
        if not options.no_batchnorm: h = batch_norm(h, is_training, f"bn{i}")
    h = tf.reshape(h, [-1, 3136])
    for i, kernel in enumerate(kernels[2:], 1):
        with tf.variable_scope(f"fc{i}"):
            h = tf.matmul(h, fed("kernel", kernel)) + tf.get_variable("bias", initializer=tf.zeros([kernel.shape[-1]]))
        if i == 1: h = tf.nn.relu(h)
    logits = tf.identity(h, "logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits), name="loss")
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.AdamOptimizer(1e-3) if options.adam else tf.train.MomentumOptimizer(0.01, 0.9, use_nesterov=True)
    train = optimizer.minimize(loss, step, name="train")
    saver = tf.train.Saver(max_to_keep=None); model_variables = [v for v in tf.global_variables() if not any(v.op.name.endswith(end) for end in ("/Momentum", "/Adam", "/Adam_1", "_power", "global_step"))]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for assign, holder, value in drawn: session.run(assign, {holder: value})
        options.dir.mkdir(parents=True, exist_ok=True)
        losses = []
        for i in range(options.steps):
            b = slice(i * 128, i * 128 + 128)
            losses.append(session.run([loss, train], {x: images[b], y: labels[b], is_training: True})[0])
        saver.save(session, str(options.dir / "model.ckpt"), step)
        builder = tf.saved_model.Builder(str(options.dir / "saved_model"))
        signature = tf.saved_model.predict_signature_def({"images": x}, {"logits": logits})
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature}, saver=tf.train.Saver(model_variables), strip_default_attrs=True)
        builder.save()
    print(" ".join(f"{l:.5f}" for l in losses))

main()
