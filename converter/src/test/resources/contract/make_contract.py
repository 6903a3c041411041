"""One network with the same values in every format that TensorFlow and Keras write.

Written with Keras 3.15.1, TensorFlow 2.21.0 and h5py 3.14.0:  python make_contract.py
expected.json holds shape and values of every variable, from the running model.
"""
import json, os, shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

os.chdir(os.path.dirname(os.path.abspath(__file__)))
keras.utils.set_random_seed(1)
image = keras.Input((6, 5, 3), name="image")
x = L.Conv2D(4, (3, 2), name="conv1")(image)
x = L.BatchNormalization(name="bn")(x)
x = L.GlobalAveragePooling2D()(x)
inner = keras.Sequential(
    [keras.Input((4,)), L.Dense(7, name="conv1"), L.Dense(3, name="out")], name="inner")
net = keras.Model(image, L.Dense(2, use_bias=False, name="last")(inner(x)), name="net")
net.compile("adam", "mse")
rng = np.random.default_rng(1)
net.fit(rng.random((8, 6, 5, 3)), rng.random((8, 2)), verbose=0)
for v in net.weights + net.optimizer.variables[2:]:
    v.assign(rng.normal(size=v.shape))

net.save("net.keras")
net.save("net.h5")
net.save_weights("net.weights.h5")
tf.train.Checkpoint(model=net, optimizer=net.optimizer).write("checkpoint")
for name, write in (("export", lambda p: net.export(p, verbose=False)),
                    ("saved_model", lambda p: tf.saved_model.save(net, p))):
    shutil.rmtree(name, ignore_errors=True)
    write(name)
    os.remove(os.path.join(name, "fingerprint.pb"))
expected = {v.path: [list(v.shape), np.asarray(v).ravel().tolist()]
            for v in net.weights + net.optimizer.variables}
with open("expected.json", "w") as f:
    json.dump(expected, f)
